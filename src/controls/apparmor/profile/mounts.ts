// Rules for mounts, never `mount,`. File rules are about paths, so a /proc and a /sys must keep their names, and what is in them must have no
// other. A directory that something is mounted on can be renamed where nothing is, in another mount namespace, and by every path that another
// mount gives it. A directory named proc is renamed nowhere (files.ts), and none is of a FUSE. The one of /sys is mounted on everywhere: no sysfs is mounted from
// inside, none is unmounted or left out of a copy (MS_UNBINDABLE), nor is the root that it is in (pivot_root(2), and umount2(2) of /). What of
// them or with them is bound or moved, is to make the tree of a unit of systemd.exec(5), where they are named as in the root.
//
// apparmor_parser before 4 makes more of some rules than they say (CVE-2016-1585): one with `rw`, `ro` or `nosuid` among its options lets
// new file systems pass with just these, one for `remount,bind` every bind alone. So `rw` is left out, and what the others let in is
// denied by name.

import { allBut, type Hole, nameBut, placesBut } from './all-but.ts';
import type { ProfileRequest } from './request.ts';

/** Where systemd puts together the tree of a unit: up to 253, and since 254. */
const UNITS = ['unit-root', 'mount-rootfs'];
const UNIT = `/run/systemd/{${UNITS.join(',')}}`;
const KERNELS = '{proc,sys}';
/** The root, and those trees. */
const TREES = `/{,${UNIT.slice(1)}/}`;

/** Names in / or in such a tree: not the kernel's two, and not what leads to trees of units. */
const ORDINARY = `${nameBut('proc', 'run', 'sys')},run/${nameBut('systemd')},run/systemd/${nameBut(...UNITS)}`;
const IN_UNITS: Hole = { names: { run: { names: { systemd: { names: Object.fromEntries(UNITS.map((name) => [name, false])) } } } } };

