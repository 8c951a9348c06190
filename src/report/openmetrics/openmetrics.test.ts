// The text against a reader of the format, exactly for one container, and with what must be escaped.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { MeasuredContainer } from '../../model/measured.ts';
import { containerFamilies } from './families.ts';
import { openMetrics } from './format.ts';
import { parseOpenMetrics } from './testing/parse.ts';

const web: MeasuredContainer = {
  name: 'web',
  state: 'running',
  startedAt: 1_700_000_000_500,
  usage: {
    at: 1_700_000_100_000,
    memory: { used: 4096, inactiveFile: 1024, peak: 8192, limit: 65536, limitHits: 2, oomKills: 1 },
    swap: { used: 0, limit: null },
    cpu: { total: 1_500_000, user: 1_000_000, system: 500_000, limit: 0.5, throttling: { periods: 20, throttledPeriods: 5, throttledTime: 250_000 } },
    io: [
      { device: '8:0', readBytes: 512, writtenBytes: 0, reads: 1, writes: 0 },
      { device: '8:16', readBytes: 1024, writtenBytes: 2048, reads: 2, writes: 4 },
    ],
    pids: { current: 3, limit: null, refused: 0 },
    pressure: {
      cpu: { some: { avg10: 1, avg60: 1, avg300: 1, total: 2_000_000 }, full: null },
      memory: { some: { avg10: 0, avg60: 0, avg300: 0, total: 10 }, full: { avg10: 0, avg60: 0, avg300: 0, total: 5 } },
      io: null,
    },
  },
};

test('the exact text of a container', async () => {
  await expect(openMetrics(containerFamilies([web]))).toMatchFileSnapshot('../golden/openmetrics.txt');
});

test('nothing runs: the count alone', () => {
  expect(openMetrics(containerFamilies([]))).toBe(
    '# TYPE holdfast_containers gauge\n# HELP holdfast_containers Containers that run\nholdfast_containers 0\n# EOF\n',
  );
});

test('a reader of the format reads it; what is not counted or not limited is not there', () => {
  const bare: MeasuredContainer = {
    ...web,
    name: 'bare',
    state: 'frozen',
    usage: { ...web.usage, memory: null, swap: null, cpu: null, io: null, pids: null, pressure: { cpu: null, memory: null, io: null } },
  };
  const families = parseOpenMetrics(openMetrics(containerFamilies([bare, web])));
  const values = (name: string) => families.get(`holdfast_container_${name}`)?.samples.map(({ labels, value }) => [labels, value]);
  expect(values('frozen')).toEqual([
    [{ name: 'bare' }, 1],
    [{ name: 'web' }, 0],
  ]);
  expect(values('cpu_seconds')).toEqual([[{ name: 'web' }, 1.5]]);
  expect(values('io_read_bytes')).toEqual([
    [{ name: 'web', device: '8:0' }, 512],
    [{ name: 'web', device: '8:16' }, 1024],
  ]);
  expect(values('pressure_full_seconds')).toEqual([[{ name: 'web', resource: 'memory' }, 0.000005]]);
  expect(values('swap_limit_bytes')).toBeUndefined();
  expect(families.get('holdfast_container_cpu_seconds')).toMatchObject({ type: 'counter', unit: 'seconds' });
});

test('every family has a help text, a unit that its name ends with, and is a counter where it ends in neither', () => {
  const families = [...parseOpenMetrics(openMetrics(containerFamilies([web]))).values()];
  expect(families.length).toBeGreaterThan(20);
  for (const { name, help, unit, type } of families) {
    expect(help, name).toMatch(/^[A-Z].*[^.]$/);
    expect(name.endsWith('_total'), name).toBe(false);
    if (unit !== '') expect(name).toMatch(new RegExp(`_${unit}$`));
    expect(['gauge', 'counter'], name).toContain(type);
  }
});

test('whatever a label or a help text holds comes back', () => {
  const word = fc.string({ unit: fc.constantFrom('a', '\\', '"', '\n', ' ', '{', '}', ',', '=', 'n', 'ä', '#'), maxLength: 12 });
  fc.assert(
    fc.property(word, word, word, fc.double({ min: 0, noNaN: true, noDefaultInfinity: true }), (help, one, other, value) => {
      const family = { name: 'x_bytes', type: 'gauge', unit: 'bytes', help, samples: [{ labels: { one, other }, value }] } as const;
      const read = parseOpenMetrics(openMetrics([family])).get('x_bytes');
      expect(read).toMatchObject({ type: 'gauge', unit: 'bytes', help, samples: [{ name: 'x_bytes', labels: { one, other }, value }] });
    }),
  );
});

test.each([
  ['', 'EOF'],
  ['# TYPE a gauge\na 1\n', 'EOF'],
  ['# TYPE a gauge\na 1\n# TYPE b gauge\nb 1\n# TYPE a gauge\n# EOF\n', 'two parts'],
  ['# TYPE a counter\na 1\n# EOF\n', 'no sample of a'],
  ['# TYPE a_total counter\n# EOF\na_total 1\n# EOF\n', 'neither'],
  ['# TYPE a gauge\n# UNIT a bytes\n# EOF\n', 'unit'],
  ['# TYPE a gauge\na 1\na 2\n# EOF\n', 'twice'],
  ['# TYPE a gauge\na{b="1",} 1\n# EOF\n', 'labels'],
  ['# TYPE a gauge\na{b="\\x"} 1\n# EOF\n', 'escape'],
  ['# TYPE a counter\na_total -1\n# EOF\n', 'negative'],
  ['# TYPE a gauge\na one\n# EOF\n', 'no number'],
])('the reader refuses %j', (text, reason) => {
  expect(() => parseOpenMetrics(text)).toThrow(reason);
});
