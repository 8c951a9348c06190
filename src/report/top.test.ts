import { expect, test } from 'vitest';
import { SORT_KEYS, sorted, topScreen, topTable, type TopRow } from './top.ts';

const nothing = { at: 0, memory: null, swap: null, cpu: null, io: null, pids: null, pressure: { cpu: null, memory: null, io: null } };
const idle: TopRow = { name: 'idle', state: 'frozen', startedAt: 0, usage: nothing, rates: { cpu: null, throttled: null, read: null, written: null } };
const row = (name: string, cpu: number, used: number, read: number, current: number): TopRow => ({
  ...idle,
  name,
  state: 'running',
  usage: {
    ...nothing,
    memory: { used, inactiveFile: 0, peak: used, limit: 2 ** 30, limitHits: 0, oomKills: 2 },
    pids: { current, limit: null, refused: 0 },
    pressure: { ...nothing.pressure, cpu: { some: { avg10: 12.3, avg60: 0, avg300: 0, total: 0 }, full: null } },
  },
  rates: { cpu, throttled: 0.5, read, written: 0 },
});
const rows = [row('b', 0.5, 3 * 2 ** 20, 0, 9), idle, row('a', 0.5, 2 ** 20, 5000, 1), row('c', 1.25, 999, 10, 3)];

test('a line for each, with what is not counted as -', () => {
  expect(topTable(rows.slice(0, 2))).toEqual([
    'NAME  STATE      CPU   MEMORY    LIMIT  PIDS  READ/s  WRITE/s  OOM  THROTTLED  SWAP  PSI cpu  PSI memory  PSI io',
    'b     running  50.0%  3.0 MiB  1.0 GiB     9     0 B      0 B    2      50.0%     -    12.3%           -       -',
    'idle  frozen       -        -        -     -       -        -    -          -     -        -           -       -',
  ]);
});

test('the most first, alike ones by name, what is not counted last', () => {
  const order = (key: (typeof SORT_KEYS)[number]) => sorted(rows, key).map(({ name }) => name);
  expect(SORT_KEYS.map(order)).toEqual([
    ['c', 'a', 'b', 'idle'],
    ['b', 'a', 'c', 'idle'],
    ['a', 'c', 'b', 'idle'],
    ['b', 'c', 'a', 'idle'],
    ['a', 'b', 'c', 'idle'],
  ]);
});

test('never more than the terminal has, in both directions; something even in the smallest', () => {
  for (const [columns, height] of [
    [200, 50],
    [80, 24],
    [20, 3],
    [1, 1],
    [0, 0],
  ] as const) {
    const lines = topScreen(rows, { columns, rows: height, sort: 'cpu', seconds: 2 });
    expect(lines.length).toBeLessThanOrEqual(Math.max(1, height));
    expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
  }
  expect(topScreen(rows, { columns: 80, rows: 24, sort: 'io', seconds: 2 })[0]).toMatch(/^4 containers, by io, every 2 s {3}q: quit;/);
  expect(topScreen([], { columns: 80, rows: 24, sort: 'cpu', seconds: 1 })).toEqual([expect.stringMatching(/^no container runs, every 1 s/)]);
});
