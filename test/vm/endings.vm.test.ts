// Every way in which a guest can go wrong while its command runs is told, each by its own name.

import { expect } from 'vitest';
import { needing } from '../support/needs.ts';
import { boot } from './boot.ts';

const it = needing('vm');
const PLAIN = { lsm: 'none', cgroup: 'v2' } as const;

it('a panic is told, with what the kernel says', async () => {
  const booted = await boot({ ...PLAIN, command: 'echo c > /proc/sysrq-trigger' });
  expect(booted.ending).toEqual({ kind: 'panic', message: 'sysrq triggered crash' });
});

it('a hang is told, and what was written until then; an end without an exit status is too, in a guest beside it', async () => {
  const [hanging, ended] = await Promise.all([
    boot({ ...PLAIN, command: 'echo before; exec sleep 1000', timeoutMs: 15_000 }),
    boot({ ...PLAIN, command: 'echo o > /proc/sysrq-trigger; sleep 60' }),
  ]);
  expect(hanging.ending).toEqual({ kind: 'hang' });
  expect(hanging.stdout).toBe('before\n');
  expect(ended.ending).toEqual({ kind: 'no exit status' });
});
