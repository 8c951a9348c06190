// The real files of control groups.

import { closeSync, constants, openSync, readFileSync, writeSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FreezerFiles } from './groups.ts';

export const realGroupFiles: FreezerFiles = {
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return null;
    }
  },
  write: writeGroupFile,
  sleep: (milliseconds) => sleep(milliseconds),
  now: Date.now,
};

/** One write(2), and nothing is made where there is no such file. Throws what the kernel answers. */
export function writeGroupFile(path: string, text: string): void {
  const fd = openSync(path, constants.O_WRONLY | constants.O_NOFOLLOW);
  try {
    writeSync(fd, text);
  } finally {
    closeSync(fd);
  }
}
