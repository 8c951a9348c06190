import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { blkioOfWeight, bytesOf, equivalent, equivalentFiles, sharesOfWeight, weightOfBlkio, weightOfShares } from './cgroup-equivalents.ts';

const others =
  (values: Readonly<Record<string, string>>) =>
  (file: string): string | undefined =>
    values[file];

describe('version 1 to version 2', () => {
  test.each([
    ['memory.limit_in_bytes', '128M', 'memory.max', '128M'],
    ['memory.limit_in_bytes', '-1', 'memory.max', 'max'],
    ['memory.soft_limit_in_bytes', '64M', 'memory.low', '64M'],
    ['cpu.shares', '2', 'cpu.weight', '1'],
    ['cpu.shares', '1024', 'cpu.weight', '100'], // both defaults
    ['cpu.shares', '2000', 'cpu.weight', '170'], // runc, issue 4896
    ['cpu.shares', '262144', 'cpu.weight', '10000'],
    ['cpu.cfs_quota_us', '50000', 'cpu.max', '50000 100000'],
    ['cpu.cfs_quota_us', '-1', 'cpu.max', 'max 100000'],
    ['cpu.cfs_period_us', '20000', 'cpu.max', 'max 20000'],
    ['cpuset.cpus', '0-3,5', 'cpuset.cpus', '0-3,5'],
    ['pids.max', 'max', 'pids.max', 'max'],
    ['blkio.weight', '10', 'io.weight', '1'],
    ['blkio.weight', '500', 'io.weight', '4950'],
    ['blkio.weight', '1000', 'io.weight', '10000'],
    ['blkio.weight_device', '8:0 500', 'io.weight', '8:0 4950'],
    ['blkio.throttle.read_bps_device', '8:0 1048576', 'io.max', '8:0 rbps=1048576'],
    ['blkio.throttle.write_iops_device', '8:16 0', 'io.max', '8:16 wiops=max'],
    ['freezer.state', 'FROZEN', 'cgroup.freeze', '1'],
    ['devices.allow', 'c 1:3 rwm', 'devices.allow', 'c 1:3 rwm'],
    ['hugetlb.2MB.limit_in_bytes', '-1', 'hugetlb.2MB.max', 'max'],
  ])('%s %s is %s %s', (file, value, there, expected) => {
    expect(equivalent(1, file, value)).toMatchObject({ kind: 'value', file: there, value: expected });
  });

  test('quota and period are one line', () => {
    const both = others({ 'cpu.cfs_quota_us': '50000', 'cpu.cfs_period_us': '20000' });
    expect(equivalent(1, 'cpu.cfs_quota_us', '50000', both)).toMatchObject({ value: '50000 20000' });
    expect(equivalent(1, 'cpu.cfs_period_us', '20000', both)).toEqual({ kind: 'carried', by: 'cpu.cfs_quota_us' });
  });

  test('the limit on swap is what memsw is above the limit on memory', () => {
    const of = (memsw: string, memory?: string) =>
      equivalent(1, 'memory.memsw.limit_in_bytes', memsw, others(memory === undefined ? {} : { 'memory.limit_in_bytes': memory }));
    expect(of('192M', '128M')).toMatchObject({ file: 'memory.swap.max', value: String(64 << 20) });
    expect(of('128M', '134217728')).toMatchObject({ value: '0' });
    expect(of('-1', '128M')).toMatchObject({ value: 'max' });
    expect(of('192M')).toMatchObject({ kind: 'none' });
    expect(of('1M', '2M')).toMatchObject({ kind: 'none' });
    expect(of('192M', '-1')).toMatchObject({ kind: 'none' });
  });

  test.each([
    'memory.kmem.limit_in_bytes',
    'net_cls.classid',
    'net_prio.ifpriomap',
    'cpu.rt_runtime_us',
    'memory.swappiness',
    'cpuset.cpu_exclusive',
    'nonsense.file',
  ])('%s has none, and a reason', (file) => {
    const found = equivalent(1, file, '1');
    expect(found.kind === 'none' && found.reason.length > 10).toBe(true);
  });

  test.each([
    ['cpu.shares', '1'],
    ['cpu.shares', '300000'],
    ['cpu.shares', 'many'],
    ['blkio.weight', '9'],
    ['cpu.cfs_quota_us', ''],
    ['freezer.state', 'frozen'],
    ['blkio.throttle.read_bps_device', '8:0'],
  ])('%s %s is not converted to something else', (file, value) => {
    expect(equivalent(1, file, value).kind).toBe('none');
  });
});

