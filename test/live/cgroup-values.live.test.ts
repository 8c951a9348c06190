// holdfast cgroup on a running container: the kernel's files are read and set, by either version's names, and nothing else is.

import { readFileSync } from 'node:fs';
import { describe, expect } from 'vitest';
import { containers, holdfast, startDetached, stateOf } from '../support/live.ts';
import { startContainer } from '../support/container.ts';
import { needing } from '../support/needs.ts';

const make = containers();
const it = needing('root', 'busybox');
const LINES = ['lxc.cgroup.memory.limit_in_bytes = 64M', 'lxc.cgroup2.memory.max = 64M', 'lxc.cgroup.pids.max = 20', 'lxc.cgroup2.pids.max = 20'];

async function running() {
  const { name } = await start(LINES);
  const state = stateOf(name);
  const groups = state.state === 'running' ? state.record.cgroups : [];
  const memory = groups.find(({ controllers }) => controllers.includes('memory'));
  if (memory === undefined) throw new Error('no memory controller');
  const [own, other, file, foreign] =
    memory.version === 1
      ? (['lxc.cgroup.', 'lxc.cgroup2.', 'memory.limit_in_bytes', 'memory.max'] as const)
      : (['lxc.cgroup2.', 'lxc.cgroup.', 'memory.max', 'memory.limit_in_bytes'] as const);
  const kernel = (what: string, controller = 'memory') => {
    const group = groups.find(({ controllers }) => controllers.includes(controller));
    return readFileSync(`${group?.limits}/${what}`, 'utf8').trim();
  };
  return { name, own, other, file, foreign, kernel, cgroup: (...words: string[]) => holdfast(['cgroup', name, ...words]) };
}

async function start(lines: readonly string[]) {
  const container = make(lines, 'exec sleep 100');
  await startDetached(container);
  return container;
}

describe('holdfast cgroup', () => {
  it('reads and sets a file, by its name and as a configuration names it; what is set is in force', async () => {
    const { name, own, file, kernel, cgroup } = await running();
    for (const key of [file, `${own}${file}`]) expect(await cgroup(key)).toMatchObject({ code: 0, stdout: `${64 * 2 ** 20}\n`, stderr: '' });
    expect(await cgroup(file, '32M')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(kernel(file)).toBe(String(32 * 2 ** 20));
    expect(await holdfast(['cgroup', '-n', name, 'pids.max', '0x10'])).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(kernel('pids.max', 'pids')).toBe('16');
    const set = JSON.parse((await cgroup('--json', 'pids.max', 'max')).stdout) as { path: string; value: string }[];
    expect(set).toEqual([{ path: expect.stringMatching(/\/pids\.max$/), value: 'max' }]);
    expect(readFileSync(set[0]?.path ?? '', 'utf8')).toBe('max\n');
  });

  it("the other version's key names its equivalent, and with --translate is it", async () => {
    const { other, file, foreign, kernel, cgroup } = await running();
    for (const key of [foreign, `${other}${foreign}`]) {
      const done = await cgroup(key, '16M');
      expect(done).toMatchObject({ code: 1, stdout: '' });
      expect(done.stderr).toContain(`use ${file} (`);
      expect(done.stderr).toContain('--translate');
    }
    expect(kernel(file)).toBe(String(64 * 2 ** 20));
    expect(await cgroup('--translate', `${other}${foreign}`)).toMatchObject({ code: 0, stdout: `${64 * 2 ** 20}\n` });
    expect(await cgroup('--translate', foreign, '48M')).toMatchObject({ code: 0, stdout: '', stderr: '' });
    expect(kernel(file)).toBe(String(48 * 2 ** 20));
  });

  it('what the kernel refuses is told in words, with the file and the value', async () => {
    const { kernel, cgroup } = await running();
    const before = kernel('pids.max', 'pids');
    expect(await cgroup('pids.max', 'many')).toMatchObject({
      code: 1,
      stdout: '',
      stderr: "holdfast: pids.max refused 'many': the kernel does not take 'many' for pids.max (EINVAL)\n",
    });
    expect(kernel('pids.max', 'pids')).toBe(before);
  });
});

describe('values that version 2 alone has', () => {
  const onUnified = needing('root', 'busybox', 'cgroup2');

  onUnified('processors and their partition, huge pages, swap: what is written is in force', async () => {
    const lines = ['cpuset.cpus = 0', 'cpuset.mems = 0', 'cpuset.cpus.partition = member', 'hugetlb.2MB.max = 4M', 'memory.swap.max = 8M', 'memory.high = 48M'];
    const { name } = await start(lines.map((line) => `lxc.cgroup2.${line}`));
    const state = stateOf(name);
    const group = state.state === 'running' ? state.record.cgroups.find(({ version }) => version === 2)?.limits : undefined;
    const value = (file: string) => readFileSync(`${group}/${file}`, 'utf8').trim();
    expect(value('cpuset.cpus.partition')).toBe('member');
    expect([value('cpuset.cpus'), value('cpuset.mems')]).toEqual(['0', '0']);
    expect(value('hugetlb.2MB.max')).toBe(String(4 << 20));
    expect([value('memory.swap.max'), value('memory.high')]).toEqual([String(8 << 20), String(48 << 20)]);
  });

  onUnified('a partition that the kernel takes and does not make, and resources that the machine has not: the start is refused, and says why', async () => {
    const refused = async (...lines: readonly string[]) => {
      const container = make(
        lines.map((line) => `lxc.cgroup2.${line}`),
        'exec sleep 100',
      );
      const done = await startContainer(container);
      expect(done.code).toBe(125);
      return done.stderr;
    };
    // All processors of the machine: none would be left for the others (cpuset.cpus.partition of cgroup-v2.rst).
    const all = readFileSync('/sys/devices/system/cpu/online', 'utf8').trim();
    expect(await refused(`cpuset.cpus = ${all}`, 'cpuset.cpus.partition = root')).toContain('cpuset.cpus.partition');
    expect(await refused('misc.max = sev 1')).toContain('misc.max');
    expect(await refused('rdma.max = mlx4_0 hca_handle=2')).toContain('rdma.max');
  });
});
