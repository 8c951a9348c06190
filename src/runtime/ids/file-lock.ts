// One process at a time: flock(2) of a file, which the kernel takes back when the holder dies, whatever it dies of.

import { spawnSync } from 'node:child_process';
import { closeSync, constants, fstatSync, mkdirSync, openSync } from 'node:fs';
import { emit } from '../../launcher/emit.ts';
import { LOCKED_FD, lockTaker } from '../../launcher/lock-taker.ts';
import { HoldfastError } from '../../model/error.ts';
import { namelessLauncher } from '../launcher-file.ts';

/** How long (milliseconds) others are waited for: each needs a few hundredths of a second. */
const PATIENCE = 120_000;

/** Calls `work` while this process alone holds DIRECTORY/NAME. `cacheDir` is where programs can be executed. */
export function whileHolding<T>(directory: string, name: string, cacheDir: string, work: () => T): T {
  const path = `${directory}/${name}`;
  const file = taken(directory, path, cacheDir);
  try {
    return work();
  } finally {
    closeSync(file);
  }
}

/** A locked file that still has this name: one that was removed while it was waited for holds nobody off. */
function taken(directory: string, path: string, cacheDir: string): number {
  for (;;) {
    const file = opened(directory, path);
    try {
      takeLock(file, path, cacheDir);
      if (fstatSync(file).nlink > 0) return file;
    } catch (cause) {
      closeSync(file);
      throw cause;
    }
    closeSync(file);
  }
}

function takeLock(file: number, path: string, cacheDir: string): void {
  const program = namelessLauncher(cacheDir, emit(lockTaker(), { arch: 'x86_64' }));
  const stdio = Array.from({ length: LOCKED_FD + 1 }, (_, fd) => (fd === LOCKED_FD ? file : ('ignore' as const)));
  try {
    const { status, error } = spawnSync(`/proc/self/fd/${program}`, [], { stdio, timeout: PATIENCE, argv0: 'holdfast: lock' });
    if (status !== 0) throw new HoldfastError(`${path} is held by another process, or cannot be locked`, { code: 'busy', path, cause: error });
  } finally {
    closeSync(program);
  }
}

function opened(directory: string, path: string): number {
  try {
    mkdirSync(directory, { recursive: true, mode: 0o700 });
    return openSync(path, constants.O_RDWR | constants.O_CREAT | constants.O_NOFOLLOW, 0o600);
  } catch (cause) {
    throw new HoldfastError(`${path} cannot be opened: ${(cause as Error).message}`, { code: 'cannot-write', path, cause });
  }
}
