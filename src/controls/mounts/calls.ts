// The system calls of the mount API, as the steps write them: open_tree(2), openat2(2), fsopen(2), move_mount(2),
// mount_setattr(2). A path inside the container is only ever resolved by `openInside`.

import type { ConstName } from '../../kernel/constants.gen.ts';
import type { ErrnoName } from '../../kernel/errno.gen.ts';
import type { Action, Arg, Slot, SysCall } from '../../model/step.ts';
import type { MountFlag } from './part.ts';

/** The new root file system: a descriptor of its topmost directory. */
export const ROOT: Slot = 'root';
/** Paths of the host, as long as pivot_root(2) has not come. */
export const HOST: Arg = { flags: ['AT_FDCWD'] };

const slot = (name: Slot): Arg => ({ slot: name });
const flags = (...names: readonly ConstName[]): Arg => ({ flags: names });
const text = (value: string): Arg => ({ text: value });

/** A detached copy of a mount, or of the whole tree below it (open_tree(2)). An empty path copies what `at` itself names. */
export function copyTree(at: Arg, path: string, save: Slot, recursive: boolean): SysCall {
  const from: readonly ConstName[] = path === '' ? ['AT_EMPTY_PATH'] : [];
  const deep: readonly ConstName[] = recursive ? ['AT_RECURSIVE'] : [];
  return { sys: 'open_tree', args: [at, text(path), flags('OPEN_TREE_CLONE', 'OPEN_TREE_CLOEXEC', ...from, ...deep)], save };
}

/**
 * A file or directory inside the new root, or inside what is mounted there. No symbolic link is followed (openat2(2)): what
 * the plan says is where it is, and nothing in a root file system can lead a mount elsewhere (CVE-2015-1335).
 */
export function openInside(path: string, save: Slot, { directory = false } = {}): SysCall {
  const kind: readonly ConstName[] = directory ? ['O_DIRECTORY'] : [];
  const open = { flags: flags('O_PATH', 'O_CLOEXEC', ...kind), resolve: flags('RESOLVE_IN_ROOT', 'RESOLVE_NO_MAGICLINKS', 'RESOLVE_NO_SYMLINKS') };
  return { sys: 'openat2', args: [slot(ROOT), text(path), { struct: 'open_how', fields: open }, { sizeof: 'open_how' }], save };
}

/** Attaches a detached mount over the file or directory that `target` is (move_mount(2)). */
export function attach(tree: Slot, target: Slot): SysCall {
  return { sys: 'move_mount', args: [slot(tree), text(''), slot(target), text(''), flags('MOVE_MOUNT_F_EMPTY_PATH', 'MOVE_MOUNT_T_EMPTY_PATH')] };
}

/** Attaches a detached mount over a path of the host, in init's own mount namespace. */
export function attachOver(tree: Slot, path: string): SysCall {
  return { sys: 'move_mount', args: [slot(tree), text(''), HOST, text(path), flags('MOVE_MOUNT_F_EMPTY_PATH')] };
}

export type Propagation = Extract<ConstName, 'MS_PRIVATE' | 'MS_SLAVE' | 'MS_SHARED' | 'MS_UNBINDABLE'>;

export interface MountChange {
  readonly set?: readonly MountFlag[];
  readonly clear?: readonly MountFlag[];
  readonly propagation?: Propagation;
  readonly recursive?: boolean;
}

const TIME_FLAGS: ReadonlySet<MountFlag> = new Set<MountFlag>(['MOUNT_ATTR_NOATIME', 'MOUNT_ATTR_STRICTATIME', 'MOUNT_ATTR_RELATIME']);

/** Changes a mount: the one `at` names, or the one on a path of the host (mount_setattr(2)). */
export function change(at: Slot | { readonly hostPath: string }, { set = [], clear = [], propagation, recursive = false }: MountChange): SysCall {
  const deep: readonly ConstName[] = recursive ? ['AT_RECURSIVE'] : [];
  // The three ways to keep access times exclude each other: the kernel wants the old one cleared by name.
  const cleared: readonly ConstName[] = set.some((flag) => TIME_FLAGS.has(flag)) ? [...clear, 'MOUNT_ATTR__ATIME'] : clear;
  const fields: Record<string, Arg> = {
    ...(set.length > 0 ? { attr_set: { flags: set } } : {}),
    ...(cleared.length > 0 ? { attr_clr: { flags: cleared } } : {}),
    ...(propagation ? { propagation: flags(propagation) } : {}),
  };
  const place = typeof at === 'string' ? [slot(at), text(''), flags('AT_EMPTY_PATH', ...deep)] : [HOST, text(at.hostPath), flags(...deep)];
  return { sys: 'mount_setattr', args: [...place, { struct: 'mount_attr', fields }, { sizeof: 'mount_attr' }] };
}

