// Rules for mounts, never `mount,`. File rules are about paths, so these hold two things. A /proc that can be written to is only ever at
// /proc, or below /run/systemd as `proc` in the tree of a unit, and /sys comes there only with the whole tree: nothing of them, and no tree
// with them in it, is bound or moved elsewhere, but for the exact mounts by which systemd.exec(5) makes such a tree. And what they are
// mounted on keeps its name: it could be renamed in another mount namespace, where nothing is mounted on it, or through another directory
// that it is bound to. So a directory named proc is renamed nowhere (files.ts), /sys is unmounted nowhere (what is mounted on is busy), and
// no file system of another kind is mounted where such a tree is made: a server of FUSE gives its directories other names as it likes.
//
// apparmor_parser before 4 makes more of some rules than they say (CVE-2016-1585): one with `rw`, `ro` or `nosuid` among its options lets
// new file systems pass with just these, one for `remount,bind` every bind alone. So `rw` is left out, and what the others let in is
// denied by name. What remains of it, a read-only /proc below /run/systemd, shows nothing that the rules for files do not close.

import { allBut, type Hole, nameBut, placesBut } from './all-but.ts';
import type { ProfileRequest } from './request.ts';

/** Where systemd puts together the tree of a unit: up to 253, and since 254. */
const UNITS = ['unit-root', 'mount-rootfs'];
const UNIT = `/run/systemd/{${UNITS.join(',')}}`;
const KERNELS = '{proc,sys}';
/** The root, and those trees. */
const TREES = `/{,${UNIT.slice(1)}/}`;
/** The directories that lead to such a tree, also in a tree. */
const LEADING = `${TREES}run/{,systemd/{,{${UNITS.join(',')}}/}}`;

const BESIDE: Hole['names'] = { proc: false, sys: false };
/** Names in / or in such a tree: not the kernel's two, and not what leads to trees of units. */
const ORDINARY = `${nameBut('proc', 'run', 'sys')},run/${nameBut('systemd')},run/systemd/${nameBut(...UNITS)}`;

/** The variables of the rules below, as a profile declares them. Each value is one more rule to the parser, so there are few. */
export const MOUNT_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  // Outside of /proc and /sys.
  outside: allBut('', { names: BESIDE }),
  // What has neither of them below it, nor leads to the tree of a unit, which has both; in such a tree the same.
  ordinary: [`/{${ORDINARY},${UNIT.slice(1)}/{${ORDINARY}}}{,/,/**}`],
  elsewhere: allBut('', { names: { run: { names: { systemd: false } } } }),
  // Where the kernel's own file systems are never mounted.
  strange: ['/{,run{,/},run/systemd{,/}}', `/{${ORDINARY},${UNIT.slice(1)}/${nameBut('proc', 'sys')}}{,/,/**}`, `${UNIT}{,/}`],
  // A proc or sys that came outside with the directory it is in.
  strays: placesBut('', { names: { run: { names: { systemd: false } } } }).map(({ path, below }) => `${path}${below ? '/{,**/}' : '/'}${KERNELS}{/,/**}`),
};

/**
 * What ProtectSystem=strict, ProtectKernelTunables= and their like bind onto itself, to make it read-only. Within one list it does not
 * matter which is bound onto which: what may be written stays at its name. But nothing of one tree is bound into the other.
 */
