// holdfast ids shift of an ordinary user: what was unpacked without rights becomes root's of the container, in a user namespace, and back.

import { chmodSync, chownSync, lstatSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, expect } from 'vitest';
import { makeBusyboxRoot, writeConfig } from '../support/busybox.ts';
import { COMMAND } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';
import { run } from '../support/run.ts';

const it = needing('root', 'user', 'busybox', 'newuidmap');
const name = `shift${process.pid}`;
let user: OrdinaryUser;
let rootfs = '';
const as = (...words: string[]) => user.run([process.execPath, COMMAND, ...words], { timeoutMs: 60_000 });

beforeEach(async () => {
  user = makeOrdinaryUser();
  const folder = join(user.home, '.local/share/lxc', name);
  rootfs = join(folder, 'rootfs');
  mkdirSync(rootfs, { recursive: true });
  makeBusyboxRoot(rootfs);
  writeFileSync(join(rootfs, 'setuid'), 'x');
  symlinkSync('/etc/passwd', join(rootfs, 'link'));
  writeConfig(folder, [
    `lxc.rootfs.path = dir:${rootfs}`,
    'lxc.init.cmd = /bin/sh',
    'lxc.net.0.type = empty',
    'lxc.mount.auto = proc sys',
    'holdfast.idmap = auto',
  ]);
  await run(['chown', '-Rh', `${user.uid}:${user.gid}`, user.home]);
  chmodSync(join(rootfs, 'setuid'), 0o6755);
  chmodSync(user.home, 0o700);
});
afterEach(() => user.remove());

/** Owner and mode of everything, root's own files among it. */
function state(folder: string): readonly string[] {
  return readdirSync(folder)
    .sort()
    .flatMap((entry) => {
      const path = join(folder, entry);
      const { uid, gid, mode } = lstatSync(path);
      return [`${path} ${uid}:${gid} ${mode.toString(8)}`, ...(lstatSync(path).isDirectory() ? state(path) : [])];
    });
}

it('gives the files to the ids of the container, which then starts, takes them back exactly, and leaves what is not the caller’s', async () => {
  writeFileSync(join(rootfs, 'foreign'), '');
  chownSync(join(rootfs, 'foreign'), 4242, 4242);
  const before = state(rootfs);
  expect(await as('ids', 'shift', name)).toMatchObject({ code: 1, stderr: expect.stringMatching(/none were given to it yet/) });
  const given = await as('ids', 'allocate', name, '--json');
  const { u } = JSON.parse(given.stdout) as { u: { first: number } };
  const shifted = await as('ids', 'shift', name);
  expect([shifted.code, shifted.stdout]).toEqual([0, expect.stringMatching(/\d+ of \d+ files changed\n$/)]);
  const after = state(rootfs);
  expect(after).toEqual(before.map((line) => line.replace(` ${user.uid}:${user.gid} `, ` ${u.first}:${u.first} `)));
  expect(after.some((line) => line.endsWith(' 106755') && line.includes('setuid'))).toBe(true);
  expect((await as('run', name, '--', 'stat', '-c', '%u:%g', '/', '/setuid', '/foreign')).stdout.trim().split(/\s+/)).toEqual(['0:0', '0:0', '65534:65534']);
  expect((await as('ids', 'shift', name)).stdout).toContain('have belonged');
  expect((await as('ids', 'shift', name, '--undo')).code).toBe(0);
  expect(state(rootfs)).toEqual(before);
});
