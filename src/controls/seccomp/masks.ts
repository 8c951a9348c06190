// Which masks tell words apart well: a word below 512 has none of the bits of a mask exactly when it is a part of the bits
// that the mask leaves. BPF_JSET asks for that in one instruction, where two borders take two.

import type { Fork, Piece } from './search-tree.ts';

const BITS = 9;
const SMALL = 2 ** BITS;
/** Higher bits are always in the mask, so that only small words can be without any of its bits. */
const HIGH = 2 ** 32 - SMALL;
/** As many of those that decide are judged. */
const MOST = 6;
/** Masks are looked for that decide for one of the groups most met with. */
const GROUPS = 2;

/** The masks that leave the most weight decided at once. */
export function maskForks(pieces: readonly Piece[]): readonly Fork[] {
  const small = pieces.filter(({ from, to }) => from === to && from < SMALL);
  // Words of ranges have no place of their own; one of them in the reach of a mask leaves it undecided.
  const spread = pieces.filter(({ from, to }) => from !== to && from < SMALL);
  const found = heaviest(small).flatMap((group) => decidingMasks(group, small, spread));
  found.sort((a, b) => b.weight - a.weight);
  return [...found.slice(0, MOST).map(({ bits }) => bits), ...singleBits()]
    .map((bits) => forkBy(bits, pieces))
    .filter(({ yes, no }) => yes.length > 0 && no.length > 0);
}

function heaviest(pieces: readonly Piece[]): readonly number[] {
  const weights = new Map<number, number>();
  for (const { group, weight } of pieces) weights.set(group, (weights.get(group) ?? 0) + weight);
  return [...weights]
    .sort(([, a], [, b]) => b - a)
    .slice(0, GROUPS)
    .map(([group]) => group);
}

/** Bits of which every word that has no others is decided in this way. */
function decidingMasks(group: number, small: readonly Piece[], spread: readonly Piece[]): readonly { readonly bits: number; readonly weight: number }[] {
  const weights = new Float64Array(SMALL);
  const others = new Uint8Array(SMALL);
  for (const piece of small) {
    if (piece.group === group) weights[piece.from] = piece.weight;
    else others[piece.from] = 1;
  }
  for (const piece of spread) if (piece.group !== group) others.fill(1, piece.from, Math.min(piece.to + 1, SMALL));
  // Sums over all parts of each set of bits, bit by bit.
  for (let bit = 1; bit < SMALL; bit *= 2) {
    for (let bits = bit; bits < SMALL; bits = (bits + 1) | bit) {
      weights[bits] = (weights[bits] as number) + (weights[bits - bit] as number);
      others[bits] = (others[bits] as number) | (others[bits - bit] as number);
    }
  }
  const best: { bits: number; weight: number }[] = [];
  for (let bits = 0; bits < SMALL; bits++) {
    const weight = weights[bits] as number;
    if (others[bits] !== 0 || weight <= (best[MOST - 1]?.weight ?? 0)) continue;
    best.push({ bits, weight });
    best.sort((a, b) => b.weight - a.weight);
    best.length = Math.min(best.length, MOST);
  }
  return best;
}

/** All bits but one. */
function singleBits(): readonly number[] {
  return Array.from({ length: BITS }, (_, bit) => SMALL - 1 - 2 ** bit);
}

/** `no`: words that have only these bits. */
function forkBy(bits: number, pieces: readonly Piece[]): Fork {
  const yes: Piece[] = [];
  const no: Piece[] = [];
  for (const piece of pieces) {
    const [outside, inside] = [hasOutside(piece, bits), hasInside(piece, bits)];
    // A range that lies on both sides weighs on both as it does alone: nobody knows how it divides.
    if (outside) yes.push(piece);
    if (inside) no.push(piece);
  }
  return { test: 'set', by: (HIGH | (SMALL - 1 - bits)) >>> 0, yes, no };
}

function hasInside({ from, to }: Piece, bits: number): boolean {
  for (let word = from; word <= Math.min(to, SMALL - 1); word++) if ((word & ~bits) === 0) return true;
  return false;
}

function hasOutside({ from, to }: Piece, bits: number): boolean {
  if (to >= SMALL) return true;
  for (let word = from; word <= to; word++) if ((word & ~bits) !== 0) return true;
  return false;
}
