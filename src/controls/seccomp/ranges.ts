// A decision table -> ranges of numbers that are decided alike, with weights, over all 32 bits of a number: nothing is left out.

import { type Arch, syscallTable } from '../../kernel/arch.ts';
import { type Weights, weightsFor } from './frequencies.ts';
import type { Clause, DecisionTable, Default } from './resolve.ts';
import type { Piece } from './search-tree.ts';
import { returnValue } from './verdicts.ts';

/** How one group of numbers is decided. */
export interface Decision {
  readonly clauses: readonly Clause[];
  /** Where no clause decides: what the filter returns. */
  readonly rest: number;
}

export interface Ranges {
  /** Their `group` is an index of `decisions`. */
  readonly pieces: readonly Piece[];
  readonly decisions: readonly Decision[];
}

const NUMBERS = 2 ** 32;
/** Conventions of one architecture besides its first: that many calls of the first for one of theirs. */
const RARE = 4;
/** For a call that the profile does not know, and for numbers of no call, as parts of all calls of the convention. */
const UNKNOWN_CALL = 1 / 20_000;
const NO_CALL = 1 / 100_000;

export function rangesOf(table: DecisionTable, weights: Weights): Ranges {
  const { calls, defaults } = table;
  const { often, others } = frequencies(table, weights);
  const numbers = [...new Set([...calls.keys(), ...often.keys(), ...defaults.map(({ from }) => from)])].sort((a, b) => a - b);
  const decisions: Decision[] = [];
  const groups = new Map<string | number, number>();
  const groupOf = (clauses: readonly Clause[], rest: number): number => {
    const key = clauses.length === 0 ? rest : decisionKey(clauses, rest);
    const group = groups.get(key) ?? decisions.push({ clauses, rest }) - 1;
    groups.set(key, group);
    return group;
  };
  /** Most calls have one clause, and that is without conditions. */
  const decided = (clauses: readonly Clause[] = [], rest: number): number => {
    const [first] = clauses;
    return first?.conditions.length === 0 ? groupOf([], returnValue(first.verdict)) : groupOf(clauses, rest);
  };
  const pieces: Piece[] = [];
  let passed = 0;
  /** Numbers that nothing is said of: calls that are hardly made, and no calls. */
  const fill = (from: number, to: number, rest: number): void => {
    if (from > to) return;
    const before = passed;
    while (passed < others.length && (others[passed] as number) <= to) passed++;
    pieces.push({ from, to, group: groupOf([], rest), weight: NO_CALL + (passed - before) * UNKNOWN_CALL });
  };
  let next = 0;
  let rest = restAt(defaults, 0);
  for (const number of numbers) {
    fill(next, number - 1, rest);
    rest = restAt(defaults, number);
    pieces.push({ from: number, to: number, group: decided(calls.get(number), rest), weight: often.get(number) ?? UNKNOWN_CALL });
    next = number + 1;
  }
  fill(next, NUMBERS - 1, rest);
  return { pieces, decisions };
}

function restAt(defaults: readonly Default[], number: number): number {
  const found = defaults.findLast(({ from }) => from <= number);
  return returnValue(found?.verdict ?? { kind: 'kill_process' });
}

interface Frequencies {
  /** Of the calls that the profile knows, as parts of all calls. */
  readonly often: ReadonlyMap<number, number>;
  /** The other calls there are, sorted. */
  readonly others: readonly number[];
}

/** Of every call that a convention of this table has. They are kept with the profile: tables are large. */
function frequencies({ arch, conventions }: DecisionTable, weights: Weights): Frequencies {
  const kept = FREQUENCIES.get(weights) ?? new Map<string, Frequencies>();
  FREQUENCIES.set(weights, kept);
  const key = `${arch} ${conventions.join()}`;
  const found = kept.get(key) ?? measured(conventions, weights);
  kept.set(key, found);
  return found;
}

const FREQUENCIES = new WeakMap<Weights, Map<string, Frequencies>>();

function measured(conventions: readonly Arch[], weights: Weights): Frequencies {
  const often = new Map<number, number>();
  const others: number[] = [];
  for (const [index, arch] of conventions.entries()) {
    const known = weightsFor(weights, syscallTable(arch));
    const total = [...known.values()].reduce((sum, one) => sum + one, 0) || 1;
    const share = index === 0 ? 1 : 1 / RARE;
    for (const [number, weight] of known) often.set(number, share * Math.max(weight / total, UNKNOWN_CALL));
    others.push(...Object.values(syscallTable(arch)).filter((number) => !known.has(number)));
  }
  return { often, others: others.sort((a, b) => a - b) };
}

/** Two decisions are the same exactly when their keys are. */
function decisionKey(clauses: readonly Clause[], rest: number): string {
  return [...clauses.map(({ conditions, verdict }) => `${conditions.map(conditionKey).join('&')}:${returnValue(verdict)}`), rest].join(';');
}

function conditionKey(condition: Clause['conditions'][number]): string {
  return condition.kind === 'masked'
    ? `${condition.argument} masked ${condition.mask} ${condition.value}`
    : `${condition.argument} ${condition.operator} ${condition.value}`;
}
