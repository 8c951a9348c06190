import fc from 'fast-check';
import { expect, test } from 'vitest';
import { holds } from '../../bpf/simulate.ts';
import { bestTree } from './alphabetic.ts';
import { type Piece, type Search, searchTree } from './search-tree.ts';

const LAST = 2 ** 32 - 1;

/** Pieces without gaps over all words; single ones below 600, as calls are numbered, and a few far away. */
const pieces = fc
  .record({
    words: fc.uniqueArray(fc.oneof(fc.nat(600), fc.nat(600), fc.integer({ min: 2 ** 30, max: 2 ** 30 + 600 })), { maxLength: 60 }),
    groups: fc.array(fc.nat(3), { minLength: 1, maxLength: 60 }),
    weights: fc.array(fc.oneof(fc.double({ min: 0.001, max: 1, noNaN: true }), fc.integer({ min: 1, max: 1000 })), { minLength: 1, maxLength: 60 }),
  })
  .map(({ words, groups, weights }): readonly Piece[] => {
    const found: Piece[] = [];
    let from = 0;
    for (const [index, word] of [...words].sort((a, b) => a - b).entries()) {
      if (word > from) found.push({ from, to: word - 1, group: 0, weight: 0.001 });
      found.push({ from: word, to: word, group: groups[index % groups.length] ?? 0, weight: weights[index % weights.length] ?? 1 });
      from = word + 1;
    }
    return [...found, { from, to: LAST, group: 0, weight: 0.001 }];
  });

function find(search: Search, word: number): { readonly group: number; readonly depth: number } {
  if (search.kind === 'found') return { group: search.group, depth: 0 };
  const { group, depth } = find(holds(search.test, word, search.by) ? search.yes : search.no, word);
  return { group, depth: depth + 1 };
}

function* around(some: readonly Piece[]): Iterable<readonly [number, number]> {
  for (const { from, to, group } of some) for (const word of new Set([from, Math.min(from + 37, to), Math.floor((from + to) / 2), to])) yield [word, group];
}

test('every word is found in its group', () => {
  fc.assert(
    fc.property(pieces, (some) => {
      const search = searchTree(some);
      for (const [word, group] of around(some)) expect(find(search, word).group, String(word)).toBe(group);
    }),
    { numRuns: 1000 },
  );
});

test('never dearer than the best tree of borders, and often cheaper', () => {
  let cheaper = 0;
  fc.assert(
    fc.property(pieces, (some) => {
      const search = searchTree(some);
      const runs: number[] = [];
      for (const [index, { group, weight }] of some.entries()) {
        if (index > 0 && some[index - 1]?.group === group) runs.push((runs.pop() ?? 0) + weight);
        else runs.push(weight);
      }
      // Ranges weigh next to nothing: their cost is left out on both sides.
      const cost = some.reduce((sum, { from, to, weight }) => sum + (from === to ? weight * find(search, from).depth : 0), 0);
      const borders = bestTree(runs).cost;
      expect(cost).toBeLessThanOrEqual(borders * (1 + 1e-9));
      if (cost < borders * 0.9) cheaper++;
    }),
    { numRuns: 300 },
  );
  expect(cheaper).toBeGreaterThan(30);
});

test('one group needs no comparison', () => {
  expect(searchTree([{ from: 0, to: LAST, group: 3, weight: 1 }])).toEqual({ kind: 'found', group: 3 });
});

test('a mask tells apart what would take several borders', () => {
  // Odd words and even ones, all equally frequent.
  const some = Array.from({ length: 64 }, (_, word): Piece => ({ from: word, to: word, group: word % 2, weight: 1 }));
  const search = searchTree([...some, { from: 64, to: LAST, group: 0, weight: 0.0001 }]);
  expect(some.reduce((sum, { from }) => sum + find(search, from).depth, 0) / some.length).toBeLessThan(3);
});
