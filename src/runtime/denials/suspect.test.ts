import { expect, test } from 'vitest';
import { livingProcess } from './process.ts';
import { startOf } from './suspect.ts';

test('a container begins with its init, and a little earlier by the coarse clock of messages', () => {
  const recorded = new Date();
  const started = livingProcess(process.pid)?.startedAt ?? Number.NaN;
  expect(started).toBeLessThan(recorded.getTime());
  // What init did in the very millisecond of its start is told with the time of the tick before: of 10 ms where HZ is 100.
  expect(startOf({ init: process.pid }, recorded)).toBeLessThan(started - 10);
  expect(startOf(null, recorded)).toBeLessThan(recorded.getTime() - 10);
  expect(startOf(null, recorded)).toBeGreaterThan(recorded.getTime() - 1000);
});