/** `key`, or `key=value`. */
export interface FileSystemOption {
  readonly key: string;
  readonly value: string | null;
}

/** An option from its text, e.g. `mode=0755`. */
export function option(written: string): FileSystemOption {
  const at = written.indexOf('=');
  return at < 0 ? { key: written, value: null } : { key: written.slice(0, at), value: written.slice(at + 1) };
}

/** A new file system of `type` and a detached mount of it in `save` (fsopen(2), fsconfig(2), fsmount(2)). */
export function newFileSystem(type: string, save: Slot, mountFlags: readonly MountFlag[], options: readonly FileSystemOption[] = []): readonly SysCall[] {
  const context = `${save}.context`;
  const configure = (command: ConstName, key: Arg, value: Arg): SysCall => ({
    sys: 'fsconfig',
    args: [slot(context), flags(command), key, value, 0],
    explain: context,
  });
  return [
    { sys: 'fsopen', args: [text(type), flags('FSOPEN_CLOEXEC')], save: context },
    ...options.map(({ key, value }) =>
      value === null ? configure('FSCONFIG_SET_FLAG', text(key), 0) : configure('FSCONFIG_SET_STRING', text(key), text(value)),
    ),
    configure('FSCONFIG_CMD_CREATE', 0, 0),
    { sys: 'fsmount', args: [slot(context), flags('FSMOUNT_CLOEXEC'), { flags: mountFlags }], save, explain: context },
  ];
}

/** Makes a directory in the directory `at`; one that is there already is fine. `name` is a single component: no link is followed. */
export function makeDirectory(at: Slot, name: string, mode = 0o755): SysCall {
  return { sys: 'mkdirat', args: [slot(at), text(name), mode], tolerate: ['EEXIST'] };
}

/** Makes an empty file that nobody may open, to mount something over (mknod(2)). */
export function makeFile(at: Slot, name: string): SysCall {
  return { sys: 'mknodat', args: [slot(at), text(name), flags('S_IFREG'), 0], tolerate: ['EEXIST'] };
}

export function makeLink(to: string, at: Slot, name: string): SysCall {
  return { sys: 'symlinkat', args: [text(to), slot(at), text(name)], tolerate: ['EEXIST'] };
}

export function close(...slots: readonly Slot[]): readonly SysCall[] {
  return slots.map((name) => ({ sys: 'close', args: [slot(name)] }));
}

/**
 * What makes an optional mount do without, call by call: there is nothing to mount, nothing to mount it on, no such file system,
 * or no right to it. A symbolic link on the way (ELOOP) is not among them: it fails the start.
 */
const DOES_WITHOUT: Partial<Record<SysCall['sys'], readonly ErrnoName[]>> = {
  open_tree: ['ENOENT', 'ENOTDIR', 'EACCES', 'EINVAL'],
  openat2: ['ENOENT', 'ENOTDIR', 'EACCES'],
  mkdirat: ['ENOENT', 'EACCES', 'EROFS', 'EPERM'],
  mknodat: ['ENOENT', 'EACCES', 'EROFS', 'EPERM'],
  fsopen: ['ENODEV', 'EPERM'],
  fsconfig: ['EINVAL', 'EPERM', 'ENOENT', 'EACCES', 'ENODEV', 'ENOTBLK', 'EBUSY'],
  fsmount: ['EPERM'],
  mount_setattr: ['EPERM', 'EINVAL'],
  move_mount: ['ENOTDIR', 'EINVAL'],
};

/** The same actions, of which a failing one ends the step and not the start. */
export function skippable(actions: readonly Action[]): readonly Action[] {
  return actions.map((action) => {
    const errnos = 'sys' in action ? DOES_WITHOUT[action.sys] : undefined;
    return errnos ? { ...action, skipStep: errnos } : action;
  });
}

/** The same actions, where the file they are about may not exist in this kernel. */
export function whereItExists(actions: readonly Action[]): readonly Action[] {
  return actions.map((action) => ('sys' in action && (action.sys === 'open_tree' || action.sys === 'openat') ? { ...action, skipStep: ['ENOENT'] } : action));
}
