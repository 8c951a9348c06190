// SELinux in a guest is at work: contexts are entered, wrong ones refused, and containers of different categories kept apart.

import { copyFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, expect } from 'vitest';
import { needing } from '../../support/needs.ts';
import { run } from '../../support/run.ts';
import { kernelMessages, lxcContainers } from './lxc-container.ts';

const it = needing('root', 'selinux', 'lxc', 'busybox');
const make = lxcContainers();
const PROCESS = 'system_u:system_r:container_t:s0';
const FILE = 'system_u:object_r:container_file_t:s0';
const BUSYBOX = '/run/tmp/busybox';

/** Runs busybox in a context. What it writes goes through a pipe of ours: it may not write to files on the share. */
const inContext = (context: string, ...words: readonly string[]) => run(['runcon', context, BUSYBOX, ...words]);
const label = async (context: string, ...paths: readonly string[]) => expect(await run(['chcon', '-R', context, ...paths])).toMatchObject({ code: 0 });

beforeAll(async () => {
  copyFileSync('/bin/busybox', BUSYBOX);
  await label(FILE, BUSYBOX);
});

it('a process is in the context that it was started in', async () => {
  expect(await inContext(`${PROCESS}:c1,c2`, 'cat', '/proc/self/attr/current')).toMatchObject({ code: 0, stdout: `${PROCESS}:c1,c2\0` });
});

it('two containers of LXC are each in their own, and neither reads what is the other’s', async () => {
  for (const name of ['one', 'two'] as const) {
    const categories = name === 'one' ? 'c1,c2' : 'c3,c4';
    const container = make(name, [`lxc.selinux.context = ${PROCESS}:${categories}`]);
    await label(`${FILE}:${categories}`, container.rootfs);
    expect(await container.start()).toMatchObject({ code: 0 });
    expect(await container.label()).toBe(`${PROCESS}:${categories}`);
    const passwd = join(container.rootfs, 'etc/passwd');
    expect(await inContext(`${PROCESS}:${categories}`, 'cat', passwd)).toMatchObject({ code: 0, stdout: readFileSync(passwd, 'utf8') });
    expect(await inContext(`${PROCESS}:c5,c6`, 'cat', passwd)).toMatchObject({ code: 1, stderr: expect.stringContaining('Permission denied') });
  }
  expect(await kernelMessages()).toMatch(
    /avc: +denied +\{ search \} .*scontext=system_u:system_r:container_t:s0:c5,c6 tcontext=system_u:object_r:container_file_t:s0:c1,c2 tclass=dir permissive=0/,
  );
});

it('neither may signal the other', async () => {
  const victim = make('victim', [`lxc.selinux.context = ${PROCESS}:c3,c4`]);
  await label(`${FILE}:c3,c4`, victim.rootfs);
  expect(await victim.start()).toMatchObject({ code: 0 });
  const { stdout } = await run(['sh', '-c', 'pgrep -x sleep | tail -n 1']);
  expect(readFileSync(`/proc/${stdout.trim()}/attr/current`, 'utf8')).toContain('c3,c4');
  expect(await inContext(`${PROCESS}:c1,c2`, 'kill', '-9', stdout.trim())).toMatchObject({ code: 1 });
  expect(await inContext(`${PROCESS}:c3,c4`, 'kill', '-0', stdout.trim())).toMatchObject({ code: 0 });
});

it('a context that the policy does not know is refused', async () => {
  const container = make('wrong', ['lxc.selinux.context = system_u:system_r:nosuch_t:s0']);
  expect(await container.start()).toMatchObject({ code: 1 });
  expect(container.log()).toContain('Invalid argument');
  expect((await inContext('system_u:system_r:container_t:s0:c1024', 'true')).code).not.toBe(0);
});
