// The node of a device in a running container: made or removed in its mount namespace, by a process of the host that enters it for
// a few calls and leaves it again (setns(2)). Paths are resolved there, below the container's own root.

import { type ConstName, CONSTANTS } from '../../kernel/constants.gen.ts';
import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Origin } from '../../model/origin.ts';
import type { Action, Arg, MonitorStep, Slot, SysCall } from '../../model/step.ts';
import { ifNew } from '../cgroups/if-new.ts';
import { attach, copyTree, newFileSystem, option } from '../mounts/calls.ts';
import { type DeviceType, numbersText } from './rule.ts';

export interface DeviceNode {
  readonly type: DeviceType;
  readonly major: number;
  readonly minor: number;
  /** Inside, absolute. */
  readonly path: string;
  /** Permissions, as chmod(2) takes them. */
  readonly mode: number;
  /** The container's root on the host, where it has ids of its own; null: it is root. */
  readonly owner: { readonly uid: number; readonly gid: number } | null;
}

const AT = { flags: ['AT_FDCWD'] } as const;
const OUTSIDE: Slot = 'device.outside';
const MADE: Slot = 'device.made';
const FILE_SYSTEM: Slot = 'device.fs';
const TREE: Slot = 'device.tree';
const STATUS = 'device.status';

/** Before anything else: the way back. `target` is a descriptor of init (pidfd_open(2)). */
export function rememberOutside(why: Origin): MonitorStep {
  const actions: readonly Action[] = [
    { sys: 'openat', args: [AT, { text: '/proc/self/ns/mnt' }, { flags: ['O_RDONLY', 'O_CLOEXEC'] }, 0], save: OUTSIDE },
    { sys: 'umask', args: [0] },
  ];
  return { who: 'monitor', phase: 'open', what: "open the host's mount namespace, to come back to", why, actions };
}

const enter: SysCall = { sys: 'setns', args: [{ slot: 'target' }, { flags: ['CLONE_NEWNS'] }] };
const leave: SysCall = { sys: 'setns', args: [{ slot: OUTSIDE }, { flags: ['CLONE_NEWNS'] }] };

/** makedev(3): 8 bits of the minor number, 12 of the major, the rest of the minor. */
const numberOf = ({ major, minor }: DeviceNode): number => (minor & 0xff) + major * 256 + (minor >> 8) * 2 ** 20;
const typeOf = ({ type }: DeviceNode): 'S_IFBLK' | 'S_IFCHR' => (type === 'b' ? 'S_IFBLK' : 'S_IFCHR');
const text = (value: string): Arg => ({ text: value });

function folders(path: string): readonly string[] {
  const parts = path
    .split('/')
    .filter((part) => part !== '')
    .slice(0, -1);
  return parts.map((_, index) => `/${parts.slice(0, index + 1).join('/')}`);
}

const makeFolders = (path: string): readonly SysCall[] =>
  folders(path).map((folder) => ({ sys: 'mkdirat', args: [AT, text(folder), 0o755], tolerate: ['EEXIST'] }));

/** What is there is this device, and no link. */
function confirm(node: DeviceNode): readonly Action[] {
  const { stx_mode: mode, stx_rdev_major: major, stx_rdev_minor: minor } = STRUCTS.statx.fields;
  const flags: Arg = { flags: ['AT_SYMLINK_NOFOLLOW'] };
  return [
    { sys: 'statx', args: [AT, text(node.path), flags, { flags: ['STATX_BASIC_STATS'] }, { buffer: STATUS, size: STRUCTS.statx.size }] },
    {
      compare: STATUS,
      offset: mode.offset,
      width: 2,
      mask: BigInt(CONSTANTS.S_IFMT),
      value: BigInt(CONSTANTS[typeOf(node)]),
      what: `${node.path} is a device of this type`,
    },
    { compare: STATUS, offset: major.offset, width: 4, value: BigInt(node.major), what: `its major number is ${node.major}` },
    { compare: STATUS, offset: minor.offset, width: 4, value: BigInt(node.minor), what: `its minor number is ${node.minor}` },
  ];
}

export function makeNode(node: DeviceNode, runDir: string, why: Origin): readonly MonitorStep[] {
  const steps = node.owner === null ? [made(node, why)] : [prepared(node, node.owner, runDir, why), bound(node, node.owner, why)];
  const what = `see that ${node.path} inside is the device ${numbersText(node)}, and nothing that was there before`;
  return [...steps, { who: 'monitor', phase: 'open', what, why, actions: [enter, ...confirm(node), leave] }];
}

const HINTS: NonNullable<MonitorStep['hints']> = {
  EROFS: 'the file system there is read-only: name another place behind the device',
  EEXIST: 'something is there already: name another place behind the device',
  ENOTDIR: 'a part of the path is no directory',
  ELOOP: 'a symbolic link is there',
  EPERM: 'making a device takes CAP_MKNOD on the host',
  EACCES: "the container's root may not write there",
  ENOSPC: 'the file system there is full',
};

