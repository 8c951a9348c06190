// SELinux categories are given to one container only, however many ask at once; no SELinux is needed for that.

import { chmodSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from 'esbuild';
import { afterAll, expect } from 'vitest';
import { checkCategories } from '../../src/runtime/selinux/check-categories.ts';
import { readHostFacts } from '../../src/host/facts.ts';
import { realMachine } from '../../src/host/machine.ts';
import { makeContainer } from '../support/container.ts';
import { needing } from '../support/needs.ts';
import { run } from '../support/run.ts';

const it = needing('root', 'busybox');
const state = mkdtempSync(join(tmpdir(), 'holdfast-categories-'));
chmodSync(state, 0o700);
afterAll(() => rmSync(state, { recursive: true, force: true }));

it('four who ask at once for what six pairs there are get one each, and keep it; the seventh gets none', async () => {
  const program = join(state, 'give.mjs');
  await build({ entryPoints: ['test/support/give-categories.ts'], outfile: program, bundle: true, platform: 'node', format: 'esm', logLevel: 'silent' });
  const give = async (name: string) => (await run([process.execPath, program, state, `/${name}/config`, '4'])).stdout;
  const first = await Promise.all(['a', 'b', 'c', 'd'].map(give));
  const rest = await Promise.all(['e', 'f', 'a'].map(give));
  expect(new Set([...first, ...rest]).size).toBe(6);
  expect(rest[2]).toBe(first[0]);
  expect(await give('g')).toBe('none');
  expect(readdirSync(state).filter((name) => name.startsWith('selinux'))).toEqual(['selinux.json', 'selinux.lock']);
});

it('who shares categories is told, and whose configuration is gone', () => {
  const made = ['c1,c2', 'c1,c2', 'c0.c9', 'c3', 's0'].map((level) =>
    makeContainer([`lxc.selinux.context = u:r:container_t:${level === 's0' ? '' : 's0:'}${level}`]),
  );
  try {
    writeFileSync(join(state, 'selinux.json'), JSON.stringify({ format: 1, containers: [{ name: 'gone', config: '/gone/config', categories: [20, 21] }] }));
    const machine = realMachine();
    const host = { ...readHostFacts(machine), stateDir: state };
    const found = checkCategories(
      machine,
      host,
      made.map(({ lxcpath }) => lxcpath),
    );
    expect(found.map(({ code }) => code).sort()).toEqual(['HF580', 'HF581', 'HF581', 'HF581', 'HF582']);
    expect(found.find(({ code }) => code === 'HF580')?.data).toMatchObject({ categories: 'c1,c2', one: expect.stringContaining(made[0]?.name ?? '') });
    expect(readFileSync(join(state, 'selinux.json'), 'utf8')).toContain('gone');
  } finally {
    for (const one of made) one.remove();
  }
});