describe('version 2 to version 1', () => {
  test.each([
    ['memory.max', 'max', 'memory.limit_in_bytes', '-1'],
    ['cpu.weight', '1', 'cpu.shares', '2'],
    ['cpu.weight', '10000', 'cpu.shares', '262144'],
    ['cpu.max', '50000 100000', 'cpu.cfs_quota_us', '50000'],
    ['cpu.max', 'max', 'cpu.cfs_quota_us', '-1'],
    ['io.weight', 'default 100', 'blkio.weight', '20'],
    ['io.max', '8:0 wbps=5', 'blkio.throttle.write_bps_device', '8:0 5'],
    ['cgroup.freeze', '0', 'freezer.state', 'THAWED'],
    ['hugetlb.1GB.max', 'max', 'hugetlb.1GB.limit_in_bytes', '-1'],
  ])('%s %s is %s %s', (file, value, there, expected) => {
    expect(equivalent(2, file, value)).toMatchObject({ kind: 'value', file: there, value: expected });
  });

  test('what is one value here and two there has none', () => {
    expect(equivalent(2, 'cpu.max', '5000 20000')).toMatchObject({ kind: 'none' });
    expect(equivalent(2, 'io.max', '8:0 rbps=1 wbps=2')).toMatchObject({ kind: 'none' });
    expect(equivalent(2, 'memory.high', '1G')).toMatchObject({ kind: 'none' });
    expect(equivalent(2, 'memory.swap.max', '64M', others({ 'memory.max': '128M' }))).toMatchObject({ value: String(192 << 20) });
  });
});

test('weights go there and back, within what the coarser scale can say; more shares are never less weight', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1, max: 10_000 }), (weight) => {
      expect(Math.abs(weightOfShares(sharesOfWeight(weight)) - weight)).toBeLessThanOrEqual(1);
      expect(Math.abs(weightOfBlkio(blkioOfWeight(weight)) - weight)).toBeLessThanOrEqual(11); // 991 weights there, 10000 here
    }),
  );
  fc.assert(
    fc.property(fc.integer({ min: 2, max: 262_143 }), (shares) => {
      expect(weightOfShares(shares + 1)).toBeGreaterThanOrEqual(weightOfShares(shares));
      const back = sharesOfWeight(weightOfShares(shares));
      expect(Math.abs(back - shares) / shares).toBeLessThan(1); // few weights for few shares: 1 to 100 for 2 to 1024
    }),
  );
  expect([1, 100, 10_000].map(sharesOfWeight)).toEqual([2, 1024, 262_144]);
});

test('sizes are those of the kernel', () => {
  expect(['0', '5', '1k', '1K', '2m', '3G', '1T', '1P', '010M', '0x10'].map(bytesOf)).toEqual([
    0n,
    5n,
    1024n,
    1024n,
    2n << 20n,
    3n << 30n,
    1n << 40n,
    1n << 50n,
    8n << 20n,
    16n,
  ]);
  expect(['', '-1', 'max', '1.5G', '1 G', 'G', '128MB', '09'].map(bytesOf)).toEqual(['', '-1', 'max', '1.5G', '1 G', 'G', '128MB', '09'].map(() => null));
});

test('files for messages', () => {
  expect(equivalentFiles(2, 'cpu.max')).toEqual(['cpu.cfs_quota_us', 'cpu.cfs_period_us']);
  expect(equivalentFiles(1, 'memory.memsw.limit_in_bytes')).toEqual(['memory.swap.max']);
  expect(equivalentFiles(1, 'net_cls.classid')).toEqual([]);
});
