// Changes a text file of the user's, whole or not at all: a new file beside it with the same owner, mode and extended attributes,
// written out, renamed over it (rename(2)). A symbolic link is followed and stays.

import { spawnSync } from 'node:child_process';
import {
  closeSync,
  constants,
  fchmodSync,
  fchownSync,
  fstatSync,
  fsyncSync,
  lstatSync,
  openSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  type Stats,
  writeFileSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { HoldfastError } from '../model/error.ts';
import { whileLocked } from './edit-lock.ts';

/** As large as a configuration that is read may be. */
const LARGEST = 16 * 1024 * 1024;
const MODE = 0o7777;

interface Held {
  readonly text: string;
  readonly stat: Stats;
}

/**
 * Hands the text of the file to `change` and writes what it gives; null leaves the file alone. True when it was written. Throws for what
 * is no regular UTF-8 text file, when owner or mode cannot be kept, and when the file changed meanwhile.
 */
export function editFile(path: string, change: (text: string) => string | null): boolean {
  const target = located(path);
  const { text: first } = held(target, path);
  if (change(first) === null) return false; // nothing is locked for a change that is none
  return guarded(path, () =>
    whileLocked(target, () => {
      const before = held(target, path);
      const text = change(before.text);
      if (text === null) return false;
      if (text !== before.text) replace(target, before, text, path);
      return true;
    }),
  );
}

/** A link of somebody else's may lead anywhere: one is followed if its owner is the caller, root or the owner of what it leads to (proc_sys_fs(5), protected_symlinks). */
function located(path: string): string {
  return guarded(path, () => {
    const link = lstatSync(path);
    const target = realpathSync.native(path);
    if (link.isSymbolicLink() && link.uid !== process.geteuid?.() && link.uid !== 0 && link.uid !== statSync(target).uid) {
      throw refusal(path, `it is a link that belongs to user ${link.uid}, to a file of somebody else's`);
    }
    return target;
  });
}

function held(target: string, path: string): Held {
  return guarded(path, () => {
    const file = openSync(target, constants.O_RDONLY | constants.O_NOCTTY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
    try {
      const stat = fstatSync(file);
      if (!stat.isFile()) throw refusal(path, 'it is no regular file');
      if (stat.size > LARGEST) throw refusal(path, 'it is larger than 16 MiB');
      const bytes = readFileSync(file);
      return { text: decoded(bytes, path), stat };
    } finally {
      closeSync(file);
    }
  });
}

function decoded(bytes: Uint8Array, path: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw refusal(path, 'it has bytes that are no UTF-8 text, which would not survive');
  }
}

function replace(target: string, { stat, text: old }: Held, text: string, path: string): void {
  if (stat.nlink > 1) throw refusal(path, `it has ${stat.nlink} names (hard links), and the others would keep the old text`);
  const fresh = join(dirname(target), `.${basename(target)}.holdfast-new`);
  rmSync(fresh, { force: true }); // of one that was killed: the lock is ours
  const file = openSync(fresh, 'wx', 0o600);
  try {
    copyAttributes(target, stat, file, path);
    writeFileSync(file, text);
    keepOwner(file, stat, path);
    fsyncSync(file);
    const now = held(target, path);
    if (now.text !== old || now.stat.ino !== stat.ino) throw refusal(path, 'another program has changed it meanwhile');
    renameSync(fresh, target);
  } catch (cause) {
    rmSync(fresh, { force: true });
    throw cause;
  } finally {
    closeSync(file);
  }
  syncDirectory(dirname(target));
}

/**
 * ACL, SELinux label and other extended attributes: Node has no calls for them, and cp(1) of coreutils copies what the file system takes.
 * By descriptors: in a folder of somebody else's, a name may have become a link to another file, which cp would give away.
 */
function copyAttributes(target: string, { ino, dev }: Stats, to: number, path: string): void {
  const from = openSync(target, constants.O_RDONLY | constants.O_NOCTTY | constants.O_NONBLOCK | constants.O_NOFOLLOW);
  try {
    const now = fstatSync(from);
    if (now.ino !== ino || now.dev !== dev) throw refusal(path, 'another program has changed it meanwhile');
    const what = ['--attributes-only', '--preserve=all', '--no-preserve=timestamps,links'];
    const { status } = spawnSync('cp', [...what, '--', '/proc/self/fd/3', '/proc/self/fd/4'], { stdio: ['ignore', 'ignore', 'ignore', from, to] });
    // Without its ACL the mode would mean more: the bits of the group are then the ACL's mask.
    if (status !== 0) throw refusal(path, 'its attributes cannot be kept (cp of coreutils is needed)');
  } finally {
    closeSync(from);
  }
}

function keepOwner(file: number, { uid, gid, mode }: Stats, path: string): void {
  const has = fstatSync(file);
  if (has.uid !== uid || has.gid !== gid) {
    try {
      fchownSync(file, uid, gid);
    } catch (cause) {
      throw refusal(path, `its owner ${uid}:${gid} cannot be kept`, cause);
    }
  }
  if ((fstatSync(file).mode & MODE) !== (mode & MODE)) fchmodSync(file, mode & MODE);
}

/** The rename is in the directory. Not every file system can write one out. */
function syncDirectory(path: string): void {
  const directory = openSync(path, constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(directory);
  } catch {
    // the file itself was written out
  } finally {
    closeSync(directory);
  }
}

function refusal(path: string, reason: string, cause?: unknown): HoldfastError {
  return new HoldfastError(`'${path}' is not changed: ${reason}`, { code: 'cannot-write', path, cause });
}

function guarded<T>(path: string, work: () => T): T {
  try {
    return work();
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new HoldfastError(`'${path}' cannot be changed: ${message}`, { code: 'cannot-write', path, cause, ...(code === undefined ? {} : { errno: code }) });
  }
}
