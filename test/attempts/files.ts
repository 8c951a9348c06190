// Files of /proc, /sys and /dev that act on the whole machine, or show it.

import type { ErrnoName } from '../../src/kernel/errno.gen.ts';
import { type Attempt, type AttemptCall, flags, HERE, type Mode, openFor, text, WALLS } from './attempt.ts';

type More = Partial<Pick<Attempt, 'allowed' | 'errnos'>>;
const ALL: readonly Mode[] = ['landlock', 'apparmor', 'selinux'];
/** Kernels differ in what they have. */
const MAYBE: readonly ErrnoName[] = [...WALLS, 'ENOENT', 'ENOTDIR', 'ENXIO', 'EINVAL'];

const write = (path: string, more: More = {}): Attempt => ({ group: 'write', what: path, calls: [openFor('O_WRONLY', path)], errnos: MAYBE, ...more });
const read = (path: string, more: More = {}): Attempt => ({ group: 'read', what: path, calls: [openFor('O_RDONLY', path)], errnos: MAYBE, ...more });

export const FILE_ATTEMPTS: readonly Attempt[] = [
  write('/proc/sysrq-trigger'),
  write('/proc/sys/kernel/sysrq'),
  write('/proc/sys/kernel/core_pattern'),
  write('/proc/sys/kernel/modprobe'),
  write('/proc/sys/kernel/hotplug'),
  write('/proc/sys/kernel/usermodehelper/bset'),
  write('/proc/sys/kernel/kptr_restrict'),
  write('/proc/sys/kernel/dmesg_restrict'),
  write('/proc/sys/kernel/randomize_va_space'),
  write('/proc/sys/kernel/panic'),
  write('/proc/sys/kernel/perf_event_paranoid'),
  write('/proc/sys/kernel/unprivileged_bpf_disabled'),
  write('/proc/sys/kernel/kexec_load_disabled'),
  write('/proc/sys/kernel/yama/ptrace_scope'),
  write('/proc/sys/kernel/pid_max'),
  write('/proc/sys/kernel/threads-max'),
  write('/proc/sys/vm/overcommit_memory'),
  write('/proc/sys/vm/drop_caches'),
  write('/proc/sys/vm/mmap_min_addr'),
  write('/proc/sys/vm/panic_on_oom'),
  write('/proc/sys/fs/file-max'),
  write('/proc/sys/fs/suid_dumpable'),
  write('/proc/sys/fs/protected_symlinks'),
  write('/proc/sys/fs/binfmt_misc/register'),
  write('/proc/irq/default_smp_affinity'),
  write('/proc/mtrr'),
  write('/proc/acpi/wakeup'),
  write('/proc/bus/pci/devices'),
  write('/proc/sys/kernel/hostname', { allowed: ['apparmor', 'selinux'] }),
  write('/proc/sys/net/ipv4/ip_forward', { allowed: ['apparmor', 'selinux'] }),
  write('/proc/1/oom_score_adj', { allowed: ['apparmor', 'selinux'] }),
  write('/sys/kernel/uevent_helper'),
  write('/sys/kernel/mm/ksm/run'),
  write('/sys/kernel/mm/transparent_hugepage/enabled'),
  write('/sys/kernel/kexec_crash_size'),
  write('/sys/kernel/profiling'),
  write('/sys/power/state'),
  write('/sys/bus/pci/rescan'),
  write('/sys/bus/cpu/uevent'),
  write('/sys/devices/system/cpu/uevent'),
  write('/sys/module/kernel/parameters/panic'),
  write('/sys/module/printk/parameters/time'),
  write('/sys/class/net/lo/ifalias', { allowed: ['apparmor', 'selinux'] }),
  write('/sys/kernel/security/apparmor/.load'),
  write('/sys/fs/selinux/enforce'),
  write('/sys/firmware/efi/efivars/x'),
  write('/sys/fs/cgroup/release_agent'),
  write('/sys/fs/cgroup/cgroup.procs', { allowed: ['apparmor', 'selinux'] }),
  write('/sys/fs/bpf/x'),
  read('/proc/kcore'),
  read('/proc/kmsg', { allowed: ALL }),
  read('/proc/kpagecount', { allowed: ALL }),
  read('/proc/keys', { allowed: ALL }),
  read('/proc/timer_list', { allowed: ALL }),
  read('/proc/kallsyms', { allowed: ALL }),
  read('/proc/vmallocinfo', { allowed: ALL }),
  read('/sys/kernel/debug', { allowed: ALL }),
  read('/sys/kernel/debug/kprobes/list'),
  read('/sys/kernel/tracing/trace'),
  read('/sys/kernel/security/lsm'),
  read('/sys/firmware/acpi/tables/DSDT', { allowed: ALL }),
  read('/dev/mem'),
  read('/dev/port'),
  read('/dev/kmsg'),
  read('/dev/sda'),
  read('/dev/vda'),
  node('c', 'mem', 0x101),
  node('c', 'port', 0x104),
  node('c', 'kmsg', 0x10b),
  node('b', 'sda', 0x800),
  node('b', 'loop0', 0x700),
  node('c', 'fuse-control', 0xaeb),
];

/** Makes a node of one's own and opens it: device numbers of one byte each, as mknod(2) takes them. */
function node(type: 'b' | 'c', name: string, number: number): Attempt {
  const path = `/tmp/${name}`;
  const made: AttemptCall = { sys: 'mknodat', args: [HERE, text(path), flags(type === 'b' ? 'S_IFBLK' : 'S_IFCHR'), number] };
  return {
    group: 'node',
    what: `${type} ${number >> 8}:${number & 0xff}`,
    calls: [made, openFor('O_RDWR', path)],
    errnos: [...WALLS, 'ENXIO', 'ENODEV'],
  };
}
