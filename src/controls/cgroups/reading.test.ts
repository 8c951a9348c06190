import { describe, expect, it } from 'vitest';
import { reading } from './reading.ts';

describe('reading', () => {
  it.each([
    ['memory.limit_in_bytes', '128M', '134217728'],
    ['memory.limit_in_bytes', '134217728', '134217728'],
    ['memory.limit_in_bytes', '5000', '4096'],
    ['memory.memsw.limit_in_bytes', '2g', '2147483648'],
    ['memory.max', 'max', 'max'],
    ['memory.high', '1K', '0'],
    ['memory.swap.max', '0', '0'],
    ['pids.max', '64', '64'],
    ['pids.max', '0x40', '64'],
    ['pids.max', 'max', 'max'],
    ['cpu.shares', '512', '512'],
    ['cpu.shares', '1', '2'],
    ['cpu.shares', '999999', '262144'],
    ['cpu.cfs_quota_us', '-1', '-1'],
    ['cpu.max', '50000', '50000 100000'],
    ['cpu.max', 'max', 'max 100000'],
    ['cpu.max', '5000 20000', '5000 20000'],
    ['cpuset.cpus', '0,1', '0-1'],
    ['cpuset.cpus', '4,0-2,1-3', '0-4'],
    ['cpuset.cpus', '3,1', '1,3'],
    ['cpuset.mems', '0', '0'],
    ['net_cls.classid', '0x10001', '65537'],
    ['hugetlb.2MB.max', '5M', '4194304'],
    ['memory.limit_in_bytes', '-1', '9223372036854771712'],
    ['memory.oom_control', '1', 'oom_kill_disable 1\nunder_oom 0\noom_kill 0'],
    ['io.max', '8:0 rbps=1', '8:0 rbps=1 wbps=max riops=max wiops=max'],
    ['io.weight', '200', 'default 200'],
    ['io.weight', 'default 200', 'default 200'],
    ['io.latency', '8:0 target=75000', '8:0 target=75000'],
    ['blkio.throttle.read_bps_device', '254:0 1048576', '254:0 1048576'],
    ['cpuset.cpus.partition', 'root', 'root'],
    ['cpu.weight.nice', '-5', '-5'],
    ['hugetlb.1GB.limit_in_bytes', '3G', '3221225472'],
  ])('%s = %s reads %s', (file, text, expected) => {
    expect(reading(file, text, 'x86_64')).toBe(expected);
  });

  it.each([
    ['memory.limit_in_bytes', '99999999999G'],
    ['memory.limit_in_bytes', '128Z'],
    ['memory.oom_control', 'on'],
    ['blkio.throttle.read_bps_device', '8:0 0'],
    ['misc.max', 'res_a 3'],
    ['cpuset.cpus', '0-7:1/2'],
    ['pids.max', 'many'],
    ['pids.max', '064'],
    ['memory.max', '0128M'],
    ['cpu.max', '050000'],
    ['freezer.state', 'FROZEN'],
  ])('%s = %s cannot be told', (file, text) => {
    expect(reading(file, text, 'x86_64')).toBeNull();
  });

  it('tells of one device what all writes about it come to, and of several nothing: their order is not known', () => {
    expect(reading('io.max', '8:0 wbps=2', 'x86_64', ['8:0 rbps=1'])).toBe('8:0 rbps=1 wbps=2 riops=max wiops=max');
    expect(reading('io.max', '8:0 rbps=max', 'x86_64', ['8:0 rbps=1', '8:16 rbps=1'])).toBe('8:16 rbps=1 wbps=max riops=max wiops=max');
    expect(reading('io.max', '8:16 wbps=2', 'x86_64', ['8:0 rbps=1'])).toBeNull();
  });

  it('tells on arm64, whose pages differ, only what holds for each size', () => {
    expect(reading('memory.max', '128M', 'arm64')).toBe('134217728');
    expect(reading('memory.max', '20480', 'arm64')).toBeNull();
  });
});
