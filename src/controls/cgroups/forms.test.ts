import { describe, expect, it } from 'vitest';
import { formOf, formText, isOfForm, numberOf } from './forms.ts';

/** Is it a value of this file? null: nothing is known about it. */
const takes = (file: string, text: string) => {
  const form = formOf(file);
  return form === null ? null : isOfForm(form, text);
};

describe('forms of values', () => {
  it.each([
    ['cpu.shares', ['2', '262144', '0x400', '02000'], ['1', '262145', '-1', 'max', '', '1k']],
    ['cpu.weight', ['1', '10000'], ['0', '10001', 'default 5']],
    ['cpu.cfs_quota_us', ['-1', '1000', '99999999'], ['999', '0', '-2', 'max']],
    ['cpu.cfs_period_us', ['1000', '1000000'], ['999', '1000001', '-1']],
    ['cpu.max', ['max', '1000', '50000 100000', 'max 1000000'], ['999', '50000 999', '50000 1000001', '50000  100000', '-1', '50000 100000 1']],
    ['pids.max', ['0', '4194304', 'max'], ['4194305', '-1', 'many']],
    ['memory.limit_in_bytes', ['0', '-1', '128M', '1g', '0x100000'], ['128Z', 'max', '128MB', '1.5G', '-2']],
    ['memory.max', ['max', '128M'], ['-1', '50%', '128 M']],
    ['memory.swappiness', ['0', '200'], ['201', '-1']],
    ['cpuset.cpus', ['0', '0-3', '0-2,4', '0-6:2/4'], ['0,', 'all', '-1', '3..4', '']],
    ['cpuset.cpus.partition', ['member', 'root', 'isolated'], ['roots', '1']],
    ['io.max', ['8:0 rbps=1', '8:0 rbps=max wiops=120'], ['8:0', '8 rbps=1', '8:0 rbps=0', '8:0 rbps', '8:0 bps=1']],
    ['io.weight', ['100', 'default 100', '8:0 10000', '8:0 default'], ['0', '10001', '8:0', 'default']],
    ['io.bfq.weight', ['1000'], ['1001']],
    ['blkio.throttle.read_bps_device', ['8:0 1048576'], ['8:0', '1048576', '8:0 1M']],
    ['blkio.weight', ['10', '1000'], ['9', '1001']],
    ['hugetlb.2MB.max', ['4M', 'max'], ['-1', 'all']],
    ['hugetlb.1GB.rsvd.limit_in_bytes', ['1G', '-1'], ['max']],
    ['rdma.max', ['mlx4_0 hca_handle=2 hca_object=max'], ['mlx4_0', 'hca_handle=2']],
    ['misc.max', ['res_a 3', 'res_a max'], ['3', 'res_a -1']],
    ['net_cls.classid', ['0x100001', '4294967295'], ['4294967296', '10:1']],
    ['cpu.uclamp.min', ['0', '20.00', 'max', '100'], ['101', '20.001', '-1']],
  ] as const)('%s', (file, good, bad) => {
    expect(good.filter((text) => takes(file, text) !== true)).toEqual([]);
    expect(bad.filter((text) => takes(file, text) !== false)).toEqual([]);
  });

  it('knows nothing of other files, and of names every object has', () => {
    expect(['memory.newer', 'constructor', '__proto__', 'hugetlb.max'].map(formOf)).toEqual([null, null, null, null]);
  });

  it.each([
    ['pids.max', 'a number from 0 to 4194304, or max'],
    ['cpu.rt_runtime_us', 'a number from 0 on, or -1'],
    ['memory.max', 'bytes, with K, M or G behind them, or max'],
    ['memory.oom.group', '0 or 1'],
    ['cpuset.mems', "numbers and ranges: '0-2,4'"],
  ])('%s is written as %s', (file, text) => {
    const form = formOf(file);
    expect(form === null ? null : formText(form)).toBe(text);
  });
});

it.each([
  ['10', 10n],
  ['010', 8n],
  ['0x10', 16n],
  ['-1', -1n],
  ['09', null],
  ['1 ', null],
  ['', null],
])("the number '%s' is %s", (text, value) => {
  expect(numberOf(text)).toBe(value);
});
