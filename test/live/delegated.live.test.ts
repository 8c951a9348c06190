// An ordinary user to whom a control group was delegated, as systemd does it (cgroup-v2.rst, "Delegation"): limits, freezing, attach and
// stop, with granted ids and with a single one.

import { chownSync, existsSync, mkdirSync, readdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect } from 'vitest';
import { readHostFacts } from '../../src/host/facts.ts';
import { realMachine } from '../../src/host/machine.ts';
import { COMMAND } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';
import { run } from '../support/run.ts';

const mount = readHostFacts(realMachine(), []).cgroups.find(({ version }) => version === 2)?.mountPoint ?? '/nowhere';
const group = `${mount}/holdfast-delegated-${process.pid}`;
const name = `del${process.pid}`;

let user: OrdinaryUser;
beforeEach(() => {
  user = makeOrdinaryUser();
  mkdirSync(join(group, 'shell'), { recursive: true });
  for (const one of [group, join(group, 'shell')]) {
    for (const path of ['', 'cgroup.procs', 'cgroup.subtree_control', 'cgroup.threads']) chownSync(join(one, path), user.uid, user.gid);
  }
});
afterEach(async () => {
  if (existsSync(`${group}/cgroup.kill`)) writeFileSync(`${group}/cgroup.kill`, '1');
  await run(['sh', '-c', `for i in $(seq 100); do [ -z "$(cat ${group}/cgroup.procs ${group}/*/cgroup.procs)" ] && break; sleep 0.05; done`]);
  removeGroups(group);
  user.remove();
});

function removeGroups(path: string): void {
  for (const entry of readdirSync(path, { withFileTypes: true })) if (entry.isDirectory()) removeGroups(join(path, entry.name));
  rmdirSync(path);
}

/** From a shell of the user's in the delegated group. */
const as = (...words: string[]) =>
  run(['sh', '-c', `echo $$ > ${group}/shell/cgroup.procs && exec "$@"`, 'sh', ...user.command([process.execPath, COMMAND, ...words])], {
    cwd: user.home,
    env: user.env,
    timeoutMs: 60_000,
  });

describe('in a delegated group', () => {
  const it = needing('root', 'user', 'busybox', 'newuidmap', 'userns', 'cgroup2-mount');
  for (const [kind, single] of [
    ['granted ids', false],
    ['a single id', true],
  ] as const) {
    it(`a container with ${kind} has limits, is frozen, entered, stopped and removed`, async () => {
      const base = join(user.home, 'base.conf');
      writeFileSync(base, single ? `lxc.idmap = u 0 ${user.uid} 1\nlxc.idmap = g 0 ${user.gid} 1\n` : '');
      expect((await as('create', name, '-t', 'busybox', '-f', base)).code).toBe(0);
      const config = join(user.home, '.local/share/lxc', name, 'config');
      writeFileSync(config, `${readFileSync(config, 'utf8')}lxc.cgroup2.cgroup.max.depth = 3\n`);
      const started = await as('start', name);
      expect(started.code, started.stderr).toBe(0);
      const payload = readdirSync(group, { recursive: true })
        .map(String)
        .find((path) => path.endsWith(`lxc.payload.${name}`));
      const at = join(group, payload ?? '');
      expect(readFileSync(join(at, 'cgroup.max.depth'), 'utf8')).toBe('3\n');
      expect((await as('attach', name, '--', 'cat', '/proc/self/cgroup')).stdout).toMatch(/^0::\//m);
      expect(await as('freeze', name)).toMatchObject({ code: 0, stderr: '' });
      expect(readFileSync(join(at, 'cgroup.events'), 'utf8')).toContain('frozen 1');
      expect((await as('ls')).stdout).toMatch(new RegExp(`^${name} +frozen`, 'm'));
      expect(await as('unfreeze', name)).toMatchObject({ code: 0, stderr: '' });
      expect(await as('cgroup', name, 'cgroup.max.depth')).toMatchObject({ code: 0, stdout: '3\n' });
      expect(await as('stop', '-t', '30', name)).toMatchObject({ code: 0, stderr: '' });
      expect(existsSync(at)).toBe(false);
      expect(await as('destroy', name)).toMatchObject({ code: 0, stderr: '' });
    });
  }

  it('without a delegated group a limit is refused by name, before anything is started', async () => {
    expect((await as('create', name, '-t', 'busybox')).code).toBe(0);
    const refused = await user.run([process.execPath, COMMAND, 'start', name, '-s', 'lxc.cgroup2.cgroup.max.depth=3']);
    expect(refused).toMatchObject({ code: 125, stderr: expect.stringContaining("'lxc.cgroup2.cgroup.max.depth'") });
    expect((await as('destroy', name)).code).toBe(0);
  });
});
