import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { aHost, aSpec, set } from '../../controls/namespaces/testing.ts';
import { fixtureMachine, type FixtureNode } from '../../host/fixture.ts';
import { diagnosticText } from '../../model/diagnostic.ts';
import type { SelinuxSpec } from '../../model/selinux.ts';
import { resolveSelinux } from './resolve.ts';

const state = mkdtempSync(join(tmpdir(), 'holdfast-unit-'));
afterAll(() => rmSync(state, { recursive: true }));
const CONFIG = '/var/lib/lxc/web/config';
const CATEGORIES = 8;

/** Every context of these types, with up to eight categories. */
function policy(types: readonly string[], changes: Readonly<Record<string, FixtureNode>> = {}) {
  const levels = ['s0'];
  for (let low = 0; low < CATEGORIES; low += 1) {
    levels.push(`s0:c${low}`);
    for (let high = low + 1; high < CATEGORIES; high += 1) levels.push(`s0:c${low},c${high}`);
  }
  const known = types.flatMap((type) => levels.map((level) => `system_u:${type.endsWith('file_t') ? 'object_r' : 'system_r'}:${type}:${level}`));
  return fixtureMachine({
    files: {
      '/sys/fs/selinux/enforce': '1',
      '/sys/fs/selinux/mls': '1',
      '/sys/fs/selinux/policyvers': '33',
      '/proc/self/attr/current': 'u:r:unconfined_t:s0\0',
      '/sys/fs/selinux/context': { answers: Object.fromEntries(known.map((context) => [context, `${context}\0`])) },
      ...changes,
    },
  });
}
const root = { kind: 'overlay', lower: ['/a'], upper: '/b', work: '/w', readOnly: false, why: set(0).why } as const;
const AUTO: SelinuxSpec = { context: null, keyring: null, auto: set({ type: null }, 4), files: null };

function resolve(
  machine: ReturnType<typeof policy>,
  selinux: SelinuxSpec = AUTO,
  { config = CONFIG, use = 'look' }: { config?: string | null; use?: 'look' | 'have' } = {},
) {
  const host = { ...aHost(), stateDir: state, runDir: join(state, 'run') };
  const { spec, diagnostics } = resolveSelinux(machine, host, aSpec({ root, selinux }), { config, lxcpaths: [], use });
  return {
    context: spec.selinux?.context?.value ?? null,
    files: spec.selinux?.files?.value ?? null,
    said: diagnostics.map((one) => `${one.code} ${diagnosticText(one).message}`),
  };
}

test('a context of the domain that the policy has, with two categories that it knows', () => {
  const found = resolve(policy(['container_t', 'container_file_t']));
  expect(found).toEqual({
    context: expect.stringMatching(/^system_u:system_r:container_t:s0:c[0-7],c[0-7]$/),
    files: 'container_file_t',
    said: [expect.stringMatching(/^HF574 /)],
  });
  expect(resolve(policy(['container_t', 'container_file_t']))).toEqual(found);
  expect(resolve(policy(['svirt_lxc_net_t', 'svirt_sandbox_file_t']))).toMatchObject({ files: 'svirt_sandbox_file_t' });
  expect(resolve(policy(['my_t']), { ...AUTO, auto: set({ type: 'my_t' }) })).toMatchObject({ context: expect.stringContaining(':my_t:'), files: null });
});

test('what it was given it keeps, and what others were given is not given again', () => {
  const register = (entries: readonly object[]) => writeFileSync(join(state, 'selinux.json'), JSON.stringify({ format: 1, containers: entries }));
  const machine = policy(['container_t', 'container_file_t']);
  register([{ name: 'web', config: CONFIG, categories: [2, 5] }]);
  expect(resolve(machine, AUTO, { use: 'have' })).toMatchObject({ context: 'system_u:system_r:container_t:s0:c2,c5', said: [] });
  const all = Array.from({ length: CATEGORIES }, (_, low) => Array.from({ length: CATEGORIES - 1 - low }, (__, index) => [low, low + 1 + index])).flat();
  register(all.slice(1).map((categories, index) => ({ name: `c${index}`, config: `/c${index}`, categories })));
  expect(resolve(machine)).toMatchObject({ context: 'system_u:system_r:container_t:s0:c0,c1' });
  register(all.map((categories, index) => ({ name: `c${index}`, config: `/c${index}`, categories })));
  expect(resolve(machine).said).toEqual([expect.stringMatching(/^HF573 .*every pair of the 8 categories is somebody's/)]);
  register([{ name: 'web', config: CONFIG, categories: [5, 2] }]);
  expect(resolve(machine).said).toEqual([expect.stringMatching(/^HF573 .*is damaged/)]);
  rmSync(join(state, 'selinux.json'));
});

test('where there is none it is said why', () => {
  const said = (...args: Parameters<typeof resolve>) => resolve(...args).said;
  expect(said(policy([]))).toEqual([expect.stringMatching(/^HF573 .*no domain for containers/)]);
  expect(said(policy(['container_t']), { ...AUTO, auto: set({ type: 'nosuch_t' }) })).toEqual([expect.stringMatching(/^HF573 .*no domain nosuch_t/)]);
  expect(said(policy(['container_t']), AUTO, { config: null })).toEqual([expect.stringMatching(/^HF573 .*no configuration to remember it by/)]);
  expect(said(policy(['container_t']), AUTO, { use: 'have' })).toEqual([expect.stringMatching(/^HF573 .*none was given to it yet/)]);
  const noLevels = { '/sys/fs/selinux/mls': '0', '/sys/fs/selinux/context': { answers: { 'system_u:system_r:container_t': '' } } };
  expect(said(policy([], noLevels), { ...AUTO, auto: set({ type: 'container_t' }) })).toEqual([expect.stringMatching(/^HF573 .*no categories/)]);
});

test('a context that is named has the files that go with it, where that is known', () => {
  const named = (type: string): SelinuxSpec => ({ ...AUTO, auto: null, context: set(`system_u:system_r:${type}:s0:c1,c2`) });
  expect(resolve(policy(['container_t', 'container_file_t']), named('container_t'))).toMatchObject({ files: 'container_file_t', said: [] });
  expect(resolve(policy(['my_t']), named('my_t'))).toMatchObject({ files: null, said: [] });
  const own = {
    '/etc/selinux/config': 'SELINUXTYPE=mine\n',
    '/etc/selinux/mine/contexts/lxc_contexts': 'process = "system_u:system_r:my_t:s0"\nfile = "system_u:object_r:my_file_t:s0"\n',
  };
  expect(resolve(policy(['my_t', 'my_file_t'], own), named('my_t'))).toMatchObject({ files: 'my_file_t' });
});
