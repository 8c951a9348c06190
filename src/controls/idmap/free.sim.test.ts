import fc from 'fast-check';
import { expect, it } from 'vitest';
import { common, firstFree, largestFree, sharing } from './free.ts';

const range = fc.record({ first: fc.nat(60), count: fc.integer({ min: 1, max: 12 }) });
const ranges = fc.array(range, { maxLength: 6 });
const ids = (list: readonly { first: number; count: number }[]) =>
  new Set(list.flatMap(({ first, count }) => Array.from({ length: count }, (_, index) => first + index)));

/** By looking at every id. */
function reference(within: readonly { first: number; count: number }[], taken: readonly { first: number; count: number }[], count: number): number | null {
  const blocked = ids(taken);
  for (const { first, count: room } of within) {
    for (let at = first; at + count <= first + room; at += 1) {
      if (Array.from({ length: count }, (_, index) => at + index).every((id) => !blocked.has(id))) return at;
    }
  }
  return null;
}

it('finds the first room there is', () => {
  fc.assert(
    fc.property(ranges, ranges, fc.integer({ min: 1, max: 8 }), (within, taken, count) => {
      expect(firstFree(within, taken, count)).toBe(reference(within, taken, count));
    }),
  );
});

it('knows the largest', () => {
  fc.assert(
    fc.property(ranges, ranges, (within, taken) => {
      const most = largestFree(within, taken);
      expect(most === 0 || reference(within, taken, most) !== null).toBe(true);
      expect(reference(within, taken, most + 1)).toBeNull();
    }),
  );
});

it('knows what is in both, and which share an id', () => {
  fc.assert(
    fc.property(ranges, ranges, (one, other) => {
      const [a, b] = [ids(one), ids(other)];
      expect(ids(common(one, other))).toEqual(new Set([...a].filter((id) => b.has(id))));
      const pairs = sharing(one).length;
      const expected = one.flatMap((first, index) => one.slice(index + 1).filter((second) => common([first], [second]).length > 0)).length;
      expect(pairs).toBe(expected);
    }),
  );
});
