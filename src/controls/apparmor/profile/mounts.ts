// Rules for mounts, never `mount,`. File rules are about paths, so these hold two things. A /proc that can be written to is only ever at
// /proc, or below /run/systemd as `proc` in the tree of a unit, and so is /sys: they are mounted only there, and nothing of them, and no
// tree with them in it, is bound or moved elsewhere, but for the exact mounts by which systemd.exec(5) makes such a tree. And the directory
// that one is mounted on keeps its name (files.ts), and is seen nowhere else: else it could be renamed where nothing is mounted on it.
//
// apparmor_parser before 4 makes more of some rules than they say (CVE-2016-1585): one with `rw`, `ro` or `nosuid` among its options lets
// new file systems pass with just these, one for `remount,bind` every bind alone. So `rw` is left out, and what the others let in is
// denied by name. What remains of it, a read-only /proc below /run/systemd, shows nothing that the rules for files do not close.

import { allBut, type Hole, nameBut, placesBut } from './all-but.ts';
import type { ProfileRequest } from './request.ts';

/** Where systemd puts together the tree of a unit: up to 253, and since 254. */
const UNIT = '/run/systemd/{unit-root,mount-rootfs}';
const KERNELS = '{proc,sys}';

const BESIDE: Hole['names'] = { proc: false, sys: false };
const NOT_SYSTEMD: Hole = { names: { run: { self: true, names: { systemd: false } } } };

/** The variables of the rules below, as a profile declares them. */
export const MOUNT_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  unit: [UNIT],
  // Outside of /proc and /sys.
  outside: allBut('', { names: BESIDE }),
  // What has neither of them below it, nor the tree of a unit, which has both.
  whole: allBut('', { names: { ...BESIDE, ...NOT_SYSTEMD.names } }),
  // The same in the tree of a unit, and what systemd keeps beside them.
  within: [`/run/systemd/*/${nameBut('proc', 'run', 'sys')}{,/,/**}`, '/run/systemd/*'],
  elsewhere: allBut('', { names: { run: { names: { systemd: false } } } }),
  // Where the kernel's own file systems are never mounted.
  strange: ['/', ...allBut('', { names: { ...BESIDE, run: { names: { systemd: false } } } })],
  // A proc or sys that came outside with the directory it is in, renamed where nothing was mounted on it.
  strays: placesBut('', { names: { run: { names: { systemd: false } } } }).map(({ path, below }) => `${path}${below ? '/{,**/}' : '/'}${KERNELS}{/,/**}`),
};

/**
 * What ProtectSystem=strict, ProtectKernelTunables= and their like bind onto itself, to make it read-only. Within one list it does not
 * matter which is bound onto which: what may be written stays at its name.
 */
const ONTO_ITSELF = [
  '{run/,run/systemd/}',
  'sys/',
  'sys/fs/cgroup/',
  'sys/{module,fs/bpf,fs/selinux,kernel/debug,kernel/tracing}{,/}',
  'proc/{acpi,apm,asound,bus,fs,irq,latency_stats,mtrr,scsi,sys,sysrq-trigger,timer_stats}{,/}',
];

const SUBSETS = ['nosuid', 'nodev', 'noexec'].reduce<readonly (readonly string[])[]>((all, flag) => all.flatMap((some) => [some, [...some, flag]]), [[]]);
const TIMES = [[], ['relatime'], ['noatime'], ['strictatime']];
const PROPAGATION = ['shared', 'rshared', 'slave', 'rslave', 'private', 'rprivate', 'unbindable', 'runbindable'];

/** mount(2) with exactly these flags; of a bind, a move and a change of propagation the kernel looks at nothing else. */
const mount = (flags: string, source: string, target: string): string => `mount options=(${flags})${source === '' ? '' : ` ${source}`} -> ${target},`;

/**
 * New file systems: those without a device anywhere outside of the kernel's, and of the kernel's the three that belong to namespaces. Then
 * everything else by name. Those that show the machine (debugfs, securityfs, efivarfs ...) are mounted by the configuration, or not.
 */
function newFileSystems({ own, nesting, devpts, overlay, fileSystems }: ProfileRequest): readonly string[] {
  const free = ['tmpfs', 'ramfs', 'mqueue', 'hugetlbfs', 'fuse', ...(overlay ? ['overlay'] : []), ...(devpts ? ['devpts'] : []), ...fileSystems];
  const groups = own.includes('cgroup') ? ['cgroup', 'cgroup2'] : [];
  const types = `(${[...free, 'fuse.*'].join(',')})`;
  // Of what is `fuse?*`, `fuse.TYPE` is one like fuse, and fuseblk has a device.
  const others = nameBut(...free, ...groups, 'proc', 'sysfs').replace('fuse?*', 'fuse[^.]*');
  const tree = nesting ? '/{,**/}' : '/{,run/systemd/*/}';
  return [
    `mount fstype=${types} -> @{outside},`,
    `mount fstype=proc -> ${tree}proc/,`,
    `mount fstype=sysfs -> ${tree}sys/,`,
    ...groups.map((type) => `mount fstype=${type} -> ${tree}sys/fs/cgroup/{,**},`),
    `audit deny mount fstype=${others} -> /{,**},`,
    `audit deny mount fstype=${types} -> /{proc,sys}{/,/**},`,
    ...(nesting ? [] : [`audit deny mount fstype=(${['proc', 'sysfs', ...groups].join(',')}) -> @{strange},`]),
  ];
}

export function mountRules(request: ProfileRequest): readonly string[] {
  const deep = ['rbind', 'move'];
  return [
    'umount,',
    '',
    '# New file systems: those without a device, and those of the kernel at their usual places.',
    ...newFileSystems(request),
    '',
    '# What is neither of /proc nor of /sys is bound and moved; what has them below, only to be the tree of a unit.',
    ...deep.flatMap((flags) => [
      mount(flags, '@{whole}', '@{outside}'),
      mount(flags, '@{within}', '/run/systemd/**'),
      mount(flags, '/{,run/systemd/*/}', '/run/systemd/*/'),
    ]),
    ...ONTO_ITSELF.map((path) => mount('rbind', `@{unit}/${path}`, `@{unit}/${path}`)),
    ...deep.map((flags) => `audit deny ${mount(flags, '@{strays}', '/{,**}')}`),
    mount('bind', '/{,**}', '@{outside}'),
    `audit deny ${mount('bind', `/{,**/}${KERNELS}{/,/**}`, '/{,**}')}`,
    `audit deny ${mount('bind', '/run/systemd/*/run/**', '/{,**}')}`,
    `audit deny ${mount('bind', '/{,**}', `/${KERNELS}{/,/**}`)}`,
    `audit deny ${mount('bind', '/{,run/systemd/**}', '@{elsewhere}')}`,
    '',
    '# The tree of a unit becomes its root.',
    mount('move', '/run/systemd/*/', '/'),
    'pivot_root /run/systemd/*/,',
    ...(request.nesting ? ['pivot_root,'] : []),
    `audit deny pivot_root /{,**/}${KERNELS}{/,/**},`,
    '',
    '# Read-only, and not writable again; and how mounts are passed on.',
    ...SUBSETS.flatMap((flags) => TIMES.map((time) => mount(['ro', 'remount', 'bind', ...flags, ...time].join(','), '', '/{,**}'))),
    ...PROPAGATION.map((kind) => mount(`make-${kind}`, '', '/{,**}')),
  ];
}
