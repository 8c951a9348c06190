import fc from 'fast-check';
import { expect, test } from 'vitest';
import { choosePair, pairAt, pairCount, reaches, sharing } from './categories.ts';

const COUNT = 12;
const claims = fc.array(
  fc.uniqueArray(fc.nat(COUNT - 1), { minLength: 0, maxLength: 3 }).map((list) => ({ owner: 'o', source: 's', categories: list.sort((a, b) => a - b) })),
  { maxLength: 70 },
);

test('the pairs are all pairs, each once', () => {
  const all = Array.from({ length: pairCount(COUNT) }, (_, index) => pairAt(index));
  expect(new Set(all.map(String)).size).toBe(66);
  expect(all.every(([low, high]) => 0 <= low && low < high && high < COUNT)).toBe(true);
  expect(pairAt(pairCount(1024) - 1)).toEqual([1022, 1023]);
});

/** The reference: try all of them. */
test('a pair is chosen exactly where one is left of which nobody has a part', () => {
  fc.assert(
    fc.property(fc.string(), claims, (seed, taken) => {
      const found = choosePair(seed, taken, COUNT);
      const isFree = (pair: readonly number[]) => taken.every((claim) => !reaches(pair, claim) || claim.categories.length > 2);
      const free = Array.from({ length: pairCount(COUNT) }, (_, index) => pairAt(index)).filter(isFree);
      if (found === null) expect(free).toEqual([]);
      else expect(free).toContainEqual(found);
    }),
  );
});

test('those who choose one after the other reach nothing of one another, until none is left', () => {
  const given: { owner: string; source: string; categories: readonly number[] }[] = [];
  for (;;) {
    const pair = choosePair(`container ${given.length}`, given, COUNT);
    if (pair === null) break;
    given.push({ owner: String(given.length), source: '', categories: pair });
  }
  expect(given).toHaveLength(66);
  expect(
    given.flatMap((one, index) => given.slice(index + 1).map((other) => sharing(one.categories, other.categories))).filter((found) => found !== null),
  ).toEqual([]);
});

test('the same seed finds the same pair, another one mostly another', () => {
  expect(choosePair('/var/lib/lxc/web/config', [], 1024)).toEqual(choosePair('/var/lib/lxc/web/config', [], 1024));
  const found = Array.from({ length: 50 }, (_, index) => String(choosePair(`container ${index}`, [], 1024)));
  expect(new Set(found).size).toBe(50);
});

test('a policy of one category or none has no pair', () => {
  expect(choosePair('a', [], 1)).toBeNull();
  expect(choosePair('a', [], 0)).toBeNull();
});
