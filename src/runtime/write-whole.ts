// Writes a file for the user, whole or not at all.

import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { HoldfastError } from '../model/error.ts';

/** Beside it first, then renamed: a launcher that runs at this moment stays whole, and so does an old one when this fails. */
export function writeWhole(path: string, content: string | Uint8Array, mode: number): void {
  const fresh = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    writeFileSync(fresh, content, { mode, flag: 'wx' });
    renameSync(fresh, path);
  } catch (cause) {
    remove(fresh);
    throw new HoldfastError(`'${path}' cannot be written: ${(cause as Error).message}`, { code: 'cannot-write', path, cause });
  }
}

/** Whatever keeps it from being removed has kept it from being made. */
function remove(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {
    // told already
  }
}
