import { describe, expect, it } from 'vitest';
import { set } from '../namespaces/testing.ts';
import { cgroups } from './index.ts';
import { found, hybrid, legacy, plan, unified, withGroups } from './testing.ts';

const wanted = { translate: set(true, 9) };
const written = (values: readonly string[], host: Parameters<typeof found>[1]) =>
  plan(withGroups(values, wanted), host)
    .filter((one) => / set /.test(one))
    .map((one) => one.replace(/.* set /, ''));
const about = (values: readonly string[], host: Parameters<typeof found>[1]) => found(withGroups(values, wanted), host);

describe('v1 values on a unified host', () => {
  it.each([
    ['lxc.cgroup.memory.limit_in_bytes = 128M', ['memory.max = 128M (134217728), for memory.limit_in_bytes = 128M']],
    ['lxc.cgroup.memory.limit_in_bytes = -1', ['memory.max = max, for memory.limit_in_bytes = -1']],
    ['lxc.cgroup.cpu.shares = 1024', ['cpu.weight = 100, for cpu.shares = 1024']],
    ['lxc.cgroup.cpu.cfs_quota_us = 50000', ['cpu.max = 50000 100000, for cpu.cfs_quota_us = 50000']],
    ['lxc.cgroup.pids.max = 64', ['pids.max = 64, for pids.max = 64']],
    ['lxc.cgroup.cpuset.cpus = 0,1', ['cpuset.cpus = 0,1 (0-1), for cpuset.cpus = 0,1']],
    [
      'lxc.cgroup.blkio.throttle.read_bps_device = 8:0 1048576',
      ['io.max = 8:0 rbps=1048576 (8:0 rbps=1048576 wbps=max riops=max wiops=max), for blkio.throttle.read_bps_device = 8:0 1048576'],
    ],
  ])('%s', (value, set) => {
    expect(about([value], unified())).toEqual([]);
    expect(written([value], unified())).toEqual(set);
  });

  it('makes one value of two, whichever comes first', () => {
    const both = ['lxc.cgroup.cpu.cfs_period_us = 20000', 'lxc.cgroup.cpu.cfs_quota_us = 10000'];
    const one = ['cpu.max = 10000 20000, for cpu.cfs_quota_us = 10000'];
    expect(written(both, unified())).toEqual(one);
    expect(written(both.toReversed(), unified())).toEqual(one);
    expect(written(['lxc.cgroup.memory.memsw.limit_in_bytes = 3G', 'lxc.cgroup.memory.limit_in_bytes = 1G'], unified())).toEqual([
      'memory.swap.max = 2147483648, for memory.memsw.limit_in_bytes = 3G',
      'memory.max = 1G (1073741824), for memory.limit_in_bytes = 1G',
    ]);
  });

  it('takes a device by its name', () => {
    const host = unified({ paths: { '/dev/sda': { kind: 'block', major: 8, minor: 0 } } });
    expect(written(['lxc.cgroup.blkio.throttle.write_iops_device = /dev/sda  30'], host)[0]).toContain('io.max = 8:0 wiops=30');
  });

  it('says what has no equivalent, and what is not quite the same', () => {
    expect(about(['lxc.cgroup.memory.swappiness = 10'], unified())).toEqual([
      "HF540 error :1: 'lxc.cgroup.memory.swappiness = 10' has no equivalent in version 2 of control groups: it is a setting of the whole machine: vm.swappiness / remove the line, or write what is meant for that version",
    ]);
    expect(about(['lxc.cgroup.memory.soft_limit_in_bytes = 1G'], unified())[0]).toContain(
      "HF541 info :1: 'lxc.cgroup.memory.soft_limit_in_bytes' becomes memory.low = 1G, which is not quite the same",
    );
  });

  it('checks afterwards the file that was written', () => {
    expect(cgroups.verify(withGroups(['lxc.cgroup.pids.max = 64'], wanted), unified()).map(({ path }) => path)).toContain(
      '/sys/fs/cgroup/lxc.payload.web/pids.max',
    );
  });
});

describe('v2 values on v1', () => {
  it.each([
    ['lxc.cgroup2.memory.max = 1G', ['memory.limit_in_bytes = 1G (1073741824), for memory.max = 1G']],
    ['lxc.cgroup2.memory.max = max', ['memory.limit_in_bytes = -1 (9223372036854771712), for memory.max = max']],
    ['lxc.cgroup2.cpu.weight = 100', ['cpu.shares = 1024, for cpu.weight = 100']],
    ['lxc.cgroup2.cpu.max = 50000', ['cpu.cfs_quota_us = 50000, for cpu.max = 50000']],
  ])('%s', (value, set) => {
    expect(about([value], legacy())).toEqual([]);
    expect(written([value], legacy())).toEqual(set);
  });

  it.each(['lxc.cgroup2.memory.high = 1G', 'lxc.cgroup2.cpu.max = 5000 20000', 'lxc.cgroup2.cpuset.cpus.partition = root'])('%s has none', (value) => {
    expect(about([value], legacy())[0]).toContain('HF540 error :1');
  });

  it('leaves on a hybrid host what is for a version that has the controller', () => {
    expect(written(['lxc.cgroup2.hugetlb.2MB.max = 4M', 'lxc.cgroup2.memory.max = 1G'], hybrid())).toEqual([
      'hugetlb.2MB.max = 4M (4194304)',
      'memory.limit_in_bytes = 1G (1073741824), for memory.max = 1G',
    ]);
  });
});

it('a line written for this version goes before the equivalent of one for the other', () => {
  expect(written(['lxc.cgroup.memory.limit_in_bytes = 1G', 'lxc.cgroup2.memory.max = 2G'], unified())).toEqual(['memory.max = 2G (2147483648)']);
});

it('is off by default', () => {
  expect(found(withGroups(['lxc.cgroup.pids.max = 64']), unified())[0]).toContain('HF301 error');
});
