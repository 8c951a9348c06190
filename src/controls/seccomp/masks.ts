// Which masks tell words apart well: a word below 512 has none of the bits of a mask exactly when it is a part of the bits
// that the mask leaves. BPF_JSET asks for that in one instruction, where two borders take two.

import { leastCost, weightLog } from './entropy.ts';
import type { Candidate, Fork, Piece } from './search-tree.ts';

const BITS = 9;
const SMALL = 2 ** BITS;
/** Higher bits are always in the mask, so that only small words can be without any of its bits. */
const HIGH = 2 ** 32 - SMALL;
/** As many of those that decide are judged. */
const MOST = 6;
/** Masks are looked for that decide for one of the groups most met with. */
const GROUPS = 2;

/** The masks that leave the most weight decided at once, and those of a single bit. */
export function maskCandidates(pieces: readonly Piece[]): readonly Candidate[] {
  const found = heaviest(pieces).flatMap((group) => decidingMasks(group, pieces));
  found.sort((a, b) => b.weight - a.weight);
  const masks = new Set([...found.slice(0, MOST).map(({ bits }) => bits), ...SINGLE_BITS]);
  return [...masks].map((bits) => ({ estimate: estimate(bits, pieces), fork: () => forkBy(bits, pieces) })).filter((one) => one.estimate < Infinity);
}

/** All bits but one. */
const SINGLE_BITS: readonly number[] = Array.from({ length: BITS }, (_, bit) => SMALL - 1 - 2 ** bit);

function heaviest(pieces: readonly Piece[]): readonly number[] {
  const weights = new Map<number, number>();
  for (const { from, to, group, weight } of pieces) if (from === to && from < SMALL) weights.set(group, (weights.get(group) ?? 0) + weight);
  return [...weights]
    .sort(([, a], [, b]) => b - a)
    .slice(0, GROUPS)
    .map(([group]) => group);
}

/** Bits of which every word that has no others is decided in this way. */
function decidingMasks(group: number, pieces: readonly Piece[]): readonly { readonly bits: number; readonly weight: number }[] {
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
  const best: { bits: number; weight: number }[] = [];
  for (let bits = 0; bits < SMALL; bits++) {
    const weight = weights[bits] as number;
    if (weight <= (best.length < MOST ? 0 : (best[MOST - 1]?.weight ?? 0))) continue;
    best.push({ bits, weight });
    best.sort((a, b) => b.weight - a.weight);
    best.length = Math.min(best.length, MOST);
  }
  return best;
}

/** The least that comes after the fork; infinite where it tells nothing apart. */
function estimate(bits: number, pieces: readonly Piece[]): number {
  const outside: Side = { ...NOTHING };
  const inside: Side = { ...NOTHING };
  for (const piece of pieces) {
    if (hasOutside(piece, bits)) add(outside, piece);
    if (hasInside(piece, bits)) add(inside, piece);
  }
  return outside.count === 0 || inside.count === 0 ? Infinity : least(outside) + least(inside);
}

/** The runs on one side of a fork, as far as they matter for the estimate; `run` is the weight of the last. */
interface Side {
  count: number;
  group: number;
  run: number;
  sum: number;
  logs: number;
}
const NOTHING: Readonly<Side> = { count: 0, group: Number.NaN, run: 0, sum: 0, logs: 0 };

function add(side: Side, { group, weight }: Piece): void {
  side.sum += weight;
  if (group === side.group) {
    side.run += weight;
    return;
  }
  side.logs += weightLog(side.run);
  side.run = weight;
  side.group = group;
  side.count++;
}

function least({ count, sum, logs, run }: Side): number {
  return leastCost(count, sum, logs + weightLog(run));
}

/** `no`: words that have only these bits. A range that lies on both sides weighs on both: nobody knows how it divides. */
function forkBy(bits: number, pieces: readonly Piece[]): Fork {
  const yes = pieces.filter((piece) => hasOutside(piece, bits));
  const no = pieces.filter((piece) => hasInside(piece, bits));
  return { test: 'set', by: (HIGH | (SMALL - 1 - bits)) >>> 0, yes, no };
}

function hasInside({ from, to }: Piece, bits: number): boolean {
  if (from >= SMALL) return false;
  for (let word = from; word <= Math.min(to, SMALL - 1); word++) if ((word & ~bits) === 0) return true;
  return false;
}

function hasOutside({ from, to }: Piece, bits: number): boolean {
  if (to >= SMALL) return true;
  for (let word = from; word <= to; word++) if ((word & ~bits) !== 0) return true;
  return false;
}
