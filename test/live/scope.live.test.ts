// An ordinary user whose groups come from a scope of the user's manager. There is no systemd here: a program in the place of systemd-run
// is put into a delegated group by the test, as the manager does, and then executes what it was given.

import { spawnSync } from 'node:child_process';
import { chownSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect } from 'vitest';
import { readHostFacts } from '../../src/host/facts.ts';
import { realMachine } from '../../src/host/machine.ts';
import { COMMAND, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser, type OrdinaryUser } from '../support/ordinary-user.ts';

const it = needing('root', 'user', 'userns', 'cgroup2-mount');
const mount = readHostFacts(realMachine(), []).cgroups.find(({ version }) => version === 2)?.mountPoint ?? '/nowhere';
const group = `${mount}/holdfast-scope-${process.pid}`;
let user: OrdinaryUser | undefined;
afterEach(() => {
  for (const path of [`${group}/lxc.payload.default`, `${group}/lxc.monitor.default`, group]) if (existsSync(path)) rmdirSync(path);
  user?.remove();
});

const SYSTEMD_RUN = `#!/bin/sh
echo "$@" > "$HOME/asked"
echo $$ > "$HOME/pid"
while [ ! -e "$HOME/moved" ]; do sleep 0.02; done
while [ "$1" != -- ]; do shift; done
shift
exec "$@"
`;

it('a container with values for its groups starts in a delegated scope, and its limits hold there', async () => {
  const owner = makeOrdinaryUser();
  user = owner;
  mkdirSync(group);
  for (const path of [group, `${group}/cgroup.procs`, `${group}/cgroup.subtree_control`]) chownSync(path, owner.uid, owner.gid);
  const manager = join(owner.home, 'run', 'systemd');
  mkdirSync(manager);
  writeFileSync(join(manager, 'private'), '');
  mkdirSync(join(owner.home, 'bin'));
  writeFileSync(join(owner.home, 'bin', 'systemd-run'), SYSTEMD_RUN, { mode: 0o755 });
  spawnSync('chown', ['-R', `${owner.uid}:${owner.gid}`, owner.home]);

  const here = { ...owner.env, PATH: `${owner.home}/bin:/usr/bin:/bin` };
  const planned = await owner.run([process.execPath, COMMAND, 'plan', '-s', 'lxc.cgroup2.cgroup.max.depth=3', '--', 'true'], { env: here });
  expect(planned.stderr).toContain(
    `${owner.home}/bin/systemd-run --user --scope --quiet --collect --property=Delegate=yes '--description=Holdfast: default' -- holdfast plan -s`,
  );

  const words = ['run', '-s', 'lxc.cgroup2.cgroup.max.depth=3', '--', 'sh', '-c', 'cat /proc/self/cgroup; sleep 1; exit 9'];
  const running = owner.run([process.execPath, COMMAND, ...words], { env: here });
  await until('systemd-run was called', () => existsSync(join(owner.home, 'pid')) && readFileSync(join(owner.home, 'pid'), 'utf8').endsWith('\n'));
  writeFileSync(`${group}/cgroup.procs`, readFileSync(join(owner.home, 'pid'), 'utf8').trim());
  writeFileSync(join(owner.home, 'moved'), '');
  await until('the container has its group', () => existsSync(`${group}/lxc.payload.default/cgroup.max.depth`));
  await until('the value is there', () => readFileSync(`${group}/lxc.payload.default/cgroup.max.depth`, 'utf8') === '3\n');
  const done = await running;
  expect(done).toMatchObject({ code: 9, stderr: '' });
  expect(readFileSync(join(owner.home, 'asked'), 'utf8')).toContain('--user --scope --quiet --collect --property=Delegate=yes');
  expect(existsSync(`${group}/lxc.payload.default`)).toBe(false);
});
