// Compiled launchers on disk: kept by the hash of what they were compiled from, so that the next start compiles nothing; or
// nameless, for one run. The directory is the caller's alone, because the texts in a launcher show the configuration.

import { createHash } from 'node:crypto';
import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  unlinkSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../model/error.ts';

/** How many launchers are kept; the one used longest ago goes first. */
const KEPT = 64;
const SUFFIX = '.elf';

/** Name of the launcher for these inputs. Any difference in them gives another. */
export function launcherHash(inputs: unknown): string {
  const text = JSON.stringify(inputs, (_key, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value));
  return createHash('sha256').update(text).digest('hex').slice(0, 32);
}

/** A full or read-only disk is no fault of the program. */
function keeping<T>(directory: string, act: () => T): T {
  try {
    return act();
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    throw new HoldfastError(`launchers are kept in ${directory}, and this one cannot be: ${(cause as Error).message}`, {
      code: 'cannot-keep',
      path: directory,
      cause,
    });
  }
}

/** The directory, made if need be; refused when anyone else could write into it. */
function ownDirectory(path: string): void {
  mkdirSync(path, { recursive: true, mode: 0o700 });
  const found = lstatSync(path);
  if (!found.isDirectory() || found.uid !== (process.geteuid?.() ?? 0) || (found.mode & 0o022) !== 0) {
    throw new HoldfastError(`${path}: launchers are kept here, so it must be a directory that belongs to you and that nobody else may write to`, {
      code: 'unsafe-directory',
      path,
    });
  }
}

/** The kept launcher of this hash, or undefined. */
export function keptLauncher(directory: string, hash: string): string | undefined {
  const path = join(directory, hash + SUFFIX);
  try {
    ownDirectory(directory);
    return statSync(path).isFile() ? path : undefined;
  } catch (error) {
    if (error instanceof HoldfastError) throw error;
    return undefined;
  }
}

/** Keeps a launcher. */
export function keepLauncher(directory: string, hash: string, elf: Uint8Array): string {
  return keepFile(directory, hash, SUFFIX, elf, 0o500);
}

/** Keeps one of many files that can be made again. Written beside and renamed, so that nobody ever reads or executes a part of one. */
export function keepFile(directory: string, hash: string, suffix: string, content: Uint8Array, mode: number): string {
  return keeping(directory, () => {
    ownDirectory(directory);
    const path = join(directory, hash + suffix);
    const fresh = join(directory, `.${hash}.${process.pid}`);
    rmSync(fresh, { force: true }); // of a killed process that had this id
    try {
      writeFileSync(fresh, content, { mode, flag: 'wx' });
      renameSync(fresh, path);
    } finally {
      rmSync(fresh, { force: true });
    }
    forgetOld(directory, suffix, path);
    return path;
  });
}

function forgetOld(directory: string, suffix: string, keep: string): void {
  const files = readdirSync(directory)
    .filter((name) => name.endsWith(suffix))
    .map((name) => join(directory, name));
  if (files.length <= KEPT) return;
  const byAge = files.map((path) => ({ path, used: statSync(path, { throwIfNoEntry: false })?.atimeMs ?? 0 })).sort((a, b) => a.used - b.used);
  for (const { path } of byAge.slice(0, files.length - KEPT)) if (path !== keep) unlinkSync(path);
}

/** Linux' O_TMPFILE, which Node does not name: __O_TMPFILE | O_DIRECTORY (fcntl.h of asm-generic; O_DIRECTORY differs by architecture). */
const O_TMPFILE = 0o20000000 | constants.O_DIRECTORY;

/**
 * A launcher without a name, for one run: executable as /proc/self/fd/N by a child process, gone with the last descriptor.
 * The caller closes the descriptor. A file open for writing cannot be executed, hence the second, read-only descriptor.
 */
export function namelessLauncher(directory: string, elf: Uint8Array): number {
  return keeping(directory, () => openNameless(directory, elf));
}

function openNameless(directory: string, elf: Uint8Array): number {
  ownDirectory(directory);
  const writing = openSync(directory, O_TMPFILE | constants.O_RDWR, 0o700);
  try {
    let written = 0;
    while (written < elf.length) written += writeSync(writing, elf, written);
    const reading = openSync(`/proc/self/fd/${writing}`, constants.O_RDONLY);
    if (!fstatSync(reading).isFile()) throw new HoldfastError('the launcher could not be opened again', { code: 'internal' });
    return reading;
  } finally {
    closeSync(writing);
  }
}
