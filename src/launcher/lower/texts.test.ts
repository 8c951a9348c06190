// The tables of texts in a launcher: every step, errno and hint is found by its offsets, and what would not fit is shortened.

import { describe, expect, test } from 'vitest';
import { line } from '../../controls/namespaces/testing.ts';
import { ERRNO } from '../../kernel/errno.gen.ts';
import type { Plan } from '../../model/plan.ts';
import type { InitStep } from '../../model/step.ts';
import { lz4Decompress } from '../lz4.ts';
import { NOT_CONFIRMED, stepText, textTables, UNNAMED } from './texts.ts';

const step = (what: string, hints?: InitStep['hints']): InitStep => ({
  who: 'init',
  phase: 'mounts',
  what,
  why: line(7),
  actions: [],
  ...(hints === undefined ? {} : { hints }),
});
const planOf = (steps: readonly InitStep[]): Plan => ({ name: 'web', detach: false, guard: false, halt: { signal: 30, seconds: 1 }, steps });

/** Reads the tables as the launcher does. */
function reader(plan: Plan) {
  const { packed, length, tables, lastErrno } = textTables(plan);
  const all = lz4Decompress(packed, length);
  const half = (at: number): number => (all[at] ?? 0) | ((all[at + 1] ?? 0) << 8);
  const text = (at: number): string => Buffer.from(all.subarray(half(at), half(at) + half(at + 2))).toString();
  return {
    length,
    lastErrno,
    step: (index: number) => text(tables.steps + index * 6),
    errno: (number: number) => text(tables.errnos + number * 4),
    hints(index: number): readonly (readonly [number, string])[] {
      const found: (readonly [number, string])[] = [];
      for (let row = half(tables.steps + index * 6 + 4); half(row) !== 0; row += 6) found.push([half(row), text(row + 2)]);
      return found;
    },
  };
}

describe('the tables', () => {
  const plan = planOf([
    step('bind /a on /b', { ENOENT: 'it is not there', EPERM: 'not allowed' }),
    step('wéb\u001b', { ENOENT: 'it is not there', EPERM: 'not allowed' }),
    step('no hints'),
  ]);
  const read = reader(plan);

  test('hold each step, with control characters shown', () => {
    expect([0, 1, 2].map(read.step)).toEqual(['web:7: bind /a on /b', 'web:7: wéb\\x1b', 'web:7: no hints']);
    expect(stepText({ ...step('x'), why: { kind: 'law', text: 'nothing left' } })).toBe('x');
  });

  test('hold its hints, or none', () => {
    const hints = [
      [ERRNO.ENOENT.number, 'it is not there'],
      [ERRNO.EPERM.number, 'not allowed'],
    ];
    expect([0, 1, 2].map((index) => read.hints(index))).toEqual([hints, hints, []]);
  });

  test('hold every errno by its name, none for 0, and one text for all beyond', () => {
    for (const [name, { number }] of Object.entries(ERRNO))
      if (!['EWOULDBLOCK', 'EDEADLOCK', 'ENOTSUP'].includes(name)) expect(read.errno(number)).toContain(name);
    expect(read.errno(0)).toBe(NOT_CONFIRMED);
    expect(read.errno(read.lastErrno)).toBe(UNNAMED);
    expect(read.lastErrno).toBe(Math.max(...Object.values(ERRNO).map(({ number }) => number)) + 1);
  });
});

describe('what would not fit', () => {
  test('is shortened: one long step, many of them, and the short ones stay whole', () => {
    const one = reader(planOf([step('x'.repeat(100_000)), step('short')]));
    expect(one.step(0)).toMatch(/^web:7: x{900,}\.\.\.$/);
    expect(one.step(1)).toBe('web:7: short');
    const many = reader(planOf(Array.from({ length: 600 }, (_, index) => step(`mount ${index} ${'y'.repeat(5_000)}`))));
    for (const index of [0, 599]) expect(many.step(index)).toMatch(new RegExp(`^web:7: mount ${index} y+\\.\\.\\.$`));
    expect(many.length).toBeLessThanOrEqual(0xffff);
  });

  test('is not, up to what a person may want to read', () => {
    const text = 'x'.repeat(990);
    expect(reader(planOf([step(text)])).step(0)).toBe(`web:7: ${text}`);
  });
});
