// holdfast ids shift: owners, ACLs, file capabilities and set-user-ID bits, whole, killed half-way and continued or taken back, and
// what tries to lead it out of the tree.

import { spawn } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  closeSync,
  existsSync,
  lchownSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { ACL_ATTRIBUTES, CAPABILITY_ATTRIBUTE } from '../../src/controls/idmap/shift-attributes.ts';
import { openAttributes } from '../../src/runtime/shift/attributes.ts';
import { shiftTree } from '../../src/runtime/shift/shift.ts';
import type { TestContainer } from '../support/container.ts';
import { COMMAND, containers, holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { inheritedEnvironment, run } from '../support/run.ts';

const make = containers();
const it = needing('root', 'busybox');
const MAP = 'lxc.idmap = b 0 1900000000 65536';
const CAPABILITY = Buffer.from('0100000200040000000000000000000000000000', 'hex'); // version 2, effective: cap_net_bind_service
/** u::rw-, u:1000:r--, g::r--, g:50:rwx, m::rwx, o::--- */
const ACL = Buffer.from('0200000001000600ffffffff02000400e803000004000400ffffffff080007003200000010000700ffffffff20000000ffffffff', 'hex');

const shift = ({ lxcpath, name }: TestContainer, ...flags: string[]) => holdfast(['ids', 'shift', '-P', lxcpath, name, ...flags], { timeoutMs: 120_000 });

function attribute(path: string, name: string, value?: Uint8Array): string | null {
  const file = openSync(path, 'r');
  const attributes = openAttributes('/var/lib/holdfast');
  try {
    const [read] = attributes.perform([{ file, name, ...(value === undefined ? {} : { value }) }]);
    return read === null || read === undefined ? null : Buffer.from(read).toString('hex');
  } finally {
    attributes.close();
    closeSync(file);
  }
}

/** Everything below: path, owner, mode and attributes. */
function state(folder: string): readonly string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((name) => {
      const path = join(folder, name);
      const { uid, gid, mode } = lstatSync(path);
      const isLink = lstatSync(path).isSymbolicLink();
      const extra = isLink || !/special|acl/.test(name) ? [] : [...ACL_ATTRIBUTES.slice(0, 1), CAPABILITY_ATTRIBUTE].map((one) => attribute(path, one));
      const line = [path, uid, gid, mode.toString(8), ...extra].join(' ');
      return lstatSync(path).isDirectory() ? [line, ...state(path)] : [line];
    });
}

function filled(container: TestContainer): void {
  const at = (name: string) => join(container.rootfs, name);
  writeFileSync(at('special'), 'x');
  chownSync(at('special'), 1000, 50);
  attribute(at('special'), CAPABILITY_ATTRIBUTE, CAPABILITY);
  writeFileSync(at('acl'), 'x');
  attribute(at('acl'), ACL_ATTRIBUTES[0], ACL);
  writeFileSync(at('setuid'), 'x');
  chownSync(at('setuid'), 0, 12);
  chmodSync(at('setuid'), 0o6755);
  symlinkSync('/etc/passwd', at('link'));
  lchownSync(at('link'), 7, 7);
  linkSync(at('special'), at('special2'));
  writeFileSync(at('foreign'), '');
  chownSync(at('foreign'), 70000, 70000);
  mkdirSync(at('many'));
  for (let index = 0; index < 600; index += 1) writeFileSync(at(`many/f${index}`), '');
}

it('gives every file to the ids of the container, and takes it back exactly', async () => {
  const container = make([MAP], 'stat -c "%u %g %a" /special /setuid /link /foreign');
  filled(container);
  const host = statSync('/etc/passwd');
  const before = state(container.rootfs);
  const done = await shift(container);
  expect(done).toMatchObject({ code: 0, stderr: expect.stringContaining('1 files belong to users or groups') });
  const at = (name: string) => join(container.rootfs, name);
  const owners = ['special', 'special2', 'setuid', 'link', 'foreign', 'many/f7'].map((name) => [lstatSync(at(name)).uid, lstatSync(at(name)).gid]);
  expect(owners).toEqual([
    [1900001000, 1900000050],
    [1900001000, 1900000050],
    [1900000000, 1900000012],
    [1900000007, 1900000007],
    [70000, 70000],
    [1900000000, 1900000000],
  ]);
  expect(lstatSync(at('setuid')).mode & 0o7777).toBe(0o6755);
  const root = Buffer.alloc(4);
  root.writeUInt32LE(1900000000);
  expect(attribute(at('special'), CAPABILITY_ATTRIBUTE)).toBe(`01000003${CAPABILITY.toString('hex').slice(8)}${root.toString('hex')}`);
  const ids = Buffer.alloc(8);
  ids.writeUInt32LE(1900001000);
  ids.writeUInt32LE(1900000050, 4);
  const acl = attribute(at('acl'), ACL_ATTRIBUTES[0]) ?? '';
  expect([acl.slice(32, 40), acl.slice(64, 72)]).toEqual([ids.toString('hex').slice(0, 8), ids.toString('hex').slice(8)]);
  expect([statSync('/etc/passwd').uid, statSync('/etc/passwd').ctimeMs]).toEqual([host.uid, host.ctimeMs]);
  const inside = await holdfast(['run', '-P', container.lxcpath, container.name]);
  expect(inside.stdout).toBe('1000 50 644\n0 12 6755\n7 7 777\n65534 65534 644\n');
  expect((await shift(container)).stdout).toContain('have belonged');
  expect((await shift(container, '--undo')).code).toBe(0);
  expect(state(container.rootfs)).toEqual(before);
  expect(await shift(container, '--undo')).toMatchObject({ code: 1, stderr: expect.stringContaining('no shift of it is known') });
}, 240_000);

