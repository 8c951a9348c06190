import fc from 'fast-check';
import { expect, test } from 'vitest';
import { distance } from '../model/edit-distance.ts';
import { didYouMean, nearest } from './nearest.ts';

/** Optimal string alignment by its definition. */
function naive(one: string, other: string): number {
  if (one === '' || other === '') return one.length + other.length;
  const [a, b] = [one.slice(0, -1), other.slice(0, -1)];
  const same = one.at(-1) === other.at(-1) ? 0 : 1;
  const swapped = one.length > 1 && other.length > 1 && one.at(-1) === other.at(-2) && one.at(-2) === other.at(-1);
  return Math.min(naive(a, other) + 1, naive(one, b) + 1, naive(a, b) + same, swapped ? naive(one.slice(0, -2), other.slice(0, -2)) + 1 : Infinity);
}

test('the distance is the one of the definition, up to its bound', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 6 });
  fc.assert(
    fc.property(word, word, fc.integer({ min: 0, max: 7 }), (one, other, bound) => distance(one, other, bound) === Math.min(naive(one, other), bound + 1)),
  );
});

test('only the nearest, and none that is far', () => {
  expect(nearest('sys_tme', ['sys_time', 'sys_nice', 'chown'])).toEqual(['sys_time']);
  expect(nearest('SYS_TIME', ['sys_time'])).toEqual(['sys_time']);
  expect(nearest('xyz', ['sys_time'])).toEqual([]);
  expect(nearest('x'.repeat(100), ['x'.repeat(100)])).toEqual([]);
});

test('no candidate is passed over that is near enough', () => {
  const word = fc.string({ unit: fc.constantFrom('a', 'b', 'c', 'x', '.', '_', 'A', '\u0130'), maxLength: 9 });
  fc.assert(
    fc.property(word, fc.array(word, { maxLength: 6 }), (wanted, candidates) => {
      const bound = Math.max(1, Math.floor(wanted.length / 3));
      const far = candidates.map((name) => distance(wanted.toLowerCase(), name.toLowerCase(), bound));
      const least = Math.min(...far, bound);
      const expected = candidates.filter((_name, index) => far[index] === least).slice(0, 3);
      expect(nearest(wanted, candidates)).toEqual(expected);
    }),
    { numRuns: 1000 },
  );
});

test('the question', () => {
  expect(didYouMean([])).toBe('');
  expect(didYouMean(['a', 'b'])).toBe("did you mean 'a' or 'b'?");
});