/** The variables of the rules below, as a profile declares them. Each value is one more rule to the parser, so there are few. */
export const MOUNT_VARIABLES: Readonly<Record<string, readonly string[]>> = {
  // Outside of /proc and /sys.
  outside: allBut('', { names: { proc: false, sys: false } }),
  // What has neither of them below it, nor leads to the tree of a unit, which has both; in such a tree the same.
  ordinary: [`/{${ORDINARY},${UNIT.slice(1)}/{${ORDINARY}}}{,/,/**}`],
  // Where no proc is mounted: what leads to the tree of a unit, the tree itself, and all else but its `proc`.
  strange: [`/{,run/,run/systemd/,${UNIT.slice(1)}/}`, `/{${ORDINARY},sys,${UNIT.slice(1)}/${nameBut('proc')}}{,/,/**}`, `${TREES}proc/?**`],
  // A proc or sys with what is in it, but the two of the tree of a unit, where that is made.
  strays: [
    ...placesBut('', IN_UNITS).map(({ path, below }) => `${path}${below ? '/{,**/}' : '/'}${KERNELS}{/,/**}`),
    `${UNIT}/${nameBut('proc', 'sys')}/{,**/}${KERNELS}{/,/**}`,
  ],
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
const PROPAGATION = ['shared', 'rshared', 'slave', 'rslave', 'private', 'rprivate'];

/** The flags of a mount, as MS_REMOUNT | MS_BIND sets them. */
const changesOf = (flags: readonly string[], sets: readonly (readonly string[])[]): readonly string[] =>
  sets.flatMap((some) => TIMES.map((time) => [...flags, 'remount', 'bind', ...some, ...time].join(',')));

/** mount(2) with exactly these flags; of a bind, a move and a change of propagation the kernel looks at nothing else. */
const mount = (flags: string, source: string, target: string): string => `mount options=(${flags})${source === '' ? '' : ` ${source}`} -> ${target},`;

/**
 * New file systems: those without a device anywhere outside of the kernel's; terminals, processes, and control groups of a namespace of its own at
 * their usual places. Then everything else by name. Those that show the machine (sysfs, debugfs, securityfs, efivarfs ...) are mounted by
 * the configuration, or not.
 */
function newFileSystems({ own, nesting, devpts, overlay, fuse, fileSystems }: ProfileRequest): readonly string[] {
  const free = ['tmpfs', 'mqueue', 'hugetlbfs', ...(fuse ? ['fuse'] : []), ...(overlay ? ['overlay'] : []), ...fileSystems];
  const placed = ['ramfs', ...(devpts ? ['devpts'] : [])];
  const groups = own.includes('cgroup') ? ['cgroup', 'cgroup2'] : [];
  // Of what is `fuse?*`, `fuse.TYPE` is one like fuse, and fuseblk has a device.
  const others = nameBut(...free, ...placed, ...groups, 'proc', 'sysfs').replace('fuse?*', 'fuse[^.]*');
  const types = [...free, ...(fuse ? ['fuse.*'] : [])];
  const tree = nesting ? '/{,**/}' : TREES;
  // A lookup by another name moves the directory of a FUSE, with what is mounted on it (d_splice_alias of the kernel's fs/dcache.c).
  const proc = nesting || own.includes('user') || !fuse ? [`mount fstype=proc -> ${tree}proc/,`] : [`audit deny mount fstype=proc -> ${TREES}proc/,`];
  return [
    `mount fstype=(${types.join(',')}) -> @{outside},`,
    // Credentials of units, and terminals.
    'mount fstype=ramfs -> /{dev/shm/,run/credentials/**},',
    ...(devpts ? [`mount fstype=devpts -> ${tree}dev/pts/,`] : []),
    ...proc,
    ...(nesting
      ? ['mount fstype=sysfs -> /{,**/}sys/,']
      : ['audit deny mount fstype=(proc,sysfs) -> @{strange},', `audit deny mount fstype=sysfs -> ${TREES}proc/,`]),
    ...groups.map((type) => `mount fstype=${type} -> ${tree}sys/fs/cgroup/{,**},`),
    `audit deny mount fstype=${others} -> /{,**},`,
    `audit deny mount fstype=(${[...types, ...placed].join(',')}) -> /${KERNELS}{/,/**},`,
  ];
}

export function mountRules(request: ProfileRequest): readonly string[] {
  const { nesting, readOnly } = request;
  const deep = ['rbind', 'move'];
  // NoNewPrivileges= and NoExecPaths= mount the whole tree of a unit again as it is, with a flag more: one that may be written then too.
  const taking = SUBSETS.filter((flags) => flags.includes('nosuid') || flags.includes('noexec'));
  const changes = [...changesOf(['ro'], SUBSETS), ...(readOnly ? [] : changesOf([], taking))];
  return [
    'umount,',
    ...(nesting ? ['pivot_root,', `audit deny pivot_root /{,**/}${KERNELS}{/,/**},`] : ['audit deny umount /,', 'audit deny umount /{,**/}sys/,']),
    '',
    '# New file systems: those without a device, and those of the kernel at their usual places.',
    ...newFileSystems(request),
    '',
    '# What is neither of /proc nor of /sys is bound and moved; what has them below, only to be the tree of a unit.',
    ...deep.map((flags) => mount(flags, '@{ordinary}', '@{outside}')),
    ...deep.map((flags) => `audit deny ${mount(flags, '@{strays}', '/{,**}')}`),
    `audit deny ${mount('move', '/dev/pts/', '/{,**}')}`,
    mount('rbind', '/', `${UNIT}/`),
    ...UNITS.flatMap((name) => ONTO_ITSELF.map((path) => mount('rbind', `/run/systemd/${name}/${path}`, `/run/systemd/${name}/${path}`))),
    mount('move', `${UNIT}/`, '/'),
    mount('bind', '/{,**}', '@{outside}'),
    `audit deny ${mount('bind', `/{,**/}${KERNELS}{/,/**}`, '/{,**}')}`,
    `audit deny ${mount('bind', '/', '/{,**}')}`,
    `audit deny ${mount('bind', '/{,**}', `/${KERNELS}{/,/**}`)}`,
    '',
    `# Read-only, ${readOnly ? 'and not writable again' : 'and without what nothing here has'}; and how mounts are passed on.`,
    ...changes.map((flags) => mount(flags, '', '/{,**}')),
    ...PROPAGATION.map((kind) => mount(`make-${kind}`, '', '/{,**}')),
  ];
}