const ONTO_ITSELF = [
  '',
  'run/',
  'run/systemd/',
  'sys/',
  'sys/fs/cgroup/',
  'sys/{module,fs/bpf,fs/selinux,kernel/debug,kernel/tracing}{,/}',
  'proc/{acpi,apm,asound,bus,fs,irq,latency_stats,mtrr,scsi,sys,sysrq-trigger,timer_stats}{,/}',
  'proc/sys/kernel/{hostname,domainname}',
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
  const free = ['tmpfs', 'mqueue', 'hugetlbfs', 'fuse', ...(overlay ? ['overlay'] : []), ...fileSystems];
  const placed = ['ramfs', ...(devpts ? ['devpts'] : [])];
  const groups = own.includes('cgroup') ? ['cgroup', 'cgroup2'] : [];
  const types = `(${[...free, 'fuse.*'].join(',')})`;
  // Of what is `fuse?*`, `fuse.TYPE` is one like fuse, and fuseblk has a device.
  const others = nameBut(...free, ...placed, ...groups, 'proc', 'sysfs').replace('fuse?*', 'fuse[^.]*');
  const tree = nesting ? '/{,**/}' : TREES;
  return [
    `mount fstype=${types} -> @{ordinary},`,
    `mount fstype=tmpfs -> ${TREES}run/,`,
    // Credentials of units, and terminals.
    'mount fstype=ramfs -> /{dev/shm/,run/credentials/**},',
    ...(devpts ? [`mount fstype=devpts -> ${tree}dev/pts/,`] : []),
    `mount fstype=proc -> ${tree}proc/,`,
    `mount fstype=sysfs -> ${nesting ? tree : '/'}sys/,`,
    ...groups.map((type) => `mount fstype=${type} -> ${tree}sys/fs/cgroup/{,**},`),
    `audit deny mount fstype=${others} -> /{,**},`,
    `audit deny mount fstype=${types} -> /{proc,sys}{/,/**},`,
    `audit deny mount fstype=${nameBut('tmpfs')} -> ${LEADING},`,
    ...(nesting ? [] : strangers(groups)),
  ];
}

/** The kernel's own file systems where they never are, by name: also below what may be written of /proc. */
const strangers = (groups: readonly string[]): readonly string[] => [
  `audit deny mount fstype=(${['proc', 'sysfs', ...groups].join(',')}) -> @{strange},`,
  `audit deny mount fstype=(${['proc', 'sysfs', ...groups].join(',')}) -> ${TREES}proc/?**,`,
  `audit deny mount fstype=(${['sysfs', ...groups].join(',')}) -> ${TREES}proc/,`,
  `audit deny mount fstype=(proc,sysfs) -> ${TREES}sys/?**,`,
  `audit deny mount fstype=proc -> ${TREES}sys/,`,
  `audit deny mount fstype=sysfs -> ${UNIT}/sys/,`,
];

export function mountRules(request: ProfileRequest): readonly string[] {
  const deep = ['rbind', 'move'];
  return [
    'umount,',
    ...(request.nesting ? [] : ['audit deny umount /{,**/}sys/,']),
    '',
    '# New file systems: those without a device, and those of the kernel at their usual places.',
    ...newFileSystems(request),
    '',
    '# What is neither of /proc nor of /sys is bound and moved; what has them below, only to be the tree of a unit.',
    ...deep.map((flags) => mount(flags, '@{ordinary}', '@{ordinary}')),
    `audit deny ${mount('move', '/dev/pts/', '/{,**}')}`,
    mount('rbind', '@{ordinary}', `${UNIT}/${KERNELS}/**`),
    mount('rbind', '/', `${UNIT}/`),
    ...UNITS.flatMap((name) => ONTO_ITSELF.map((path) => mount('rbind', `/run/systemd/${name}/${path}`, `/run/systemd/${name}/${path}`))),
    ...deep.map((flags) => `audit deny ${mount(flags, '@{strays}', '/{,**}')}`),
    mount('bind', '/{,**}', '@{outside}'),
    `audit deny ${mount('bind', `/{,**/}${KERNELS}{/,/**}`, '/{,**}')}`,
    `audit deny ${mount('bind', '/run/systemd/*/run/**', '/{,**}')}`,
    `audit deny ${mount('bind', '/', '/{,**}')}`,
    `audit deny ${mount('bind', LEADING, '/{,**}')}`,
    `audit deny ${mount('bind', '/{,**}', LEADING)}`,
    `audit deny ${mount('bind', '/{,**}', `/${KERNELS}{/,/**}`)}`,
    `audit deny ${mount('bind', '/run/systemd/**', '@{elsewhere}')}`,
    '',
    '# The tree of a unit becomes its root.',
    mount('move', `${UNIT}/`, '/'),
    `pivot_root ${UNIT}/,`,
    ...(request.nesting ? ['pivot_root,'] : []),
    `audit deny pivot_root /{,**/}${KERNELS}{/,/**},`,
    '',
    '# Read-only, and not writable again; and how mounts are passed on.',
    ...SUBSETS.flatMap((flags) => TIMES.map((time) => mount(['ro', 'remount', 'bind', ...flags, ...time].join(','), '', '/{,**}'))),
    ...PROPAGATION.map((kind) => mount(`make-${kind}`, '', '/{,**}')),
  ];
}
