// Rules for files. What may be written below /proc and /sys is listed: each new file of a new kernel is closed. AppArmor judges paths, so
// what it closes must not be had by another path: mounts.ts sees to that for /proc and /sys, and the last rules here close what a unit of
// systemd sees of them in its own tree while it sets that up.

import { allBut, type Hole, nameBut } from './all-but.ts';
import type { ProfileRequest } from './request.ts';

/** Nobody inside reads these: the memory of the machine, its page tables, its firmware, what debugs it and what confines it. */
const UNREADABLE: Hole = {
  names: {
    proc: { names: { acpi: false, kcore: false, kpagecgroup: false, kpagecount: false, kpageflags: false, sched_debug: false, timer_list: false } },
    sys: {
      names: {
        firmware: { names: { efi: { names: { efivars: false, vars: false } } } },
        kernel: { names: { debug: false, security: false, tracing: false } },
      },
    },
  },
};

/** The variables of the rules below, beside those for mounts. */
export const FILE_VARIABLES: Readonly<Record<string, readonly string[]>> = { readable: allBut('', UNREADABLE) };

/** What belongs to a namespace (namespaces(7)), and with it to whoever has that. */
const OF_NAMESPACES: Readonly<Record<ProfileRequest['own'][number], readonly string[]>> = {
  net: ['/proc/sys/net/**', '/sys/class/net/**', '/sys/devices/virtual/net/**'],
  uts: ['/proc/sys/kernel/{hostname,domainname}'],
  ipc: ['/proc/sys/kernel/{msg*,sem,sem_next_id,shm*,auto_msgmni}', '/proc/sys/fs/mqueue/**'],
  cgroup: [],
  user: ['/proc/sys/user/**'],
};

/** What of /proc and /sys is dangerous wherever it is seen: root of the container is root of the machine to it, if no ids are mapped. */
const BELOW_PROC = [
  'sysrq-trigger',
  'sys/**',
  'acpi/**',
  'bus/**',
  'irq/**',
  'scsi/**',
  'fs/**',
  'asound/**',
  'driver/**',
  'mtrr',
  'dynamic_debug/**',
  'latency_stats',
  'slabinfo',
  'timer_stats',
  'tty/**',
  'xen/**',
];
/** A `sys` that is not the one of a /proc. */
const OTHER_SYS = `/{,**/}${nameBut('proc')}/sys`;
const BELOW_SYS = ['block', 'bus', 'class', 'dev', 'devices', 'firmware', 'hypervisor', 'kernel', 'module', 'power'];
const BELOW_SYS_FS = ['bpf', 'btrfs', 'ext4', 'f2fs', 'fuse', 'pstore', 'resctrl', 'selinux', 'smackfs', 'xfs'];

export function fileRules({ own, covered, nesting }: ProfileRequest): readonly string[] {
  return [
    '# Every file may be read and executed, but what shows or holds the machine.',
    '/ rw,',
    '@{readable} rmkix,',
    '',
    '# Written is everything outside of /proc and /sys, and in these what belongs to processes and to namespaces of its own.',
    '@{outside} wl,',
    '/proc/[0-9]*/** w,',
    '/proc/pressure/* w,',
    '/sys/fs/cgroup/{,**} wk,',
    // Of apparmorfs the kernel shows, and lets change, what is of the policy namespace inside.
    ...(nesting ? ['/sys/kernel/security/{,apparmor/{,**}} rw,'] : []),
    ...own.flatMap((namespace) => OF_NAMESPACES[namespace]).map((pattern) => `${pattern} w,`),
    ...(covered.length === 0 ? [] : ['', '# What the configuration mounts there.', ...covered.map((path) => `"${path}{,/,/**}" wl,`)]),
    '',
    '# The same files in another tree, e.g. in one that a manager of services is about to make the root of a unit.',
    // The directory keeps its name (mounts.ts): to get another one it has to be readable, to be made not.
    'audit deny /**/proc/ r,',
    `audit deny /**/proc/{${BELOW_PROC.join(',')}} wkl,`,
    `audit deny ${OTHER_SYS}/{${BELOW_SYS.join(',')}}/** wkl,`,
    `audit deny ${OTHER_SYS}/fs/{${BELOW_SYS_FS.join(',')}}/** wkl,`,
    'audit deny /**/proc/{kcore,kpagecgroup,kpagecount,kpageflags} rwklmx,',
    // Also of a read-only /proc under another name (mounts.ts).
    `audit deny /${nameBut('proc')}/{,**/}{kcore,kpagecgroup,kpagecount,kpageflags} rwklmx,`,
    `audit deny ${OTHER_SYS}/{kernel/security,kernel/debug,kernel/tracing,firmware/efi/efivars}/** rwklmx,`,
  ];
}
