// lxc.mount.entry and lxc.mount.fstab: one step for each line, in their order.

import type { PathFact } from '../../model/host.ts';
import type { MountEntry } from '../../model/spec.ts';
import type { Action, Slot, SysCall } from '../../model/step.ts';
import { attach, change, close, copyTree, HOST, newFileSystem, openInside, skippable } from './calls.ts';
import { BIND_HINTS, FILE_SYSTEM_HINTS } from './hints.ts';
import type { MountOptions } from './options.ts';
import { type Hints, making, type Part, part } from './part.ts';
import { followsHost, type Situation } from './situation.ts';
import { makePath, stepsOnTheWay } from './targets.ts';

/** An entry that has been found good, with its words sorted and its target inside the container. */
export interface ReadEntry {
  readonly entry: MountEntry;
  readonly options: MountOptions;
  readonly path: string;
  /** What the source of a bind mount is, where somebody looked. */
  readonly source: PathFact | undefined;
}

const UNLIKE = 'a file can only be mounted on a file, a directory on a directory';

function targetHints({ options }: ReadEntry): Hints {
  return {
    ENOTDIR: options.bind ? UNLIKE : 'the target is not a directory',
    ...(options.bind ? { EINVAL: `${UNLIKE}; or use rbind: a user namespace may not uncover what lies under mounts` } : {}),
    ELOOP: 'the target leads through a symbolic link in the container: write the path it leads to',
    EROFS: 'the target does not exist and cannot be made: what it lies on is read-only',
    EBUSY: 'the file system is in use in another way, or the target may not be mounted on',
  };
}

const missingTarget = ({ entry }: ReadEntry): string =>
  entry.create === null ? ', or the target does not exist in the container (create=dir or create=file makes it)' : '';

/** A new file system, and what is known to be a directory of the host, is mounted on a directory. */
function openTarget({ entry, options, path, source }: ReadEntry, target: Slot): readonly SysCall[] {
  if (entry.create !== null) return makePath(path, target, entry.create);
  return [openInside(path, target, { directory: options.bind === null || source?.kind === 'dir' })];
}

/** A bind mount is changed while it is nowhere: there is no moment at which what is to be read-only can be written to. */
function boundTree({ entry, options }: ReadEntry, tree: Slot, { follows }: Situation): readonly SysCall[] {
  const recursive = options.bind === 'recursive';
  const changes = options.set.length + options.clear.length > 0 ? [change(tree, { set: options.set, clear: options.clear, recursive })] : [];
  const cut = follows && !followsHost(entry.options) ? [change(tree, { propagation: 'MS_PRIVATE', recursive: true })] : [];
  if (entry.idmap !== undefined) return [...changes, ...cut]; // the monitor has opened it
  if (!options.relativeSource) return [copyTree(HOST, entry.source, tree, recursive), ...changes, ...cut];
  const source = `${tree}.source`;
  return [openInside(entry.source.replace(/^\/+/, ''), source), copyTree({ slot: source }, '', tree, recursive), ...changes, ...cut, ...close(source)];
}

function newTree({ entry, options }: ReadEntry, tree: Slot): readonly SysCall[] {
  const readOnly = options.set.includes('MOUNT_ATTR_RDONLY') ? [{ key: 'ro', value: null }] : [];
  const settings = [{ key: 'source', value: entry.source }, ...readOnly, ...options.rest];
  return [...newFileSystem(entry.fstype, tree, options.set, settings), ...close(`${tree}.context`)];
}

/** Propagation that the last step of the start, which shares everything inside, would take away again. */
const undoneBySharing = ({ options }: ReadEntry) => options.propagations.filter(({ kind }) => kind === 'MS_PRIVATE' || kind === 'MS_UNBINDABLE');

/** The step of the `index`-th entry. */
export function entryMount(read: ReadEntry, index: number, now: Situation): Part {
  const { entry, options, path } = read;
  const tree = `entry.${index}`;
  const target = `${tree}.target`;
  const propagate = options.propagations.map(({ kind, recursive }) => change(tree, { propagation: kind, recursive }));
  const keptOpen = undoneBySharing(read).length > 0;
  const actions: readonly Action[] = [
    ...(options.bind ? boundTree(read, tree, now) : newTree(read, tree)),
    ...openTarget(read, target),
    attach(tree, target),
    ...propagate,
    ...close(target, ...(entry.create === null ? [] : stepsOnTheWay(path, target)), ...(keptOpen ? [] : [tree])),
  ];
  const words = entry.options.length > 0 ? ` (${entry.options.join(',')})` : '';
  const what = options.bind ? `bind ${entry.source} on /${path}${words}` : `mount ${entry.fstype} on /${path}${words}`;
  const about = options.bind ? BIND_HINTS : FILE_SYSTEM_HINTS;
  const absent = `${options.bind ? (about.ENOENT ?? '') : 'the source does not exist'}${missingTarget(read)}`;
  const hints = { ...about, ...targetHints(read), ENOENT: absent };
  const made = part('mounts', what, entry.why, entry.optional ? skippable(actions) : actions, hints);
  return making(made, {
    target: `/${path}`,
    type: options.bind ? null : entry.fstype,
    flags: options.set,
    ...(entry.idmap === undefined ? {} : { idmapped: true }),
    optional: entry.optional,
  });
}

/** Gives an entry back the propagation it asked for, behind the step that shares everything inside the container. */
export function entryPropagation(read: ReadEntry, index: number): readonly Part[] {
  const again = undoneBySharing(read).map(({ kind, recursive }) => change(`entry.${index}`, { propagation: kind, recursive }));
  if (again.length === 0) return [];
  const actions = read.entry.optional ? skippable(again) : again;
  return [part('pivot', `keep /${read.path} ${read.options.propagations.map(({ kind }) => kind.slice(3).toLowerCase()).join(', ')}`, read.entry.why, actions)];
}
