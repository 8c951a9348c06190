// The least that any filter of a policy can cost for calls of the mix, by its decisions alone: what no compiler can beat.
//
// A filter here is a program of loads, comparisons with constants (equal, above, any bit of) and returns, which decides the
// machine's own architecture first. To answer a call it must
// - load the architecture, and compare it once; once more for the machine's second architecture. A single comparison tells one
//   value from the 2^32 others, so that two architectures take two; where the answer is the same as for an unknown architecture,
//   none of this is needed;
// - load the number, and compare it until all numbers that are left are decided alike: once, and once more for all but the weight
//   that the best of all single comparisons decides, which is found by trying every one. What needs a third is not counted;
// - where the answer depends on arguments, load one and compare it;
// - return.
// Numbers that are neither called in the mix nor named by the policy's own convention are taken to be decided as one likes.

import { CONSTANTS } from '../src/kernel/constants.gen.ts';
import { type Arch, syscallTable } from '../src/kernel/arch.ts';
import { type Weights, weightsFor } from '../src/controls/seccomp/frequencies.ts';
import { holds } from '../src/controls/seccomp/evaluate.ts';
import { type DecisionTable, resolvePolicy } from '../src/controls/seccomp/resolve.ts';
import type { Native, Policy } from '../src/controls/seccomp/policy.ts';
import { returnValue } from '../src/controls/seccomp/verdicts.ts';

/** Load of the architecture, load of the number, return. */
const ALWAYS = 3;
/** Numbers above are few, and private to an architecture: those that are not called here are left out. */
const SMALL = 1024;
/** Load of an argument, and a comparison of it. */
const ARGUMENT = 2;

/** A number without the bit that all numbers of its convention have, what it is answered with arguments of 0, and its part of all calls. */
interface Point {
  readonly word: number;
  readonly answer: number;
  readonly weight: number;
}

/** Instructions per call, for the calls that arrive by one convention. */
export function leastCost(policy: Policy, machine: Native, arch: Arch, mix: Weights): number {
  const { tables } = resolvePolicy(policy, machine);
  const place = tables.findIndex(({ conventions }) => conventions.includes(arch));
  const table = tables[place];
  if (table === undefined) throw new Error(`${machine} has no calls of ${arch}`);
  const calls = weightsFor(mix, syscallTable(arch));
  const total = [...calls.values()].reduce((sum, one) => sum + one, 0);
  const base = arch === 'x32' ? (syscallTable('x32').read ?? 0) : 0;
  let [foreign, conditional] = [0, 0];
  const points = Object.values(syscallTable(arch)).map((number): Point => {
    const weight = (calls.get(number) ?? 0) / total;
    const { answer, depends } = answerOf(table, number);
    if (answer === CONSTANTS.SECCOMP_RET_KILL_PROCESS >>> 0) foreign += weight;
    if (depends) conditional += weight;
    return { word: number - base, answer, weight };
  });
  const architectures = 1 + place;
  return (
    ALWAYS +
    architectures -
    foreign * (1 + architectures) +
    ARGUMENT * conditional +
    comparisons(points.filter(({ word, weight }) => word < SMALL || weight > 0))
  );
}

function answerOf(table: DecisionTable, number: number): { readonly answer: number; readonly depends: boolean } {
  const clauses = table.calls.get(number) ?? [];
  const rest = table.defaults.findLast(({ from }) => from <= number)?.verdict ?? { kind: 'kill_process' };
  const found = clauses.find(({ conditions }) => conditions.every((one) => holds(one, [0n, 0n, 0n, 0n, 0n, 0n])))?.verdict ?? rest;
  const [first] = clauses;
  return { answer: returnValue(found) >>> 0, depends: first !== undefined && first.conditions.length > 0 };
}

/** What is expected at least: the weight that one comparison leaves takes a second one. */
function comparisons(points: readonly Point[]): number {
  return isDecided(points) ? 0 : 2 - decidedBy(points);
}

function isDecided(points: readonly Point[]): boolean {
  return points.every(({ answer }) => answer === points[0]?.answer);
}

const weightOf = (points: readonly Point[]): number => points.reduce((sum, { weight }) => sum + weight, 0);

function bitsOf(points: readonly Point[]): number {
  return 32 - Math.clz32(points.reduce((all, { word }) => all | word, 0));
}

/** The most weight that one comparison can decide: that of its sides whose points are all answered alike. */
function decidedBy(points: readonly Point[]): number {
  const sorted = [...points].sort((a, b) => a.word - b.word);
  return Math.max(byEquality(sorted), byBorder(sorted), byMask(sorted));
}

function byEquality(points: readonly Point[]): number {
  const whole = weightOf(points);
  let most = 0;
  for (const { word, weight } of points) {
    // What is left may be decided with it.
    const others = points.filter((point) => point.word !== word);
    most = Math.max(most, isDecided(others) ? whole : weight);
  }
  return most;
}

/** Sorted: what is decided from either end on. */
function byBorder(points: readonly Point[]): number {
  const ends = (some: readonly Point[]): number => {
    const [first] = some;
    const other = some.findIndex(({ answer }) => answer !== first?.answer);
    return weightOf(other < 0 ? some : some.slice(0, other));
  };
  const [left, right] = [ends(points), ends([...points].reverse())];
  const borders = points.filter(({ answer }, index) => index > 0 && answer !== points[index - 1]?.answer).length;
  return borders === 1 ? weightOf(points) : Math.max(left, right);
}

/** For every set of bits at once: the points that have no others, by sums over subsets. */
function byMask(points: readonly Point[]): number {
  const size = 2 ** bitsOf(points);
  const answers = [...new Set(points.map(({ answer }) => answer))];
  const whole = weightOf(points);
  const weights = new Float64Array(size);
  const counts = answers.map(() => new Int32Array(size));
  for (const { word, answer, weight } of points) {
    weights[word] = (weights[word] ?? 0) + weight;
    const own = counts[answers.indexOf(answer)] as Int32Array;
    own[word] = (own[word] ?? 0) + 1;
  }
  for (const column of [weights, ...counts]) {
    for (let bit = 1; bit < size; bit *= 2) {
      for (let bits = bit; bits < size; bits = (bits + 1) | bit) column[bits] = (column[bits] as number) + (column[bits - bit] as number);
    }
  }
  let most = 0;
  for (let bits = 0; bits < size; bits++) {
    const inside = counts.filter((column) => (column[bits] as number) > 0).length;
    const outside = counts.filter((column) => (column[bits] as number) < (column[size - 1] as number)).length;
    const own = weights[bits] as number;
    most = Math.max(most, (inside === 1 ? own : 0) + (outside === 1 ? whole - own : 0));
  }
  return most;
}
