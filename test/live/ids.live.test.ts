// holdfast ids and holdfast.idmap = auto: who gets which ids, by the register, by the configuration and by the kernel's own maps.

import { spawn } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { COMMAND, containers, holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';
import { inheritedEnvironment } from '../support/run.ts';

interface Entry {
  readonly kind: string;
  readonly first: number;
  readonly count: number;
  readonly owner: { readonly what: string; readonly name: string };
}

const make = containers();
const itRoot = needing('root');
let lxcpath = '';
beforeEach(() => {
  lxcpath = mkdtempSync(join(tmpdir(), 'holdfast-ids-'));
});
afterEach(async () => {
  const { containers: given } = JSON.parse(existsSync(REGISTER) ? readFileSync(REGISTER, 'utf8') : '{"containers":[]}') as { containers: { config: string }[] };
  for (const { config } of given.filter(({ config: one }) => one.startsWith(`${lxcpath}/`))) await holdfast(['ids', 'release', '--force', '-f', config]);
  rmSync(lxcpath, { recursive: true, force: true });
});

const REGISTER = '/var/lib/holdfast/ids.json';
const configOf = (name: string) => join(lxcpath, name, 'config');

function define(name: string, ...lines: string[]): void {
  mkdirSync(join(lxcpath, name), { recursive: true });
  writeFileSync(configOf(name), `${['lxc.rootfs.path = dir:/srv', 'lxc.init.cmd = /init', ...lines].join('\n')}\n`);
}

const ids = (...words: string[]) => holdfast(['ids', ...words, '-P', lxcpath], { timeoutMs: 240_000 });
const mapIn = (name: string) => readFileSync(configOf(name), 'utf8').match(/^lxc\.idmap.*$/gm) ?? [];
const containersOf = async (): Promise<readonly Entry[]> => {
  const { ids: all } = JSON.parse((await ids('show', '--json')).stdout) as { ids: Entry[] };
  return all.filter(({ owner }) => owner.what === 'container');
};

function overlapping(entries: readonly Entry[]): readonly string[] {
  return entries.flatMap((one, index) =>
    entries
      .slice(index + 1)
      .filter(
        (other) =>
          other.kind === one.kind && other.owner.name !== one.owner.name && other.first < one.first + one.count && one.first < other.first + other.count,
      )
      .map((other) => `${one.owner.name} ${other.owner.name}`),
  );
}

itRoot(
  '50 allocations at once never overlap, although some of them are killed',
  async () => {
    const names = Array.from({ length: 50 }, (_, index) => `c${index}`);
    const killed = Array.from({ length: 6 }, (_, index) => `k${index}`);
    for (const name of [...names, ...killed]) define(name);
    const victims = killed.map((name, index) => {
      const child = spawn(process.execPath, [COMMAND, 'ids', 'allocate', '-P', lxcpath, name], { stdio: 'ignore', env: inheritedEnvironment() });
      setTimeout(() => child.kill('SIGKILL'), 200 + index * 400);
      return new Promise((done) => child.once('exit', done));
    });
    const done = await Promise.all(names.map((name) => ids('allocate', name)));
    await Promise.all(victims);
    expect(done.map(({ code, stderr }) => `${code}${stderr}`)).toEqual(names.map(() => '0'));
    const given = (await containersOf()).filter(({ owner }) => owner.name.startsWith('c') || owner.name.startsWith('k'));
    expect(given.filter(({ owner }) => names.includes(owner.name))).toHaveLength(100);
    expect(overlapping(given)).toEqual([]);
    for (const name of names) expect(mapIn(name)).toHaveLength(2);
    for (const name of killed) expect((await ids('allocate', name)).code).toBe(0);
    expect(overlapping(await containersOf())).toEqual([]);
    for (const name of killed) expect(mapIn(name)).toHaveLength(2);
  },
  300_000,
);

itRoot('what is given stays given until it is released', async () => {
  define('a');
  define('b');
  const first = await ids('allocate', 'a', '--size', '1000');
  expect(first).toMatchObject({ code: 0, stderr: '' });
  const lines = mapIn('a');
  expect(lines).toEqual([expect.stringMatching(/^lxc\.idmap = u 0 \d+ 1000$/), expect.stringMatching(/^lxc\.idmap = g 0 \d+ 1000$/)]);
  expect((await ids('allocate', 'a')).stdout).toBe(first.stdout.replace('now has', 'has had'));
  expect(await ids('allocate', 'a', '--size', '2000')).toMatchObject({ code: 1, stderr: expect.stringContaining('release them first') });
  expect((await ids('allocate', 'b')).code).toBe(0);
  expect(overlapping(await containersOf())).toEqual([]);
  expect(await ids('release', 'a')).toMatchObject({ code: 0, stderr: '' });
  expect(mapIn('a')).toEqual([]);
  expect(await ids('release', 'a')).toMatchObject({ code: 1, stderr: expect.stringContaining('was given no ids') });
});

itRoot('a map that is there is not replaced, and lines that changed stay', async () => {
  define('mapped', 'lxc.idmap = b 0 700000 65536');
  expect(await ids('allocate', 'mapped')).toMatchObject({ code: 1, stderr: expect.stringMatching(/mapped maps ids already: .*config:3/) });
  expect((await containersOf()).filter(({ owner }) => owner.name === 'mapped').map(({ first }) => first)).toEqual([700000, 700000]);
  define('changed');
  await ids('allocate', 'changed');
  writeFileSync(configOf('changed'), readFileSync(configOf('changed'), 'utf8').replace('u 0', 'u 1'));
  expect(await ids('release', 'changed')).toMatchObject({ code: 0, stderr: expect.stringContaining('stay') });
  expect(mapIn('changed')).toHaveLength(2);
});

itRoot('ids that files belong to are not released', async () => {
  const root = join(lxcpath, 'r');
  mkdirSync(root);
  define('owned');
  writeFileSync(configOf('owned'), `lxc.rootfs.path = dir:${root}\nlxc.init.cmd = /init\n`);
  const { u } = JSON.parse((await ids('allocate', 'owned', '--json')).stdout) as { u: { first: number } };
  chownSync(root, u.first, u.first);
  expect(await ids('release', 'owned')).toMatchObject({ code: 1, stderr: expect.stringContaining('would own it') });
  expect((await ids('release', 'owned', '--force')).code).toBe(0);
});

itRoot('check tells who shares ids, and what that means', async () => {
  define('one', 'lxc.idmap = b 0 700000 65536');
  define('two', 'lxc.idmap = u 0 735536 65536', 'lxc.idmap = g 0 900000 65536');
  define('low', 'lxc.idmap = b 0 0 10');
  const found = await ids('check');
  expect(found.code).toBe(1);
  expect(found.stdout).toMatch(/HF386: one \(.*config:3\) and two \(.*config:3\) share user ids 735536-765535\n/);
  expect(found.stdout).toMatch(/HF388: user ids 0-9 of low \(.*\) belong to accounts of this machine: root, daemon, bin and \d+ more/);
  expect(found.stdout).not.toMatch(/share group ids/);
  const json = JSON.parse((await ids('check', '--json')).stdout) as object;
  expect(JSON.stringify(json)).toContain('HF386');
});

describe('holdfast.idmap = auto', () => {
  needing('root', 'busybox')('gives ids at the first start, shown before and the same afterwards', async () => {
    const container = make(['holdfast.idmap = auto'], 'cat /proc/self/uid_map /proc/self/gid_map');
    const run = () => holdfast(['run', '-P', container.lxcpath, container.name]);
    const words = ({ stdout }: { stdout: string }) => stdout.trim().split(/\s+/);
    const plan = await holdfast(['check', '-P', container.lxcpath, container.name]);
    const foreseen = /HF384: at its first start the container is given ids of its own, now it would be (\d+)-/.exec(plan.stdout)?.[1];
    expect(foreseen).toBeDefined();
    expect(readFileSync(REGISTER, 'utf8')).not.toContain(container.config);
    try {
      const first = await run();
      expect(first).toMatchObject({ code: 0, stderr: '' });
      const [inside, outside, count] = words(first);
      expect([inside, count]).toEqual(['0', '65536']);
      expect(readFileSync(REGISTER, 'utf8')).toContain(container.config);
      expect(words(await run())).toEqual(words(first));
      const other = make(['holdfast.idmap = auto'], 'cat /proc/self/uid_map');
      const second = await holdfast(['run', '-P', other.lxcpath, other.name]);
      expect(Math.abs(Number(words(second)[1]) - Number(outside))).toBeGreaterThanOrEqual(65536);
      expect((await holdfast(['ids', 'release', '-f', other.config])).code).toBe(0);
      expect((await holdfast(['check', '-P', container.lxcpath, container.name])).stdout).not.toContain('HF384');
    } finally {
      await holdfast(['ids', 'release', '-f', container.config]);
    }
  });

  needing('root')('lines of lxc.idmap come first, and a default container has none to remember', async () => {
    define('both', 'holdfast.idmap = auto', 'lxc.idmap = b 0 700000 65536');
    expect((await holdfast(['check', '-P', lxcpath, 'both'])).stdout).toContain('HF382');
    expect(await holdfast(['run', '-s', 'holdfast.idmap=auto', '--', 'true'])).toMatchObject({ code: 125, stderr: expect.stringContaining('HF383') });
    define('bad', 'holdfast.idmap = always');
    expect((await holdfast(['check', '-P', lxcpath, 'bad'])).stdout).toContain('HF120');
  });
});

describe('an ordinary user', () => {
  let user: OrdinaryUser;
  const as = (...words: string[]) => user.run([process.execPath, COMMAND, ...words]);
  beforeEach(() => {
    user = makeOrdinaryUser();
    for (const name of ['a', 'b']) {
      const folder = join(user.home, '.local/share/lxc', name);
      mkdirSync(folder, { recursive: true });
      writeFileSync(join(folder, 'config'), 'lxc.rootfs.path = dir:/srv\nlxc.init.cmd = /init\n');
    }
    spawn('chown', ['-R', `${user.uid}:${user.gid}`, user.home]);
  });
  afterEach(() => user.remove());
  const it = needing('root', 'user', 'newuidmap');

  it('gives from what it was granted, and is told the command that gets more', async () => {
    const granted = /^holdfast-test:(\d+):65536$/m.exec(readFileSync('/etc/subuid', 'utf8'))?.[1];
    expect(await as('ids', 'allocate', 'a')).toMatchObject({ code: 0, stderr: '', stdout: expect.stringContaining(`now has ids ${granted}-`) });
    const refused = await as('ids', 'allocate', 'b');
    expect(refused).toMatchObject({
      code: 1,
      stderr: expect.stringMatching(/none is free, and 65536 are wanted; as root: usermod --add-subuids \d+-\d+ --add-subgids \d+-\d+ holdfast-test/),
    });
    expect((await as('ids', 'release', 'a')).code).toBe(0);
    expect((await as('ids', 'allocate', 'a', '--size', '1000')).code).toBe(0);
    expect((await as('ids', 'allocate', 'b', '--size', '1000')).stdout).toContain(`now has ids ${Number(granted) + 1000}-`);
  });

  it('is told that the register is damaged, and nothing is given', async () => {
    const state = join(user.home, '.local/state/holdfast');
    expect((await as('ids', 'allocate', 'a')).code).toBe(0);
    for (const text of [
      '{',
      '{"format":2,"containers":[]}',
      '{"format":1,"containers":[{"name":"a","config":"/x","u":{"first":-1,"count":1},"g":{"first":1,"count":1}}]}',
    ]) {
      writeFileSync(join(state, 'ids.json'), text);
      expect(await as('ids', 'allocate', 'b', '--size', '5')).toMatchObject({ code: 1, stderr: expect.stringContaining('is damaged') });
      expect(readFileSync(join(state, 'ids.json'), 'utf8')).toBe(text);
    }
  });
});
