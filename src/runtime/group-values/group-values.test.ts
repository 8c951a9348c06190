// Names of files, what reads back the same, where a file is, and what stands for it in the other version.

import { describe, expect, test } from 'vitest';
import { groupKey, otherCommand } from './key.ts';
import { sameMeaning } from './meaning.ts';
import { type Found, findFile, type GroupPlace } from './place.ts';
import { translateReading, translateValue } from './translate.ts';

describe('names', () => {
  test.each([
    ['memory.max', null, 'memory.max'],
    ['lxc.cgroup2.memory.max', 2, 'memory.max'],
    ['lxc.cgroup.memory.limit_in_bytes', 1, 'memory.limit_in_bytes'],
    ['hugetlb.2MB.max', null, 'hugetlb.2MB.max'],
    ['tasks', null, 'tasks'],
  ] as const)('%s', (text, version, file) => expect(groupKey(text)).toEqual({ version, file }));

  test.each(['../memory.max', 'memory.max/../../x', '/etc/passwd', 'lxc.cgroup2.../x', '..', '.', '', 'lxc.cgroup.', 'a\0b', 'memory.max\n', 'a..b', '~', 'ä'])(
    '%j is refused, whatever it leads to',
    (text) => expect(() => groupKey(text)).toThrow(expect.objectContaining({ code: 'usage' }) as Error),
  );

  test('what another command does better is left to it', () => {
    expect(otherCommand({ version: 1, file: 'devices.list' }, 'web', false)).toContain('holdfast device web');
    for (const file of ['cgroup.procs', 'tasks', 'freezer.state', 'cgroup.freeze']) {
      expect(otherCommand({ version: null, file }, 'web', false)).toBeNull();
      expect(otherCommand({ version: null, file }, 'web', true)).toMatch(/holdfast (attach|freeze) web/);
    }
  });
});

