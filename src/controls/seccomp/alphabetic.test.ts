import fc from 'fast-check';
import { expect, test } from 'vitest';
import { bestTree, firstFork } from './alphabetic.ts';

/** The definition: of all first forks the cheapest. */
function cheapest(weights: readonly number[]): number {
  const best = new Map<string, number>();
  const cost = (from: number, to: number): number => {
    if (to - from <= 1) return 0;
    const key = `${from} ${to}`;
    const known = best.get(key);
    if (known !== undefined) return known;
    const sum = weights.slice(from, to).reduce((a, b) => a + b, 0);
    const found = sum + Math.min(...Array.from({ length: to - from - 1 }, (_, index) => cost(from, from + index + 1) + cost(from + index + 1, to)));
    best.set(key, found);
    return found;
  };
  return cost(0, weights.length);
}

/** What the tree costs that the forks make. */
function forked(weights: readonly number[], depths: readonly number[], from: number): number {
  if (weights.length <= 1) {
    expect(depths[0]).toBe(from);
    return 0;
  }
  const fork = firstFork(depths.map((depth) => depth - from));
  expect(fork).toBeGreaterThan(0);
  const sum = weights.reduce((a, b) => a + b, 0);
  return sum + forked(weights.slice(0, fork), depths.slice(0, fork), from + 1) + forked(weights.slice(fork), depths.slice(fork), from + 1);
}

const weights = fc.array(fc.oneof(fc.nat(3), fc.nat(1000)), { minLength: 1, maxLength: 24 });

test('no tree over the weights is cheaper', () => {
  fc.assert(
    fc.property(weights, (some) => {
      expect(bestTree(some).cost).toBe(cheapest(some));
    }),
    { numRuns: 2000 },
  );
});

test('the depths are those of a tree in the same order, and cost as much', () => {
  fc.assert(
    fc.property(weights, (some) => {
      const depths = bestTree(some).depths();
      expect(some.reduce((sum, weight, index) => sum + weight * (depths[index] ?? Number.NaN), 0)).toBe(bestTree(some).cost);
      expect(forked(some, depths, 0)).toBe(bestTree(some).cost);
    }),
    { numRuns: 2000 },
  );
});
