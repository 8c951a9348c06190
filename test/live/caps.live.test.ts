// holdfast caps: the table, the sets of a running container, and what a run used of what it keeps.

import { existsSync, mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect } from 'vitest';
import { COMMAND, containers, holdfast, startDetached } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { makeOrdinaryUser } from '../support/ordinary-user.ts';

const it = needing('root', 'busybox');
const make = containers();
const tracing = needing('root', 'busybox', 'cap-trace');
const MAPPED = ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536'];
const INSTANCES = '/sys/kernel/tracing/instances';
const ours = () => (existsSync(INSTANCES) ? readdirSync(INSTANCES).filter((name) => name.startsWith('holdfast-caps-')) : []);

describe('holdfast caps', () => {
  it('prints the table, and one at length by any of its names', async () => {
    const last = Number(readFileSync('/proc/sys/kernel/cap_last_cap', 'utf8'));
    const table = (await holdfast(['caps'])).stdout.split('\n');
    expect(table.filter((line) => /^[ \d]\d {2}\w/.test(line)).length).toBeGreaterThan(Math.min(last, 40));
    const [byName, byTitle, byNumber] = await Promise.all(['sys_time', 'CAP_SYS_TIME', '25'].map((word) => holdfast(['caps', word])));
    expect(byName?.stdout).toMatch(/^CAP_SYS_TIME \(25\)\n {2}allows +set the system clock/);
    expect([byTitle?.stdout, byNumber?.stdout]).toEqual([byName?.stdout, byName?.stdout]);
  });

  it("shows a running container's sets as the kernel has them", async () => {
    const container = make(['lxc.init.uid = 7', 'lxc.init.gid = 7', 'lxc.cap.keep = kill chown', 'lxc.no_new_privs = 1', ...MAPPED], 'exec sleep 60');
    const { init } = await startDetached(container);
    const both = ['chown', 'kill'];
    const { containers: found } = JSON.parse((await holdfast(['caps', container.name, '--json'])).stdout) as { containers: unknown[] };
    expect(found).toEqual([
      {
        name: container.name,
        init,
        userNamespace: 'own',
        sets: { bounding: both, permitted: both, effective: both, inheritable: both, ambient: both },
        noNewPrivs: true,
        secureBits: [],
      },
    ]);
    expect((await holdfast(['caps', '-n', container.name])).stdout).toMatch(/^.*: init is process \d+\n {2}bounding +chown kill\n/);
  });

  it('says what it does not know', async () => {
    const done = await holdfast(['caps', 'sys_nothing']);
    expect([done.code, done.stderr]).toEqual([1, 'holdfast: sys_nothing is not running\n']);
  });
});

describe('holdfast caps suggest', () => {
  const runs: Readonly<Record<string, readonly [readonly string[], string, Readonly<Record<string, string>>]>> = {
    'of a privileged container': [['lxc.cap.keep = chown kill setuid net_raw'], 'chown 5:5 /tmp; exit 0', { chown: 'setattr_prepare' }],
    'of a mapped one': [[...MAPPED, 'lxc.cap.drop = sys_module'], 'hostname other; exit 0', { sys_admin: 'sethostname' }],
    'of one that uses nothing': [['lxc.cap.keep = chown kill'], 'exit 0', {}],
  };
  for (const [title, [lines, init, wanted]] of Object.entries(runs)) {
    tracing(title, async () => {
      const container = make(lines, init);
      const done = await holdfast(['caps', 'suggest', container.name, '-P', container.lxcpath, '--json']);
      expect(done).toMatchObject({ code: 0, stderr: '' });
      const { used, unused, kept } = JSON.parse(done.stdout) as { used: { name: string; askers: string[] }[]; unused: string[]; kept: string[] };
      expect(used.map(({ name }) => name)).toEqual(Object.keys(wanted));
      for (const { name, askers } of used) expect(askers.join(' ')).toContain(wanted[name]);
      expect([...used.map(({ name }) => name), ...unused].sort()).toEqual([...kept].sort());
      expect(ours()).toEqual([]);
    });
  }

  tracing('its lines are a configuration under which the same run works', async () => {
    const container = make(['lxc.cap.drop = sys_time'], 'chown 5:5 /tmp && su -s /bin/true nobody; chmod 4755 /init; kill -0 1; exit 0');
    const done = await holdfast(['caps', 'suggest', container.name, '-P', container.lxcpath]);
    const keep = /^lxc\.cap\.keep = .*$/m.exec(done.stdout)?.[0] ?? '';
    expect(keep).toContain('chown');
    const again = await holdfast(['run', container.name, '-P', container.lxcpath, '-s', 'lxc.cap.drop=', '-s', keep.replaceAll(' = ', '=')]);
    expect(again.code).toBe(0);
  });

  tracing('what a killed one left is removed at the next time', async () => {
    mkdirSync(join(INSTANCES, 'holdfast-caps-4194305')); // above any process id
    const container = make([], 'exit 0');
    expect((await holdfast(['caps', 'suggest', container.name, '-P', container.lxcpath])).code).toBe(0);
    expect(ours()).toEqual([]);
  });

  needing('user', 'userns')('an ordinary user is told that it cannot be seen, and nothing is run', async () => {
    const user = makeOrdinaryUser();
    try {
      const done = await user.run([process.execPath, COMMAND, 'caps', 'suggest', '--', 'echo', 'ran']);
      expect([done.code, done.stdout]).toEqual([1, '']);
      expect(done.stderr).toContain('what a container uses of its capabilities cannot be seen here: no tracefs can be read; it needs root');
    } finally {
      user.remove();
    }
  });
});
