// holdfast cgroup: what is no file of a running container's groups is refused, and nothing is written.

import { expect } from 'vitest';
import { containers, holdfast, startDetached } from '../support/live.ts';
import { needing } from '../support/needs.ts';

const make = containers();
const it = needing('root', 'busybox');

async function running(lines: readonly string[] = ['lxc.cgroup.pids.max = 20', 'lxc.cgroup2.pids.max = 20']) {
  const container = make(lines, 'exec sleep 100');
  await startDetached(container);
  const { name } = container;
  return { name, cgroup: (...words: string[]) => holdfast(['cgroup', name, ...words]) };
}

it('names that lead elsewhere, names of nothing, and what other commands do are refused; nothing is written', async () => {
  const { cgroup } = await running();
  const near = await cgroup('pids.mox', '5');
  expect(near).toMatchObject({ code: 1, stdout: '' });
  expect(near.stderr).toContain('did you mean pids.max');
  for (const key of ['../pids.max', '/proc/sys/kernel/hostname', 'pids.max/../x', '', '..']) {
    expect(await cgroup(key, '5'), key).toMatchObject({ code: 2, stdout: '' });
    expect(await cgroup(key), key).toMatchObject({ code: 2, stdout: '' });
  }
  for (const [key, points] of [
    ['devices.allow', 'holdfast device'],
    ['cgroup.procs', 'holdfast attach'],
    ['cgroup.freeze', 'holdfast freeze'],
  ] as const) {
    const done = await cgroup(key, '1');
    expect(done.code).toBe(2);
    expect(done.stderr).toContain(points);
  }
  expect((await cgroup('pids.max', 'a\nb')).code).toBe(2);
});

it('a container that does not run, or has no groups, says so', async () => {
  expect(await holdfast(['cgroup', 'no-such-container', 'pids.max'])).toMatchObject({ code: 1, stderr: 'holdfast: no-such-container is not running\n' });
  const { name } = await running(['lxc.cap.drop = sys_admin']);
  const done = await holdfast(['cgroup', name, 'pids.max']);
  expect(done.code).toBe(1);
  expect(done.stderr).toContain('has no control group of its own');
});
