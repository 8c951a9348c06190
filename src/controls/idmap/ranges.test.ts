import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { IdRange } from '../../model/spec.ts';
import { covers, mapText, overlaps, rangeText } from './ranges.ts';

const small = fc.record({ kind: fc.constant('u' as const), inside: fc.nat(20), outside: fc.nat(20), count: fc.integer({ min: 1, max: 6 }) });
const idsOf = (range: IdRange, side: 'inside' | 'outside') => Array.from({ length: range.count }, (_, index) => range[side] + index);

describe('overlaps', () => {
  it('finds exactly the pairs that share an id', () => {
    fc.assert(
      fc.property(fc.array(small, { maxLength: 6 }), fc.constantFrom('inside' as const, 'outside' as const), (ranges, side) => {
        const expected = ranges.flatMap((one, index) =>
          ranges
            .slice(index + 1)
            .filter((other) => idsOf(one, side).some((id) => idsOf(other, side).includes(id)))
            .map((other) => [one, other]),
        );
        expect(overlaps(ranges, side)).toEqual(expected);
      }),
    );
  });
});

describe('covers', () => {
  it('is true exactly when every id is in some range', () => {
    const granted = fc.array(fc.record({ first: fc.nat(20), count: fc.nat(6) }), { maxLength: 5 });
    fc.assert(
      fc.property(granted, fc.nat(20), fc.integer({ min: 1, max: 8 }), (ranges, first, count) => {
        const all = Array.from({ length: count }, (_, index) => first + index);
        const expected = all.every((id) => ranges.some((one) => id >= one.first && id < one.first + one.count));
        expect(covers(ranges, first, count)).toBe(expected);
      }),
    );
  });
});

it('writes ranges and maps', () => {
  expect([rangeText(5, 1), rangeText(5, 3)]).toEqual(['5', '5-7']);
  expect(
    mapText([
      { kind: 'u', inside: 0, outside: 7, count: 1 },
      { kind: 'u', inside: 1, outside: 100, count: 9 },
    ]),
  ).toBe('0 7 1\n1 100 9\n');
});
