// Words that are decided alike, with weights -> a tree of comparisons with constants, which finds how a word is decided in as few
// of them as can be expected.
//
// Three comparisons are tried at every fork that matters: with a border of ranges; with one word that is frequent, or
// that stands alone among others; and with a mask, which tells apart the words that have none of its bits. A fork is judged
// by what the best tree of borders alone would cost on either side of it (alphabetic.ts), so that the whole is never dearer than
// that tree.

import { firstFork, leafDepths, treeCost } from './alphabetic.ts';
import { maskForks } from './masks.ts';

/** From `from` to `to`, both included; sorted, without overlap. Words between two pieces do not occur. */
export interface Piece {
  readonly from: number;
  readonly to: number;
  /** How it is decided. */
  readonly group: number;
  /** How often these words are met, in any unit, above 0. */
  readonly weight: number;
}

export type Search =
  | { readonly kind: 'found'; readonly group: number }
  | {
      readonly kind: 'fork';
      readonly test: 'ge' | 'eq' | 'set';
      readonly by: number;
      readonly yes: Search;
      readonly no: Search;
      readonly likely: 'yes' | 'no';
    };

/** A comparison, and what is left on either side of it. */
export interface Fork {
  readonly test: 'ge' | 'eq' | 'set';
  readonly by: number;
  readonly yes: readonly Piece[];
  readonly no: readonly Piece[];
}

/** Where less than this part of all weight is left, masks are not looked for; or borders alone will do. */
const WORTH_A_MASK = 1 / 40;
const WORTH_A_CHOICE = 1 / 150;
/** Neighbours that are decided alike and together weigh less than this part are one piece: no test will be for one of them. */
const TOO_SMALL = 1 / 1000;
/** How many words are tried at a fork, of the frequent ones and of those that stand alone. */
const WORDS = 8;
/** How many forks are judged exactly, of those that an estimate finds best. */
const JUDGED = 5;

export function searchTree(pieces: readonly Piece[]): Search {
  const whole = weightOf(pieces);
  return treeOf(joinSmall(pieces, whole * TOO_SMALL), whole);
}

function joinSmall(pieces: readonly Piece[], least: number): readonly Piece[] {
  const joined: Piece[] = [];
  for (const piece of pieces) {
    const last = joined.at(-1);
    const adjacent = last?.group === piece.group && last.to + 1 === piece.from;
    if (!adjacent || last.weight + piece.weight > least) joined.push(piece);
    else joined[joined.length - 1] = { ...last, to: piece.to, weight: last.weight + piece.weight };
  }
  return joined;
}

function treeOf(pieces: readonly Piece[], whole: number): Search {
  const runs = runsOf(pieces);
  if (runs.weights.length <= 1) return { kind: 'found', group: pieces[0]?.group ?? 0 };
  const part = weightOf(pieces) / whole;
  const fork = part < WORTH_A_CHOICE ? borderFork(pieces, runs) : bestFork(pieces, runs, part >= WORTH_A_MASK);
  return {
    kind: 'fork',
    test: fork.test,
    by: fork.by,
    yes: treeOf(fork.yes, whole),
    no: treeOf(fork.no, whole),
    likely: weightOf(fork.yes) > weightOf(fork.no) ? 'yes' : 'no',
  };
}

function bestFork(pieces: readonly Piece[], runs: Runs, masks: boolean): Fork {
  const others = [...wordForks(pieces, runs), ...(masks ? maskForks(pieces) : [])].map((fork) => ({ fork, estimate: bothSides(fork, leastCost) }));
  others.sort((a, b) => a.estimate - b.estimate);
  let best = borderFork(pieces, runs);
  let cost = bothSides(best, treeCost);
  for (const { fork, estimate } of others.slice(0, JUDGED)) {
    // Nothing costs less than its estimate.
    const its = estimate >= cost ? cost : bothSides(fork, treeCost);
    if (its >= cost) continue;
    best = fork;
    cost = its;
  }
  return best;
}

/** What comes after the fork. */
function bothSides({ yes, no }: Fork, costOf: (weights: readonly number[]) => number): number {
  return costOf(runsOf(yes).weights) + costOf(runsOf(no).weights);
}

/** No tree of comparisons costs less: the entropy, and one comparison for every word. */
function leastCost(weights: readonly number[]): number {
  if (weights.length <= 1) return 0;
  let sum = 0;
  let logs = 0;
  for (const weight of weights) {
    sum += weight;
    logs += weight * Math.log2(weight);
  }
  return Math.max(sum, sum * Math.log2(sum) - logs);
}

/** Neighbours that are decided alike; what does not occur between them belongs to both. */
interface Runs {
  readonly weights: readonly number[];
  /** The index of each run's first piece. */
  readonly starts: readonly number[];
}

function runsOf(pieces: readonly Piece[]): Runs {
  const weights: number[] = [];
  const starts: number[] = [];
  let group = Number.NaN;
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index] as Piece;
    if (piece.group === group) weights[weights.length - 1] = (weights[weights.length - 1] as number) + piece.weight;
    else {
      weights.push(piece.weight);
      starts.push(index);
      group = piece.group;
    }
  }
  return { weights, starts };
}

/** The first comparison of the best tree of borders. */
function borderFork(pieces: readonly Piece[], { weights, starts }: Runs): Fork {
  const first = starts[firstFork(leafDepths(weights))] ?? 0;
  return { test: 'ge', by: pieces[first]?.from ?? 0, yes: pieces.slice(first), no: pieces.slice(0, first) };
}

/** One word taken out: a frequent one, or one that stands alone with much on both sides that is decided alike. */
function wordForks(pieces: readonly Piece[], { weights, starts }: Runs): readonly Fork[] {
  const isWord = (index: number): boolean => pieces[index]?.from === pieces[index]?.to;
  const weightAt = (index: number): number => pieces[index]?.weight ?? 0;
  const frequent = [...pieces.keys()].filter(isWord).sort((a, b) => weightAt(b) - weightAt(a));
  const around = (run: number): number => Math.min(weights[run - 1] ?? 0, weights[run + 1] ?? 0);
  const single = (run: number): boolean => (starts[run + 1] ?? pieces.length) - (starts[run] ?? 0) === 1 && isWord(starts[run] ?? 0);
  const alone = [...starts.keys()].filter(single).sort((a, b) => around(b) - around(a));
  const taken = new Set([...frequent.slice(0, WORDS), ...alone.slice(0, WORDS).map((run) => starts[run] ?? 0)]);
  return [...taken].map((index): Fork => {
    const rest = [...pieces.slice(0, index), ...pieces.slice(index + 1)];
    return { test: 'eq', by: pieces[index]?.from ?? 0, yes: pieces.slice(index, index + 1), no: rest };
  });
}

function weightOf(pieces: readonly Piece[]): number {
  let sum = 0;
  for (const { weight } of pieces) sum += weight;
  return sum;
}
