// The directory of a new container, LXCPATH/NAME: made first, and by one only. As long as the file `partial` is in it, as in LXC's, it is
// unfinished; what a killed process left is told by that, and removed by the next one.

import { existsSync, mkdirSync, readdirSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../../model/error.ts';
import { PARTIAL } from '../containers.ts';
import type { FileWorker } from './file-work.ts';
import { workOnFiles } from './file-work.ts';

export interface Place {
  readonly directory: string;
  readonly config: string;
  readonly rootfs: string;
}

export function placeOf(lxcpath: string, name: string): Place {
  const directory = join(lxcpath, name);
  return { directory, config: join(directory, 'config'), rootfs: join(directory, 'rootfs') };
}

export const isUnfinished = ({ directory }: Place): boolean => existsSync(join(directory, PARTIAL));

/** Takes it: call it while nobody else has the name. True: there was one that was never finished, and it is gone. Throws `exists`. */
export function takePlace(worker: FileWorker, lxcpath: string, place: Place): boolean {
  const cleared = isUnfinished(place);
  if (cleared) clearPlace(worker, place);
  const { directory } = place;
  try {
    mkdirSync(lxcpath, { recursive: true, mode: 0o755 });
    // Nobody else comes to its files: set-user-ID programs made inside, ids that other users have too.
    mkdirSync(directory, { mode: 0o700 });
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    if (code !== 'EEXIST') throw new HoldfastError(`${directory} cannot be made: ${message}`, { code: 'cannot-write', path: directory, cause });
    throw new HoldfastError(`${directory} is there already`, { code: 'exists', path: directory, cause });
  }
  writeFileSync(join(directory, PARTIAL), '', { flag: 'wx', mode: 0o600 });
  return cleared;
}

/** It is a container from here on. */
export function finishPlace({ directory }: Place): void {
  rmSync(join(directory, PARTIAL));
}

/** From here on it is none any more, whatever happens on the way. */
export function unfinishPlace({ directory, config }: Place): void {
  writeFileSync(join(directory, PARTIAL), '', { mode: 0o600 });
  rmSync(config, { force: true });
}

/** Removes all of it but what `keep` names, the mark last. */
export function clearPlace(worker: FileWorker, { directory }: Place): void {
  for (const name of readdirSync(directory, { withFileTypes: true })) {
    const path = join(directory, name.name);
    if (name.name === PARTIAL) continue;
    if (name.isDirectory()) workOnFiles(worker, { do: 'remove', path });
    else rmSync(path, { force: true });
  }
  rmSync(join(directory, PARTIAL), { force: true });
  rmdirSync(directory);
}
