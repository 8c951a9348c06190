// The program `powers`: tries what root of a machine may do, one thing at a time, and says with which errno it failed.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll } from 'vitest';
import { ERRNO, type ErrnoName } from '../../../src/kernel/errno.gen.ts';

/** Its path on this machine; compiled at the first call, removed after the file's tests. Needs gcc. */
export function powers(): () => string {
  let folder: string | undefined;
  afterAll(() => {
    if (folder !== undefined) rmSync(folder, { recursive: true, force: true });
  });
  return () => {
    if (folder === undefined) {
      folder = mkdtempSync(join(tmpdir(), 'holdfast-powers-'));
      const source = fileURLToPath(new URL('powers.c', import.meta.url));
      const done = spawnSync('gcc', ['-O1', '-static', '-w', '-o', join(folder, 'powers'), source], { encoding: 'utf8' });
      if (done.status !== 0) throw new Error(done.stderr);
      spawnSync('chmod', ['755', folder]);
    }
    return join(folder, 'powers');
  };
}

/** Puts a copy into a root file system, as /bin/powers. */
export function givePowers(program: string, rootfs: string): void {
  copyFileSync(program, join(rootfs, 'bin/powers'));
}

/** Lines `word errno` -> `word EPERM`, `word ok`; other lines stay. */
export function answersIn(text: string): readonly string[] {
  const nameOf = (number: number) => (Object.keys(ERRNO) as ErrnoName[]).find((name) => ERRNO[name].number === number) ?? String(number);
  return text
    .trimEnd()
    .split('\n')
    .map((line) => line.replace(/^([\w-]+) (\d+)$/, (_, word: string, errno: string) => `${word} ${errno === '0' ? 'ok' : nameOf(Number(errno))}`));
}
