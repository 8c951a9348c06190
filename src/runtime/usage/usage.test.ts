// Both versions' files, of the same container, give the same usage.

import { expect, test } from 'vitest';
import type { ContainerUsage } from '../../model/usage.ts';
import { limitIn, nested } from './files.ts';
import { readUsage, type UsageFiles } from './index.ts';
import { usageRates } from './rates.ts';
import { GROUPS, V1, V2 } from './testing/samples.ts';

function files(texts: Readonly<Record<string, string>>): UsageFiles {
  return {
    read: (path) => texts[path] ?? null,
    inside: (group) => {
      const names = Object.keys(texts).flatMap((path) => (path.startsWith(`${group}/`) ? [path.slice(group.length + 1).split('/')] : []));
      return [...new Set(names.flatMap(([first = '', ...rest]) => (rest.length > 0 ? [first] : [])))];
    },
    now: () => 1000,
  };
}

const NO_PRESSURE = { cpu: null, memory: null, io: null };
const COUNTED = {
  at: 1000,
  memory: { used: 1552384, inactiveFile: 36864, peak: 33554432, limit: 33554432, limitHits: 82, oomKills: 3 },
  swap: { used: 8192, limit: 8388608 },
  cpu: { total: 430363, user: 240000, system: 190000, limit: 0.2, throttling: { periods: 21, throttledPeriods: 20, throttledTime: 1178202 } },
  io: [{ device: '254:0', readBytes: 1048576, writtenBytes: 4096, reads: 8, writes: 1 }],
  pids: { current: 10, limit: 10, refused: 3 },
} as const;
const PRESSURE: ContainerUsage['pressure'] = {
  cpu: {
    some: { avg10: 15.03, avg60: 2.71, avg300: 0.56, total: 2060240 },
    full: { avg10: 12.86, avg60: 2.32, avg300: 0.48, total: 1789413 },
  },
  memory: { some: { avg10: 0, avg60: 0, avg300: 0, total: 17673 }, full: { avg10: 0, avg60: 0, avg300: 0, total: 138 } },
  io: { some: { avg10: 0, avg60: 0, avg300: 0, total: 0 }, full: null },
};

test('version 1, from a group for each controller', () => {
  expect(readUsage(GROUPS.v1, files(V1))).toEqual({ ...COUNTED, pressure: NO_PRESSURE });
});

test('version 2, from one group', () => {
  expect(readUsage(GROUPS.v2, files(V2))).toEqual({ ...COUNTED, pressure: PRESSURE });
});

test('hybrid: the controllers are of version 1, the pressure of version 2', () => {
  expect(readUsage(GROUPS.hybrid, files({ ...V1, ...V2 }))).toEqual({ ...COUNTED, pressure: PRESSURE });
});

test('hybrid without cpuacct: the time is counted by version 2, the quota is of version 1', () => {
  const groups = GROUPS.hybrid.filter(({ controllers }) => controllers[0] !== 'cpuacct');
  const unified = { '/unified/c/cpu.stat': 'usage_usec 5\nuser_usec 3\nsystem_usec 2\n' };
  expect(readUsage(groups, files({ ...V1, ...unified })).cpu).toEqual({ ...COUNTED.cpu, total: 5, user: 3, system: 2 });
});

test('refusals of Linux 6.11 and later count the groups inside already', () => {
  const inside = { '/unified/c/inner/pids.events': 'max 3\n' };
  expect(readUsage(GROUPS.v2, files({ ...V2, ...inside })).pids?.refused).toBe(6);
  expect(readUsage(GROUPS.v2, files({ ...V2, ...inside, '/unified/c/pids.events.local': 'max 0\n' })).pids?.refused).toBe(3);
});

test('what is not there is null, not zero; no limit is null', () => {
  const nothing = { at: 1000, memory: null, swap: null, cpu: null, io: null, pids: null, pressure: NO_PRESSURE };
  for (const groups of [[], GROUPS.v1, GROUPS.v2, GROUPS.hybrid]) expect(readUsage(groups, files({}))).toEqual(nothing);
  const without = (texts: Readonly<Record<string, string>>, changes: Readonly<Record<string, string>>) => files({ ...texts, ...changes });
  const v1 = without(V1, { '/memory/c/memory.limit_in_bytes': '9223372036854771712\n', '/cpu/c/cpu.cfs_quota_us': '-1\n', '/pids/c/pids.max': 'max\n' });
  const v2 = without(V2, { '/unified/c/memory.max': 'max\n', '/unified/c/cpu.max': 'max 100000\n', '/unified/c/pids.max': 'max\n' });
  for (const found of [readUsage(GROUPS.v1, v1), readUsage(GROUPS.v2, v2)]) {
    expect([found.memory?.limit, found.cpu?.limit, found.pids?.limit]).toEqual([null, null, null]);
  }
});

test('numbers as the kernel prints them, and nothing else', () => {
  for (const [text, limit] of [
    ['max', null],
    ['-1', null],
    ['0', 0],
    ['9223372036854710272', null],
    ['', null],
    ['12 34', null],
    ['4096\n', 4096],
  ] as const) {
    expect(limitIn(text), text).toBe(limit);
  }
  expect(nested('8:0 rbytes=1 wbytes=2\n\n8:16\n')).toEqual(
    new Map([
      [
        '8:0',
        new Map([
          ['rbytes', 1],
          ['wbytes', 2],
        ]),
      ],
    ]),
  );
});

test('rates are of the time between two looks; of one look, and of a counter that went back, there are none', () => {
  const before = readUsage(GROUPS.v2, files(V2));
  const after: ContainerUsage = {
    ...before,
    at: 3000,
    cpu: { ...COUNTED.cpu, total: COUNTED.cpu.total + 3_000_000, throttling: { periods: 41, throttledPeriods: 25, throttledTime: 1178202 } },
    io: [...COUNTED.io, { device: '8:0', readBytes: 2000, writtenBytes: 10, reads: 1, writes: 1 }],
  };
  expect(usageRates(before, after)).toEqual({ cpu: 1.5, throttled: 0.25, read: 1000, written: 5 });
  const none = { cpu: null, throttled: null, read: null, written: null };
  expect(usageRates(undefined, after)).toEqual(none);
  expect(usageRates(after, after)).toEqual(none);
  expect(usageRates(after, { ...before, at: 4000 })).toEqual(none);
});
