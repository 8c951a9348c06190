import os from 'node:os';
import { expect, test } from 'vitest';
import { CONSTANTS } from './constants.gen.ts';
import { RLIMITS } from './rlimits.gen.ts';
import { LIBC_SIGRTMAX, LIBC_SIGRTMIN, SIGNALS } from './signals.gen.ts';

test('signals cover 1 to 31, and real-time ones 32 to 64', () => {
  const numbers = new Set<number>(Object.values(SIGNALS));
  expect([...numbers].sort((a, b) => a - b)).toEqual([...Array.from({ length: 32 }, (_, index) => index + 1), 64]);
  expect(SIGNALS.SIGRTMIN).toBe(32);
  expect([LIBC_SIGRTMIN, LIBC_SIGRTMAX]).toEqual([34, 64]);
});

test.skipIf(process.platform !== 'linux')('signals agree with those node was built with (Linux only)', () => {
  for (const [name, number] of Object.entries(os.constants.signals)) {
    expect(Object.entries(SIGNALS), name).toContainEqual([name, number]);
  }
});

test('resource limits have the names that lxc.prlimit takes, and the numbers of their constants', () => {
  const names = 'as core cpu data fsize locks memlock msgqueue nice nofile nproc rss rtprio rttime sigpending stack';
  expect(Object.keys(RLIMITS).sort().join(' ')).toBe(names);
  for (const [name, number] of Object.entries(RLIMITS)) {
    expect(Object.entries(CONSTANTS)).toContainEqual([`RLIMIT_${name.toUpperCase()}`, number]);
  }
});