function made(node: DeviceNode, why: Origin): MonitorStep {
  const mode: Arg = { flags: [typeOf(node), ...permissions(node.mode)] };
  return {
    who: 'monitor',
    phase: 'open',
    what: `make the node ${node.path} (${numbersText(node)}) inside`,
    why,
    actions: [enter, ...makeFolders(node.path), { sys: 'mknodat', args: [AT, text(node.path), mode, numberOf(node)], save: MADE, tolerate: ['EEXIST'] }, leave],
    undo: [ifNew(MADE), enter, { sys: 'unlinkat', args: [AT, text(node.path), 0], tolerate: ['ENOENT'] }, leave],
    hints: HINTS,
  };
}

/**
 * In a user namespace no node can be opened on a file system that was mounted in it, and one that is bound from the host belongs to
 * an id that the container does not have. So the node is on a small file system of its own, mounted by the host, for this one file.
 */
function prepared(node: DeviceNode, { uid, gid }: { readonly uid: number; readonly gid: number }, runDir: string, why: Origin): MonitorStep {
  const place: Slot = 'device.place';
  return {
    who: 'monitor',
    phase: 'open',
    what: `make a node ${numbersText(node)} that belongs to the container's root, user ${uid}, on a file system of its own`,
    why,
    actions: [
      { sys: 'unshare', args: [{ flags: ['CLONE_NEWNS'] }] },
      { sys: 'mount', args: [0, text('/'), 0, { flags: ['MS_REC', 'MS_PRIVATE'] }, 0] },
      ...newFileSystem('tmpfs', FILE_SYSTEM, ['MOUNT_ATTR_NOSUID', 'MOUNT_ATTR_NOEXEC'], [option('size=4k'), option('mode=0700')]),
      { sys: 'openat', args: [AT, text(runDir), { flags: ['O_PATH', 'O_DIRECTORY', 'O_CLOEXEC'] }, 0], save: place },
      attach(FILE_SYSTEM, place),
      { sys: 'mknodat', args: [{ slot: FILE_SYSTEM }, text('node'), { flags: [typeOf(node), ...permissions(node.mode)] }, numberOf(node)] },
      { sys: 'fchownat', args: [{ slot: FILE_SYSTEM }, text('node'), uid, gid, 0] },
      copyTree({ slot: FILE_SYSTEM }, 'node', TREE, false),
    ],
  };
}

function bound(node: DeviceNode, { uid, gid }: { readonly uid: number; readonly gid: number }, why: Origin): MonitorStep {
  const create: Arg = { flags: ['O_WRONLY', 'O_CREAT', 'O_EXCL', 'O_NOFOLLOW', 'O_CLOEXEC'] };
  return {
    who: 'monitor',
    phase: 'open',
    what: `bind it on ${node.path} inside`,
    why,
    actions: [
      enter,
      { sys: 'setfsgid', args: [gid] },
      { sys: 'setfsuid', args: [uid] },
      ...makeFolders(node.path),
      { sys: 'openat', args: [AT, text(node.path), create, 0o600], save: MADE },
      { sys: 'close', args: [{ slot: MADE }] },
      { sys: 'setfsuid', args: [0] },
      { sys: 'setfsgid', args: [0] },
      { sys: 'move_mount', args: [{ slot: TREE }, text(''), AT, text(node.path), { flags: ['MOVE_MOUNT_F_EMPTY_PATH'] }] },
      leave,
    ],
    undo: [enter, ...unbind(node), leave],
    hints: HINTS,
  };
}

function unbind({ path }: DeviceNode): readonly SysCall[] {
  return [
    { sys: 'umount2', args: [text(path), { flags: ['MNT_DETACH', 'UMOUNT_NOFOLLOW'] }], tolerate: ['EINVAL', 'ENOENT'] },
    { sys: 'unlinkat', args: [AT, text(path), 0], tolerate: ['ENOENT'] },
  ];
}

/** Removes it, if it is this device. One that is not there is gone already. */
export function removeNode(node: DeviceNode, why: Origin): MonitorStep {
  const [status, ...rest] = confirm(node) as readonly [SysCall, ...Action[]];
  return {
    who: 'monitor',
    phase: 'open',
    what: `remove the node ${node.path} (${numbersText(node)}) inside`,
    why,
    actions: [enter, { ...status, skipStep: ['ENOENT'] }, ...rest, ...unbind(node), leave],
    hints: { EROFS: 'the file system there is read-only', EBUSY: 'something else is mounted there' },
  };
}

const PERMISSIONS: readonly (readonly [number, ConstName])[] = [
  [0o400, 'S_IRUSR'],
  [0o200, 'S_IWUSR'],
  [0o040, 'S_IRGRP'],
  [0o020, 'S_IWGRP'],
  [0o004, 'S_IROTH'],
  [0o002, 'S_IWOTH'],
];

function permissions(mode: number): readonly ConstName[] {
  return PERMISSIONS.filter(([bit]) => (mode & bit) !== 0).map(([, name]) => name);
}
