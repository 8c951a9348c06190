// Words that are decided alike, with weights -> a tree of comparisons with constants, which finds how a word is decided in as few
// of them as can be expected.
//
// Three comparisons are tried at every fork that matters: with a border of ranges; with one word that is frequent, or
// that stands alone among others; and with a mask, which tells apart the words that have none of its bits. A fork is judged
// by what the best tree of borders alone would cost on either side of it (alphabetic.ts), so that the whole is never dearer than
// that tree.

import { bestTree, firstFork } from './alphabetic.ts';
import { leastCost, weightLog } from './entropy.ts';
import { maskCandidates } from './masks.ts';

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

/** A fork that may be worth making, and the least that can come after it. */
export interface Candidate {
  readonly estimate: number;
  readonly fork: () => Fork;
}

/** Where less than this part of all weight is left, masks are not looked for; or borders alone will do. */
const WORTH_A_MASK = 1 / 40;
const WORTH_A_CHOICE = 1 / 150;
/** Neighbours that are decided alike and together weigh less than this part are one piece: no test will be for one of them. */
const TOO_SMALL = 1 / 1000;
/** How many words are tried at a fork, of the frequent ones and of those that stand alone. */
const WORDS = 4;
/** How many forks are judged exactly, of those that an estimate finds best. */
const JUDGED = 5;

export function searchTree(pieces: readonly Piece[]): Search {
  const whole = weightOf(pieces);
  return treeOf(joinSmall(pieces, whole * TOO_SMALL), whole);
}

function joinSmall(pieces: readonly Piece[], least: number): readonly Piece[] {
  const joined: Piece[] = [];
  let open: { from: number; to: number; group: number; weight: number } | null = null;
  for (const piece of pieces) {
    if (open !== null && open.group === piece.group && open.to + 1 === piece.from && open.weight + piece.weight <= least) {
      open.to = piece.to;
      open.weight += piece.weight;
    } else {
      open = { ...piece };
      joined.push(open);
    }
  }
  return joined;
}

function treeOf(pieces: readonly Piece[], whole: number): Search {
  const runs = runsOf(pieces);
  if (runs.weights.length <= 1) return { kind: 'found', group: pieces[0]?.group ?? 0 };
  const part = runs.weight / whole;
  if (part < WORTH_A_CHOICE) return bordersTree(pieces, runs, bestTree(runs.weights).depths(), 0);
  const { test, by, yes, no } = bestFork(pieces, runs, part >= WORTH_A_MASK);
  const likely = weightOf(yes) > weightOf(no) ? 'yes' : 'no';
  return { kind: 'fork', test, by, yes: treeOf(yes, whole), no: treeOf(no, whole), likely };
}

/** The best tree of borders over the runs from `first` on that have these depths. */
function bordersTree(pieces: readonly Piece[], runs: Runs, depths: readonly number[], first: number): Search {
  const start = pieces[runs.starts[first] ?? 0];
  if (depths.length <= 1) return { kind: 'found', group: start?.group ?? 0 };
  const fork = firstFork(depths);
  const half = (from: number, to?: number) =>
    bordersTree(
      pieces,
      runs,
      depths.slice(from, to).map((depth) => depth - 1),
      first + from,
    );
  const by = pieces[runs.starts[first + fork] ?? 0]?.from ?? 0;
  return { kind: 'fork', test: 'ge', by, yes: half(fork), no: half(0, fork), likely: 'no' };
}

function bestFork(pieces: readonly Piece[], runs: Runs, masks: boolean): Fork {
  const others = [...wordCandidates(pieces, runs), ...(masks ? maskCandidates(pieces) : [])].sort((a, b) => a.estimate - b.estimate);
  // The first comparison of the best tree of borders costs once the weight of all.
  const borders = bestTree(runs.weights);
  let best: Fork | null = null;
  let cost = borders.cost - runs.weight;
  for (const { estimate, fork } of others.slice(0, JUDGED)) {
    // Nothing costs less than its estimate.
    if (estimate >= cost) break;
    const made = fork();
    const its = costBehind(made);
    if (its < cost) [best, cost] = [made, its];
  }
  return best ?? borderFork(pieces, runs, borders.depths());
}

