// Multi-Category Security: a process reaches what has no category that it lacks, so two processes with two categories each, not the same
// two, reach nothing of one another. Which pairs are free, given what others have.

import { createHash } from 'node:crypto';
import type { Level } from './context.ts';

export type Pair = readonly [low: number, high: number];

/** Categories of somebody else. */
export interface CategoryClaim {
  readonly owner: string;
  /** The path or record that says so. */
  readonly source: string;
  readonly categories: readonly number[];
}

/** How many pairs `count` categories make. */
export const pairCount = (count: number): number => (count * (count - 1)) / 2;

/** The pairs in order: (0,1), (0,2), (1,2), (0,3), ... */
export function pairAt(index: number): Pair {
  const high = Math.floor((1 + Math.sqrt(1 + 8 * index)) / 2);
  return [index - pairCount(high), high];
}

/** Whoever has the pair reaches what is claimed: it is the same pair, or one of the two alone. What has no category is everybody's. */
export function reaches(pair: readonly number[], { categories }: Pick<CategoryClaim, 'categories'>): boolean {
  return categories.length > 0 && categories.every((one) => pair.includes(one));
}

/**
 * A pair of which nobody has a part, or null. It begins at a place that `seed` tells, so that it is foreseeable, and others that choose at random
 * (libvirt, podman) hardly meet it. Claims that include every pair, such as c0.c1023, are left out: nothing can be kept from them.
 */
export function choosePair(seed: string, claims: readonly CategoryClaim[], count: number): Pair | null {
  const all = pairCount(count);
  const taken = claims.filter(({ categories }) => categories.length > 0 && categories.length <= 2);
  const singles = new Set(taken.flatMap(({ categories: [one, other] }) => (one === undefined || other !== undefined ? [] : [one])));
  const pairs = new Set(taken.flatMap(({ categories }) => (categories.length === 2 ? [categories.join()] : [])));
  const first = all === 0 ? 0 : createHash('sha256').update(seed).digest().readUIntBE(0, 6) % all;
  for (let step = 0; step < all; step += 1) {
    const pair = pairAt((first + step) % all);
    if (!pairs.has(pair.join()) && !singles.has(pair[0]) && !singles.has(pair[1])) return pair;
  }
  return null;
}

/** Why one may reach what is the other's, by categories alone; null: it may not. */
export function sharing(one: readonly number[], other: readonly number[]): 'same' | 'first' | 'second' | null {
  const [first, second] = [other.every((category) => one.includes(category)), one.every((category) => other.includes(category))];
  return first && second ? 'same' : first ? 'first' : second ? 'second' : null;
}

export function pairLevel(pair: Pair): Level {
  return { sensitivity: 0, categories: pair };
}