async function killHalfWay(container: TestContainer, wait: number): Promise<void> {
  const child = spawn(process.execPath, [COMMAND, 'ids', 'shift', '-P', container.lxcpath, container.name], { stdio: 'ignore', env: inheritedEnvironment() });
  const ended = new Promise((done) => child.once('exit', done));
  const probe = join(container.rootfs, 'init');
  const end = performance.now() + 60_000;
  while (statSync(probe).uid === 0 && performance.now() < end && child.exitCode === null) await new Promise((done) => setTimeout(done, 5));
  await new Promise((done) => setTimeout(done, wait));
  child.kill('SIGKILL');
  await ended;
}

it('ended between any two batches, it goes on where it was, or is taken back', () => {
  const container = make([MAP], 'true');
  filled(container);
  const map = (['u', 'g'] as const).map((kind) => ({ kind, inside: 0, outside: 1900000000, count: 65536 }));
  const common = { path: container.rootfs, map, stateDir: join(container.lxcpath, 'state'), cacheDir: '/var/lib/holdfast' };
  const whole = (undo: boolean) => shiftTree({ ...common, undo, tell: () => {} });
  const endedAfter = (batches: number) => {
    let left = batches;
    const tell = () => {
      left -= 1;
      if (left === 0) throw new Error('ended');
    };
    expect(() => shiftTree({ ...common, undo: false, tell })).toThrow('ended');
  };
  const before = state(container.rootfs);
  whole(false);
  const after = state(container.rootfs);
  whole(true);
  expect(state(container.rootfs)).toEqual(before);
  for (const batches of [1, 4]) {
    endedAfter(batches);
    endedAfter(batches);
    expect(state(container.rootfs)).not.toEqual(after);
    whole(false);
    expect(state(container.rootfs)).toEqual(after);
    whole(true);
    endedAfter(batches);
    whole(true);
    expect(state(container.rootfs)).toEqual(before);
  }
}, 300_000);

it('killed at some moment, it is taken back', async () => {
  const container = make([MAP], 'true');
  filled(container);
  const before = state(container.rootfs);
  await killHalfWay(container, 10);
  await shift(container, '--undo');
  expect(state(container.rootfs)).toEqual(before);
}, 240_000);

it('refuses what has another name outside, and leaves everything as it was', async () => {
  const container = make([MAP], 'true');
  const outside = join(container.lxcpath, 'outside');
  writeFileSync(outside, '');
  linkSync(outside, join(container.rootfs, 'inside'));
  const before = state(container.rootfs);
  expect(await shift(container)).toMatchObject({ code: 1, stderr: expect.stringMatching(/inode \d+\) has another name outside of it/) });
  expect(state(container.rootfs)).toEqual(before);
  expect(statSync(outside).uid).toBe(0);
});

it('is not led out by directories that become links meanwhile', async () => {
  const container = make([MAP], 'true');
  const victim = join(container.lxcpath, 'victim');
  mkdirSync(victim);
  for (let index = 0; index < 200; index += 1) writeFileSync(join(victim, `f${index}`), '');
  const trap = join(container.rootfs, 'trap');
  mkdirSync(trap);
  for (let index = 0; index < 200; index += 1) writeFileSync(join(trap, `f${index}`), '');
  const script = `cd ${container.rootfs}; while :; do mv trap aside; ln -s ${victim} trap; rm trap; mv aside trap; done`;
  const racer = spawn('sh', ['-c', script], { stdio: 'ignore', detached: true });
  try {
    for (let round = 0; round < 3; round += 1) {
      await shift(container);
      await shift(container, '--undo');
    }
  } finally {
    if (racer.pid !== undefined) process.kill(-racer.pid, 'SIGKILL');
  }
  expect(readdirSync(victim).map((name) => statSync(join(victim, name)).uid)).toEqual(readdirSync(victim).map(() => 0));
  expect(statSync(victim).uid).toBe(0);
}, 240_000);

it('leaves what is mounted below, and a running container alone', async () => {
  const container = make([MAP], 'exec sleep 60');
  const below = join(container.rootfs, 'mnt');
  const script = `mount -t tmpfs none ${below} && touch ${below}/file && ${process.execPath} ${COMMAND} ids shift -P ${container.lxcpath} ${container.name} && stat -c %u ${below}/file`;
  const ended = await run(['unshare', '-m', 'sh', '-c', script], { timeoutMs: 60_000 });
  expect(ended).toMatchObject({ code: 0, stderr: expect.stringContaining('other file systems mounted') });
  expect(ended.stdout.trim().split('\n').at(-1)).toBe('0');
  expect((await holdfast(['start', '-P', container.lxcpath, container.name])).code).toBe(0);
  expect(await shift(container, '--undo')).toMatchObject({ code: 1, stderr: expect.stringContaining('running') });
  expect((await holdfast(['stop', '-k', container.name])).code).toBe(0);
  expect((await shift(container, '--undo')).code).toBe(0);
  const plain = make([], 'true');
  expect(await shift(plain)).toMatchObject({ code: 1, stderr: expect.stringContaining('maps no ids') });
  expect(existsSync(`/run/holdfast/${plain.name}.lock`)).toBe(false);
  rmSync(join(container.rootfs, 'init'));
}, 300_000);
