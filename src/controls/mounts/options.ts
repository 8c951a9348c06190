// The fourth field of fstab(5): which words are flags of the mount, which of the file system, which say how it propagates, and
// which the file system itself must understand. Words are compared whole.

import { type FileSystemOption, option, type Propagation } from './calls.ts';
import type { MountFlag } from './part.ts';

/** Words that set a flag of the mount (mount(8), "FILESYSTEM-INDEPENDENT MOUNT OPTIONS"). */
const SETS: Readonly<Record<string, MountFlag>> = {
  ro: 'MOUNT_ATTR_RDONLY',
  nosuid: 'MOUNT_ATTR_NOSUID',
  nodev: 'MOUNT_ATTR_NODEV',
  noexec: 'MOUNT_ATTR_NOEXEC',
  noatime: 'MOUNT_ATTR_NOATIME',
  relatime: 'MOUNT_ATTR_RELATIME',
  strictatime: 'MOUNT_ATTR_STRICTATIME',
  nodiratime: 'MOUNT_ATTR_NODIRATIME',
  nosymfollow: 'MOUNT_ATTR_NOSYMFOLLOW',
};

/** Words that take one off. */
const CLEARS: Readonly<Record<string, MountFlag>> = {
  rw: 'MOUNT_ATTR_RDONLY',
  suid: 'MOUNT_ATTR_NOSUID',
  dev: 'MOUNT_ATTR_NODEV',
  exec: 'MOUNT_ATTR_NOEXEC',
  diratime: 'MOUNT_ATTR_NODIRATIME',
  symfollow: 'MOUNT_ATTR_NOSYMFOLLOW',
};

/** Words that say what holds anyway. */
const NOTHING: ReadonlySet<string> = new Set(['defaults', 'atime', 'norelatime', 'nostrictatime', '']);

const PROPAGATIONS: Readonly<Record<string, Propagation>> = {
  private: 'MS_PRIVATE',
  slave: 'MS_SLAVE',
  shared: 'MS_SHARED',
  unbindable: 'MS_UNBINDABLE',
};

export interface MountOptions {
  readonly bind: 'alone' | 'recursive' | null;
  readonly set: readonly MountFlag[];
  readonly clear: readonly MountFlag[];
  readonly propagations: readonly { readonly kind: Propagation; readonly recursive: boolean }[];
  /** The source is a path inside the container. */
  readonly relativeSource: boolean;
  /** For the file system, in order. */
  readonly rest: readonly FileSystemOption[];
}

function lookup<T>(table: Readonly<Record<string, T>>, word: string): T | undefined {
  return Object.hasOwn(table, word) ? table[word] : undefined;
}

function propagationOf(word: string): MountOptions['propagations'][number] | null {
  const alone = lookup(PROPAGATIONS, word);
  if (alone) return { kind: alone, recursive: false };
  const recursive = word.startsWith('r') ? lookup(PROPAGATIONS, word.slice(1)) : undefined;
  return recursive ? { kind: recursive, recursive: true } : null;
}

/** Sorts the words; of `ro,rw` and the like the last one counts. */
export function readOptions(words: readonly string[]): MountOptions {
  const flags = new Map<MountFlag, boolean>();
  const propagations: MountOptions['propagations'][number][] = [];
  const rest: FileSystemOption[] = [];
  let bind: MountOptions['bind'] = null;
  let relativeSource = false;
  for (const word of words) {
    const sets = lookup(SETS, word);
    const clears = lookup(CLEARS, word);
    const propagation = propagationOf(word);
    if (sets) flags.set(sets, true);
    else if (clears) flags.set(clears, false);
    else if (propagation) propagations.push(propagation);
    else if (word === 'bind' || word === 'rbind') bind = word === 'rbind' ? 'recursive' : (bind ?? 'alone');
    else if (word === 'relative') relativeSource = true;
    else if (!NOTHING.has(word)) rest.push(option(word));
  }
  const chosen = (wanted: boolean) => [...flags].filter(([, set]) => set === wanted).map(([flag]) => flag);
  return { bind, set: chosen(true), clear: chosen(false), propagations, relativeSource, rest };
}
