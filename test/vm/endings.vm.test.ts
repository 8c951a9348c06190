// Every way in which a guest can go wrong while its command runs is told, each by its own name.

import { expect } from 'vitest';
import { needing } from '../support/needs.ts';
import { boot } from './boot.ts';

const it = needing('vm');

it('a panic is told, with what the kernel says', async () => {
  const booted = await boot({ lsm: 'none', cgroup: 'v2', command: 'echo c > /proc/sysrq-trigger' });
  expect(booted.ending).toEqual({ kind: 'panic', message: 'sysrq triggered crash' });
});

it('a hang is told, and what was written until then', async () => {
  const booted = await boot({ lsm: 'none', cgroup: 'v2', command: 'echo before; exec sleep 1000', timeoutMs: 15_000 });
  expect(booted.ending).toEqual({ kind: 'hang' });
  expect(booted.stdout).toBe('before\n');
});

it('an end without an exit status is told', async () => {
  const booted = await boot({ lsm: 'none', cgroup: 'v2', command: 'echo o > /proc/sysrq-trigger; sleep 60' });
  expect(booted.ending).toEqual({ kind: 'no exit status' });
});
