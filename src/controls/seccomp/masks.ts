// Which masks tell words apart well: a word below 512 has none of the bits of a mask exactly when it is a part of the bits
// that the mask leaves. BPF_JSET asks for that in one instruction, where two borders take two.

import { leastCost, weightLog } from './entropy.ts';
import type { Candidate, Fork, Piece } from './search-tree.ts';

const BITS = 9;
const SMALL = 2 ** BITS;
/** Higher bits are always in the mask, so that only small words can be without any of its bits. */
const HIGH = 2 ** 32 - SMALL;
/** As many of those that decide are judged. */
const MOST = 4;

/** The masks that leave the most weight decided at once, for the group most met with, and those of a single bit. */
export function maskCandidates(pieces: readonly Piece[]): readonly Candidate[] {
  const masks = new Set([...decidingMasks(heaviest(pieces), pieces), ...SINGLE_BITS]);
  const columns = columnsOf(pieces);
  return [...masks].map((bits) => ({ estimate: estimate(bits, columns), fork: () => forkBy(bits, pieces) })).filter((one) => one.estimate < Infinity);
}

/** All bits but one. */
const SINGLE_BITS: readonly number[] = Array.from({ length: BITS }, (_, bit) => SMALL - 1 - 2 ** bit);

/** The group that small words most often have; none among no words. */
function heaviest(pieces: readonly Piece[]): number | null {
  const weights = new Map<number, number>();
  for (const { from, to, group, weight } of pieces) if (from === to && from < SMALL) weights.set(group, (weights.get(group) ?? 0) + weight);
  let [heaviest, most]: [number | null, number] = [null, 0];
  for (const [group, weight] of weights) if (weight > most) [heaviest, most] = [group, weight];
  return heaviest;
}

/** Bits of which every word that has no others is decided in this way, those that leave the most weight. */
function decidingMasks(group: number | null, pieces: readonly Piece[]): readonly number[] {
  if (group === null) return [];
  // Words of ranges have no weight of their own. One of another group spoils every mask in whose reach it is.
  const weights = new Float64Array(SMALL);
  for (const piece of pieces) {
    if (piece.from >= SMALL) break;
    if (piece.group !== group) weights.fill(-Infinity, piece.from, Math.min(piece.to + 1, SMALL));
    else if (piece.from === piece.to) weights[piece.from] = piece.weight;
  }
  // Sums over all parts of each set of bits, bit by bit.
  for (let bit = 1; bit < SMALL; bit *= 2) {
    for (let bits = bit; bits < SMALL; bits = (bits + 1) | bit) weights[bits] = (weights[bits] as number) + (weights[bits - bit] as number);
  }
  // More bits leave more weight: from the most on, few that come later are among the best. Of equal ones fewer bits go first.
  const best: { readonly bits: number; readonly weight: number }[] = [];
  for (let bits = SMALL - 1; bits >= 0; bits--) {
    const weight = weights[bits] as number;
    if (weight <= 0 || (best.length === MOST && weight < (best[MOST - 1]?.weight ?? 0))) continue;
    const place = best.findIndex((one) => one.weight <= weight);
    best.splice(place < 0 ? best.length : place, 0, { bits, weight });
    if (best.length > MOST) best.pop();
  }
  return best.map(({ bits }) => bits);
}

/** Pieces as columns, with each one's share of the entropy: they are gone through for every mask. */
interface Columns {
  readonly froms: Float64Array;
  readonly tos: Float64Array;
  readonly groups: Int32Array;
  readonly weights: Float64Array;
  readonly logs: Float64Array;
}

function columnsOf(pieces: readonly Piece[]): Columns {
  const { length } = pieces;
  const [froms, tos, weights, logs] = [new Float64Array(length), new Float64Array(length), new Float64Array(length), new Float64Array(length)];
  const groups = new Int32Array(length);
  for (let index = 0; index < length; index++) {
    const { from, to, group, weight } = pieces[index] as Piece;
    froms[index] = from;
    tos[index] = to;
    groups[index] = group;
    weights[index] = weight;
    logs[index] = weightLog(weight);
  }
  return { froms, tos, groups, weights, logs };
}

/** The least that comes after the fork; infinite where it tells nothing apart. */
function estimate(bits: number, columns: Columns): number {
  return leastOn('outside', bits, columns) + leastOn('inside', bits, columns);
}

/** What the runs on one side of the fork cost at least; infinite without any. */
function leastOn(side: 'inside' | 'outside', bits: number, { froms, tos, groups, weights, logs }: Columns): number {
  const inside = side === 'inside';
  let [count, sum, shares] = [0, 0, 0];
  /** The last run: how it is decided, what it weighs, and its share. */
  let [group, run, share] = [Number.NaN, 0, 0];
  for (let index = 0; index < froms.length; index++) {
    const [from, to] = [froms[index] as number, tos[index] as number];
    const here = from === to ? ((from & ~bits) === 0) === inside : inside ? hasInside(from, to, bits) : hasOutside(from, to, bits);
    if (!here) continue;
    const weight = weights[index] as number;
    sum += weight;
    if (groups[index] === group) {
      run += weight;
      share = Number.NaN;
      continue;
    }
    shares += Number.isNaN(share) ? weightLog(run) : share;
    group = groups[index] as number;
    run = weight;
    share = logs[index] as number;
    count++;
  }
  return count === 0 ? Infinity : leastCost(count, sum, shares + (Number.isNaN(share) ? weightLog(run) : share));
}

/** `no`: words that have only these bits. A range that lies on both sides weighs on both: nobody knows how it divides. */
function forkBy(bits: number, pieces: readonly Piece[]): Fork {
  const yes = pieces.filter(({ from, to }) => hasOutside(from, to, bits));
  const no = pieces.filter(({ from, to }) => hasInside(from, to, bits));
  return { test: 'set', by: (HIGH | (SMALL - 1 - bits)) >>> 0, yes, no };
}

/** Is a word of this range without any other bits? */
function hasInside(from: number, to: number, bits: number): boolean {
  for (let word = from; word <= to && word < SMALL; ) {
    const others = word & ~bits;
    if (others === 0) return true;
    // All words up to the next multiple of the highest such bit have it.
    const place = 31 - Math.clz32(others);
    word = ((word >> place) + 1) << place;
  }
  return false;
}

function hasOutside(from: number, to: number, bits: number): boolean {
  if (to >= SMALL) return true;
  for (let word = from; word <= to; word++) if ((word & ~bits) !== 0) return true;
  return false;
}
