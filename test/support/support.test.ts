// The helpers of the tests, tested.

import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { makeBusyboxRoot, writeConfig } from './busybox.ts';
import { difference, snapshot } from './leftovers.ts';
import { mustHave, needing, needs } from './needs.ts';
import { makeOrdinaryUser } from './ordinary-user.ts';
import { PROBES, type Need } from './probes.ts';
import { run } from './run.ts';

test('every need has an answer, and a reason exactly when it is missing', () => {
  for (const word of Object.keys(PROBES) as Need[]) {
    const { ok, reason, missing } = needs(word);
    expect(ok, word).toBe(reason === '');
    expect(missing, word).toEqual(ok ? [] : [word]);
  }
  expect(needs()).toEqual({ ok: true, reason: '', missing: [] });
});

test('MUST_HAVE refuses words that are no needs', () => {
  expect(mustHave('root, gcc')).toEqual(['root', 'gcc']);
  expect(mustHave('')).toEqual([]);
  expect(() => mustHave('roots')).toThrow("'roots' is no need");
});

test('a run reports output, status and signal', async () => {
  expect(await run(['sh', '-c', 'cat; echo bad >&2; exit 7'], { input: 'good' })).toEqual({
    stdout: 'good',
    stderr: 'bad\n',
    code: 7,
    signal: null,
    timedOut: false,
  });
  expect(await run(['sh', '-c', 'kill -TERM $$'])).toMatchObject({ code: null, signal: 'SIGTERM', timedOut: false });
  await expect(run(['/nonexistent'])).rejects.toThrow('ENOENT');
});

test('a run that takes too long is killed, and a grandchild with its output does not hold it up', async () => {
  expect(await run(['sleep', '60'], { timeoutMs: 100 })).toMatchObject({ signal: 'SIGKILL', timedOut: true });
  const started = performance.now();
  expect(await run(['sh', '-c', 'sleep 3 & echo here'])).toMatchObject({ stdout: 'here\n', code: 0 });
  expect(performance.now() - started).toBeLessThan(2_500);
});

needing('user')('the ordinary user has no privilege and a home of their own', async () => {
  const user = makeOrdinaryUser();
  try {
    const { stdout } = await user.run(['sh', '-c', 'id -u; id -G; echo $HOME; pwd; grep Cap /proc/self/status']);
    expect(stdout.split('\n').slice(0, 4)).toEqual([`${user.uid}`, `${user.gid}`, user.home, user.home]);
    expect(stdout).toMatch(/CapInh:\s0{16}\nCapPrm:\s0{16}\nCapEff:\s0{16}/);
    expect((await user.run(['sh', '-c', 'touch mine run/too'])).code).toBe(0);
  } finally {
    user.remove();
  }
});

needing('busybox', 'root')('the busybox root runs a shell', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-busybox-'));
  try {
    makeBusyboxRoot(join(folder, 'rootfs'));
    expect(writeConfig(folder, ['lxc.uts.name = a'])).toBe(join(folder, 'config'));
    expect(await run(['chroot', join(folder, 'rootfs'), '/bin/sh', '-c', 'ls /sbin/init /usr/bin/id'])).toMatchObject({ stdout: '/sbin/init\n/usr/bin/id\n' });
  } finally {
    rmSync(folder, { recursive: true });
  }
});

test('a difference names what was added and what was lost', () => {
  expect(difference(new Set(['a', 'b']), new Set(['b', 'c']))).toEqual({ added: ['c'], lost: ['a'] });
  expect(snapshot({ state: ['/nonexistent'] }).size).toBeGreaterThan(1);
});
