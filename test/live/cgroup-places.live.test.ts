// Where groups are: the monitor's, the container's and the one inside, as lxc.cgroup.dir.* name them; and attach where the container
// has handed controllers down.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { readHostFacts } from '../../src/host/facts.ts';
import { realMachine } from '../../src/host/machine.ts';
import { stopContainer } from '../../src/runtime/stop.ts';
import { COMMAND, containers, holdfast, recorded, RUN_DIR, startDetached, stateOf, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { run } from '../support/run.ts';

const make = containers();
const it = needing('root', 'busybox', 'cgroup1');
const onUnified = needing('root', 'busybox', 'cgroup2-mount');
const MEMORY = '/sys/fs/cgroup/memory';

/** The group of a process in the hierarchy with this controller; '' is the unified one. */
const groupOf = (pid: number | 'self', controller: string): string =>
  readFileSync(`/proc/${pid}/cgroup`, 'utf8')
    .split('\n')
    .map((line) => line.split(':'))
    .find(([, names]) => names === controller)?.[2] ?? 'none';

describe('lxc.cgroup.dir.*', () => {
  const places = (top: string) => [
    `lxc.cgroup.dir.container = ${top}/box`,
    `lxc.cgroup.dir.monitor = ${top}/watch`,
    'lxc.cgroup.dir.container.inner = home',
    'lxc.cgroup.memory.limit_in_bytes = 64M',
  ];

  it('container, monitor and inner are where they say, and nothing is left', async () => {
    const top = `holdfast-places-${process.pid}`;
    const container = make(places(top), 'exec sleep 60');
    const { init, monitor } = await startDetached(container);
    expect(['memory', 'pids', 'cpu'].map((one) => groupOf(init, one))).toEqual(Array.from({ length: 3 }, () => `/${top}/box/home`));
    expect(groupOf(monitor, 'memory')).toBe(`/${top}/watch`);
    expect(readFileSync(`${MEMORY}/${top}/box/memory.limit_in_bytes`, 'utf8').trim()).toBe('67108864');
    expect((await holdfast(['verify', container.name])).stdout).toContain('in force');
    await stopContainer(RUN_DIR, container.name, { kill: true, timeout: 0 });
    expect(existsSync(`${MEMORY}/${top}`)).toBe(false);
  });

  it('in a user namespace the group inside is the one that is given away', async () => {
    const top = `holdfast-places-${process.pid}m`;
    const ids = ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536', 'lxc.mount.auto = cgroup:rw:force'];
    const script = 'mkdir /sys/fs/cgroup/memory/mine && echo made; echo 1G > /sys/fs/cgroup/memory/memory.limit_in_bytes; exec sleep 60';
    const container = make([...places(top), ...ids], script);
    await startDetached(container);
    await until('it has made a group', () => existsSync(`${MEMORY}/${top}/box/home/mine`));
    expect(readFileSync(`${MEMORY}/${top}/box/memory.limit_in_bytes`, 'utf8').trim()).toBe('67108864');
  });
});

describe('lxc.cgroup.pattern of lxc.conf', () => {
  it('lxc/%n is where LXC 1 had its groups, with and without what is above', async () => {
    const container = make(['lxc.cgroup.memory.limit_in_bytes = 64M'], 'exec sleep 60');
    const { name, lxcpath } = container;
    const kept = existsSync(`${MEMORY}/lxc`);
    const start = [process.execPath, COMMAND, 'start', '-P', lxcpath, name].join(' ');
    // The machine's own /etc/lxc stays as it is.
    const done = await run(['unshare', '-m', 'sh', '-c', `mount -t tmpfs none /etc/lxc && echo 'lxc.cgroup.pattern = lxc/%n' > /etc/lxc/lxc.conf && ${start}`]);
    expect(done).toMatchObject({ code: 0, stderr: '' });
    expect(readFileSync(`${MEMORY}/lxc/${name}/memory.limit_in_bytes`, 'utf8').trim()).toBe('67108864');
    expect((await recorded(name)).record.cgroups.find(({ controllers }) => controllers.includes('memory'))?.limits).toBe(`${MEMORY}/lxc/${name}`);
    await stopContainer(RUN_DIR, name, { kill: true, timeout: 0 });
    expect([existsSync(`${MEMORY}/lxc/${name}`), existsSync(`${MEMORY}/lxc`)]).toEqual([false, kept]);
  });
});

describe('attach', () => {
  onUnified('goes beside the groups to which the container hands controllers down', async () => {
    const unified = readHostFacts(realMachine()).cgroups.find(({ version }) => version === 2);
    const [controller, value] = unified?.controllers.includes('pids') === true ? ['pids', 'pids.max = 50'] : ['hugetlb', 'hugetlb.2MB.max = 4M'];
    const container = make([`lxc.cgroup2.${value}`], 'exec sleep 60');
    const { init } = await startDetached(container);
    const state = stateOf(container.name);
    const group = state.state === 'running' ? state.record.cgroups.find(({ version }) => version === 2)?.path : undefined;
    if (group === undefined) throw new Error('no unified group');
    // What systemd does as init: it goes into a group of its own, then hands controllers down.
    mkdirSync(`${group}/init.scope`);
    writeFileSync(`${group}/init.scope/cgroup.procs`, String(init));
    writeFileSync(`${group}/cgroup.subtree_control`, `+${controller}`);
    const done = await holdfast(['attach', container.name, '--', 'cat', '/proc/self/cgroup']);
    expect(done.stderr).toBe('');
    expect(done.stdout).toMatch(/^0::.*\/\.lxc$/m);
  });
});
