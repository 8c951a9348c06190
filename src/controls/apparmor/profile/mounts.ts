// Rules for mounts, never `mount,`. File rules are about paths, so these hold one thing: a /proc is only ever seen at a path that ends in
// `proc`, a /sys at one that ends in `sys`. They are mounted only there, and nothing of them, and no tree with them in it, is bound or
// moved to where it would have another name, but for the exact mounts by which systemd.exec(5) makes the tree of a unit. There the rules
// for files (files.ts) find them by their names.
//
// apparmor_parser before 4 makes more of some rules than they say (CVE-2016-1585): a rule for `remount,bind` lets every bind pass, one
// for `make-shared` every new file system. So what the rules do not allow is denied by name as well, which holds in any case.

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
  // What has: the root, and where the trees of units are. In these, all but the topmost proc and sys.
  trees: ['/', '/run/', '/run/systemd/', '/run/systemd/*{,/}', `/run/systemd/*/${nameBut('proc', 'sys')}{,/,/**}`],
  elsewhere: allBut('', { names: { run: { names: { systemd: false } } } }),
  // A proc or sys that came to another place than the topmost of the root and of a tree.
  strays: [
    ...placesBut('', { names: { run: { names: { systemd: false } } } }).map(({ path, below }) => `${path}${below ? '/{,**/}' : '/'}`),
    `/run/systemd/*/${nameBut('proc', 'sys')}/{,**/}`,
  ].map((path) => `${path}${KERNELS}{/,/**}`),
};

/**
 * What ProtectSystem=strict, ProtectKernelTunables= and their like bind onto itself, to make it read-only. Within one list it does not
 * matter which is bound onto which: what may be written stays at its name.
 */
const ONTO_ITSELF = [
  '{,run/,run/systemd/}',
  'sys/',
  'sys/fs/cgroup/',
  'sys/{module,fs/bpf,fs/selinux,kernel/debug,kernel/tracing}{,/}',
  'proc/{acpi,apm,asound,bus,fs,irq,latency_stats,mtrr,scsi,sys,sysrq-trigger,timer_stats}{,/}',
];

const SUBSETS = ['nosuid', 'nodev', 'noexec'].reduce<readonly (readonly string[])[]>((all, flag) => all.flatMap((some) => [some, [...some, flag]]), [[]]);
const TIMES = [[], ['relatime'], ['noatime'], ['strictatime']];
const PROPAGATION = ['shared', 'rshared', 'slave', 'rslave', 'private', 'rprivate', 'unbindable', 'runbindable'];

/** mount(2) with exactly these flags. */
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
  const tree = nesting ? '/{,**/}' : '/{,run/systemd/{unit-root,mount-rootfs}/}';
  return [
    `mount fstype=${types} -> @{outside},`,
    `mount fstype=proc -> ${tree}proc/,`,
    `mount fstype=sysfs -> ${tree}sys/,`,
    ...groups.map((type) => `mount fstype=${type} -> ${tree}sys/fs/cgroup/{,**},`),
    `audit deny mount fstype=${others} -> /{,**},`,
    `audit deny mount fstype=${types} -> /{proc,sys}{/,/**},`,
    `audit deny mount fstype=proc -> /{,{,**/}${nameBut('proc')}/},`,
    `audit deny mount fstype=sysfs -> /{,{,**/}${nameBut('sys')}/},`,
    ...(nesting ? [] : [`audit deny mount fstype=(${['proc', 'sysfs', ...groups].join(',')}) -> @{strays},`]),
  ];
}

export function mountRules(request: ProfileRequest): readonly string[] {
  const deep = ['rw,rbind', 'rw,move'];
  return [
    'umount,',
    '',
    '# New file systems: those without a device, and those of the kernel at their usual places.',
    ...newFileSystems(request),
    '',
    '# What is neither of /proc nor of /sys is bound and moved, what has them below only among the trees of units.',
    ...deep.map((flags) => mount(flags, '@{whole}', '@{outside}')),
    ...deep.map((flags) => mount(flags, '@{trees}', '/run/systemd/**')),
    ...ONTO_ITSELF.map((path) => mount('rw,rbind', `@{unit}/${path}`, `@{unit}/${path}`)),
    mount('rw,bind', '/{,**}', '@{outside}'),
    ...deep.map((flags) => `audit deny ${mount(flags, '@{strays}', '/{,**}')}`),
    `audit deny ${mount('rw,bind', `/{,**/}${KERNELS}{/,/**}`, '/{,**}')}`,
    `audit deny ${mount('rw,bind', '/{,**}', `/${KERNELS}{/,/**}`)}`,
    `audit deny ${mount('rw,bind', '/{,run/systemd/**}', '@{elsewhere}')}`,
    '',
    '# The tree of a unit becomes its root.',
    mount('rw,move', '@{unit}/', '/'),
    'pivot_root @{unit}/,',
    ...(request.nesting ? ['pivot_root,'] : []),
    `audit deny pivot_root /{,**/}${KERNELS}{/,/**},`,
    '',
    '# Read-only, and not writable again; and how mounts are passed on.',
    ...SUBSETS.flatMap((flags) => TIMES.map((time) => mount(['ro', 'remount', 'bind', ...flags, ...time].join(','), '', '/{,**}'))),
    ...PROPAGATION.map((kind) => mount(`rw,make-${kind}`, '', '/{,**}')),
  ];
}