function costBehind({ yes, no }: Fork): number {
  return bestTree(runsOf(yes).weights).cost + bestTree(runsOf(no).weights).cost;
}

/** Neighbours that are decided alike; what does not occur between them belongs to both. */
interface Runs {
  readonly weights: readonly number[];
  /** The index of each run's first piece. */
  readonly starts: readonly number[];
  /** Of all. */
  readonly weight: number;
}

function runsOf(pieces: readonly Piece[]): Runs {
  const weights: number[] = [];
  const starts: number[] = [];
  let sum = 0;
  let group = Number.NaN;
  for (let index = 0; index < pieces.length; index++) {
    const piece = pieces[index] as Piece;
    sum += piece.weight;
    if (piece.group === group) weights[weights.length - 1] = (weights[weights.length - 1] as number) + piece.weight;
    else {
      weights.push(piece.weight);
      starts.push(index);
      group = piece.group;
    }
  }
  return { weights, starts, weight: sum };
}

/** The first comparison of the best tree of borders. */
function borderFork(pieces: readonly Piece[], { starts }: Runs, depths: readonly number[]): Fork {
  const first = starts[firstFork(depths)] ?? 0;
  return { test: 'ge', by: pieces[first]?.from ?? 0, yes: pieces.slice(first), no: pieces.slice(0, first) };
}

/** One word taken out: a frequent one, or one that stands alone with much on both sides that is decided alike. */
function wordCandidates(pieces: readonly Piece[], { weights, starts, weight: whole }: Runs): readonly Candidate[] {
  const isWord = (index: number): boolean => pieces[index]?.from === pieces[index]?.to;
  const weightAt = (index: number): number => pieces[index]?.weight ?? 0;
  const around = (run: number): number => Math.min(weights[run - 1] ?? 0, weights[run + 1] ?? 0);
  const single = (run: number): boolean => (starts[run + 1] ?? pieces.length) - (starts[run] ?? 0) === 1 && isWord(starts[run] ?? 0);
  const frequent = greatest(pieces.length, isWord, weightAt);
  const alone = greatest(starts.length, single, around);
  const taken = new Set([...frequent, ...alone.map((run) => starts[run] ?? 0)]);
  let logs = 0;
  for (const weight of weights) logs += weightLog(weight);
  return [...taken].map((index): Candidate => {
    const run = starts.findLastIndex((start) => start <= index);
    const [own, left, right] = [weights[run] ?? 0, weights[run - 1] ?? 0, weights[run + 1] ?? 0];
    const joins = single(run) && left > 0 && right > 0 && pieces[index - 1]?.group === pieces[index + 1]?.group;
    // What the run's own share of the entropy becomes: a smaller one, or that of the neighbours joined.
    const change = joins ? weightLog(left + right) - weightLog(left) - weightLog(right) - weightLog(own) : weightLog(own - weightAt(index)) - weightLog(own);
    const count = weights.length - (joins ? 2 : single(run) ? 1 : 0);
    const fork = (): Fork => ({ test: 'eq', by: pieces[index]?.from ?? 0, yes: pieces.slice(index, index + 1), no: pieces.toSpliced(index, 1) });
    return { estimate: leastCost(count, whole - weightAt(index), logs + change), fork };
  });
}

/** Of the indices below `count` that are asked for, the WORDS with the greatest value, those first; of equal ones the first. */
function greatest(count: number, asked: (index: number) => boolean, value: (index: number) => number): readonly number[] {
  const indices: number[] = [];
  const values: number[] = [];
  for (let index = 0; index < count; index++) {
    if (!asked(index)) continue;
    const its = value(index);
    if (values.length === WORDS && its <= (values[WORDS - 1] as number)) continue;
    let place = Math.min(values.length, WORDS - 1);
    for (; place > 0 && (values[place - 1] as number) < its; place--) {
      values[place] = values[place - 1] as number;
      indices[place] = indices[place - 1] as number;
    }
    values[place] = its;
    indices[place] = index;
  }
  return indices;
}

function weightOf(pieces: readonly Piece[]): number {
  let sum = 0;
  for (const { weight } of pieces) sum += weight;
  return sum;
}
