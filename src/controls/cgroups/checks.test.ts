import { describe, expect, it } from 'vitest';
import { checkLines } from '../namespaces/testing.ts';
import { cgroups } from './index.ts';
import { hybrid, unified, withGroups } from './testing.ts';

const MEMORY = 'lxc.cgroup.memory.limit_in_bytes = 128M';

describe('verify', () => {
  it('finds init in its groups and every value in its file, but the last of two', () => {
    const spec = withGroups([MEMORY, 'lxc.cgroup.memory.limit_in_bytes = 300000', 'lxc.cgroup.memory.swappiness = 10', 'lxc.cgroup.memory.oom_control = 1']);
    expect(checkLines(cgroups.verify(spec, hybrid())).filter((one) => !one.includes('/proc/'))).toEqual([
      "/sys/fs/cgroup/memory/lxc.payload.web/memory.limit_in_bytes equals '299008'",
      "/sys/fs/cgroup/memory/lxc.payload.web/memory.swappiness equals '10'",
      '/sys/fs/cgroup/memory/lxc.payload.web/memory.oom_control matches',
    ]);
  });

  it.each([
    ['4:memory:/lxc.payload.web/inner', true],
    ['4:memory:/lxc.payload.web/inner/init.scope', true],
    ['4:memory:/docker/4f/lxc.payload.web/inner', true],
    ['4:memory:/lxc.payload.web', false],
    ['4:memory:/lxc.payload.web/inner2', false],
    ['4:memory:/lxcxpayload.web/inner', false],
    ['4:memory:/', false],
    ['5:pids:/lxc.payload.web/inner', false],
  ])('%s is membership: %s', (text, holds) => {
    const [check] = cgroups.verify(withGroups([MEMORY]), hybrid());
    expect(check?.path).toBe('/proc/{pid}/cgroup');
    const pattern = check?.expect.kind === 'matches' ? check.expect.pattern : 'no pattern';
    expect(new RegExp(pattern, 'm').test(`1:cpu:/\n${text}\n0::/\n`)).toBe(holds);
  });

  it('checks nothing of a container without groups', () => {
    expect(cgroups.verify(withGroups([]), unified())).toEqual([]);
  });
});