describe('what reads back', () => {
  test.each([
    ['memory.limit_in_bytes', '128M', '134217728\n', true],
    ['memory.limit_in_bytes', '128M', '134217727\n', false],
    ['memory.limit_in_bytes', '-1', '9223372036854771712\n', true],
    ['memory.limit_in_bytes', '-1', '4096\n', false],
    ['memory.max', 'max', 'max\n', true],
    ['memory.max', '5000', '4096\n', true],
    ['memory.max', '5000', '0\n', false],
    ['pids.max', '0x10', '16\n', true],
    ['pids.max', '064', '52\n', true],
    ['cpu.max', '50000', '50000 100000\n', true],
    ['cpu.max', '50000', '50000 50000\n', false],
    ['cpuset.cpus', '0,1', '0-1\n', true],
    ['cpuset.cpus.partition', 'root', 'root invalid (Cpu list in cpuset.cpus not exclusive)\n', false],
    ['io.max', '8:0  rbps=1000', '8:16 rbps=1 wbps=max riops=max wiops=max\n8:0 rbps=1000 wbps=max riops=max wiops=max\n', true],
    ['io.max', '8:0 rbps=1000', '8:0 rbps=2000 wbps=max riops=max wiops=max\n', false],
    ['io.max', '8:0 rbps=1000', '8:16 rbps=1000 wbps=max riops=max wiops=max\n', false],
    ['io.max', '8:0 rbps=max', '', true],
    ['io.max', '8:0 rbps=max wbps=5', '', false],
    ['blkio.throttle.read_bps_device', '8:0 0', '', true],
    ['blkio.throttle.read_bps_device', '8:0 4096', '8:0 4096\n', true],
    ['blkio.throttle.read_bps_device', '8:0 4096', '', false],
    ['io.weight', 'default 200', 'default 200\n8:0 100\n', true],
    ['memory.oom_control', '1', 'oom_kill_disable 1\nunder_oom 0\noom_kill 7\n', true],
    ['memory.oom_control', '1', 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n', false],
    ['notify_on_release', '1', '0\n', false],
  ] as const)('%s = %s says %j: %s', (file, written, found, same) => expect(sameMeaning(file, written, found, 'x86_64')).toBe(same));
});

const group = (version: 1 | 2, ...controllers: string[]): GroupPlace => ({
  version,
  controllers,
  path: `/${controllers[0] ?? 'unified'}/c/inner`,
  limits: `/${controllers[0] ?? 'unified'}/c`,
});
const hybrid = [group(1, 'cpu'), group(1, 'memory'), group(2)];
const there = [
  '/cpu/c/cpu.shares',
  '/cpu/c/cpu.stat',
  '/cpu/c/inner/tasks',
  '/memory/c/memory.limit_in_bytes',
  '/memory/c/memory.stat',
  '/unified/c/cpu.stat',
  '/unified/c/cgroup.freeze',
];
const listing = {
  exists: (path: string) => there.includes(path),
  files: (folder: string) =>
    there.flatMap((path) => (path.startsWith(`${folder}/`) && !path.slice(folder.length + 1).includes('/') ? [path.slice(folder.length + 1)] : [])),
};

test.each<readonly [key: string, found: Found]>([
  ['memory.limit_in_bytes', { kind: 'here', version: 1, path: '/memory/c/memory.limit_in_bytes' }],
  ['cpu.stat', { kind: 'here', version: 1, path: '/cpu/c/cpu.stat' }],
  ['lxc.cgroup2.cpu.stat', { kind: 'here', version: 2, path: '/unified/c/cpu.stat' }],
  ['tasks', { kind: 'here', version: 1, path: '/cpu/c/inner/tasks' }],
  ['memory.max', { kind: 'other-version', asked: 2, files: [{ file: 'memory.limit_in_bytes', path: '/memory/c/memory.limit_in_bytes' }] }],
  ['lxc.cgroup.freezer.state', { kind: 'other-version', asked: 1, files: [{ file: 'cgroup.freeze', path: '/unified/c/cgroup.freeze' }] }],
  ['lxc.cgroup2.memory.stat', { kind: 'unknown', near: [] }],
  ['memory.limit_in_byte', { kind: 'unknown', near: ['memory.limit_in_bytes'] }],
  ['pids.max', { kind: 'unknown', near: [] }],
])('%s is found, or what is meant instead', (key, found) => expect(findFile(hybrid, groupKey(key), listing)).toEqual(found));

const present = (files: Readonly<Record<string, string>>) => (file: string) => files[file] ?? null;
const V1 = present({
  'memory.limit_in_bytes': '33554432',
  'memory.memsw.limit_in_bytes': '41943040',
  'cpu.cfs_quota_us': '20000',
  'cpu.cfs_period_us': '50000',
  'cpu.shares': '1024',
  'pids.max': 'max',
});
const V2 = present({ 'memory.max': '33554432', 'memory.swap.max': '8388608', 'cpu.max': '20000 50000', 'cpu.weight': '100', 'pids.max': 'max' });

test.each([
  [2, 'memory.max', '33554432'],
  [2, 'memory.swap.max', '8388608'],
  [2, 'cpu.max', '20000 50000'],
  [2, 'cpu.weight', '100'],
  [2, 'pids.max', 'max'],
  [1, 'memory.limit_in_bytes', '33554432'],
  [1, 'memory.memsw.limit_in_bytes', '41943040'],
  [1, 'cpu.cfs_quota_us', '20000'],
  [1, 'cpu.cfs_period_us', '50000'],
  [1, 'cpu.shares', '1024'],
  [1, 'pids.max', 'max'],
] as const)('the reading of version %s, %s, is %s from the other one', (asked, file, value) => {
  const files =
    { 'memory.max': ['memory.limit_in_bytes'], 'cpu.weight': ['cpu.shares'], 'cpu.shares': ['cpu.weight'], 'pids.max': ['pids.max'] }[file as string] ?? [];
  expect(translateReading(asked, file, files, asked === 2 ? V1 : V2)).toBe(value);
});

test('no limit of version 1 is max', () => {
  expect(translateReading(2, 'memory.max', ['memory.limit_in_bytes'], present({ 'memory.limit_in_bytes': '9223372036854771712' }))).toBe('max');
});

test.each<readonly [asked: 1 | 2, file: string, value: string, writes: readonly (readonly [string, string])[]]>([
  [
    2,
    'cpu.max',
    '30000 60000',
    [
      ['cpu.cfs_period_us', '60000'],
      ['cpu.cfs_quota_us', '30000'],
    ],
  ],
  [2, 'cpu.max', 'max', [['cpu.cfs_quota_us', '-1']]],
  [1, 'cpu.cfs_quota_us', '10000', [['cpu.max', '10000 50000']]],
  [1, 'cpu.cfs_period_us', '25000', [['cpu.max', '20000 25000']]],
  [2, 'memory.swap.max', '1M', [['memory.memsw.limit_in_bytes', '34603008']]],
  [1, 'memory.memsw.limit_in_bytes', '48M', [['memory.swap.max', '16777216']]],
  [2, 'io.max', '8:0 rbps=5', [['blkio.throttle.read_bps_device', '8:0 5']]],
])('version %s, %s = %s is written as its equivalent', (asked, file, value, writes) => {
  expect(translateValue(asked, file, value, [], asked === 2 ? V1 : V2)).toMatchObject({
    kind: 'writes',
    writes: writes.map(([name, text]) => ({ file: name, value: text })),
  });
});

test.each([
  [2, 'io.max', '8:0 rbps=5 wbps=6'],
  [2, 'cpu.max', 'fast'],
  [1, 'memory.memsw.limit_in_bytes', '1M'],
  [1, 'memory.soft_limit_in_bytes', '-1'],
] as const)('version %s, %s = %s has none, with a reason', (asked, file, value) => {
  expect(translateValue(asked, file, value, [], asked === 2 ? V1 : V2)).toMatchObject({ kind: 'none', reason: expect.stringMatching(/\w/) });
});
