// A run's temporary folder: what a killed run has left goes, what others still use stays.

import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, expect, test } from 'vitest';
import { makeRunFolder } from './run-folder.ts';

const parent = mkdtempSync(join(tmpdir(), 'holdfast-run-folder-'));
afterEach(() => rmSync(parent, { recursive: true, force: true }));

test('of processes that have ended it is removed, of those that run it stays', () => {
  mkdirSync(parent, { recursive: true });
  const own = makeRunFolder(parent);
  const [, pid = ''] = /holdfast-vm-(\d+)-[1-9]\d*-\w+$/.exec(own) ?? [];
  expect(Number(pid)).toBe(process.pid);
  // Another process had this id before.
  const reused = join(parent, `holdfast-vm-${pid}-1-abcdef`);
  const ended = join(parent, 'holdfast-vm-4194305-7-abcdef');
  const others = join(parent, 'holdfast-vm-notes');
  for (const folder of [reused, ended, others]) mkdirSync(folder);
  writeFileSync(join(ended, 'console'), 'text');
  const next = makeRunFolder(parent);
  expect(
    readdirSync(parent)
      .map((name) => join(parent, name))
      .sort(),
  ).toEqual([own, next, others].sort());
  expect(existsSync(own)).toBe(true);
});
