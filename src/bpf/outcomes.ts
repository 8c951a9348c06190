// Everything a filter may answer to a call whose arguments are not all known, and how many instructions each answer takes:
// follows both ways of every test that depends on what is not known. It never misses an answer; one that no arguments give
// may be among them.

import { assert } from './assert.ts';
import type { Instruction } from './instruction.ts';
import { decodeInstruction, type Operation } from './operation.ts';
import { ARCH_OFFSET, argumentAt, dataWord, NR_OFFSET, type SeccompData } from './seccomp-data.ts';
import { compute, holds } from './simulate.ts';

/** In instructions executed. */
export interface Cost {
  readonly least: number;
  readonly most: number;
}

/** A call as far as it is known; arguments that are null or not given may be anything. */
export interface PartialCall extends Pick<SeccompData, 'arch' | 'nr'> {
  readonly args: readonly (bigint | null)[];
}

/** A word, or null: not known. */
type Known = number | null;

/** By returned word (SECCOMP_RET_* with data; null: not known), the instructions on the shortest and on the longest way to it. */
export function possibleCosts(program: readonly Instruction[], call: PartialCall): ReadonlyMap<number | null, Cost> {
  const returns = new Map<number | null, Cost>();
  // Jumps only lead forward: by the time an instruction is looked at, all ways to it are known.
  const arriving: (Map<Known, Cost> | undefined)[] = [new Map([[0, { least: 0, most: 0 }]])];
  for (let at = 0; at < arriving.length; at++) {
    const states = arriving[at];
    if (states === undefined) continue;
    const instruction = program[at];
    const operation = instruction && decodeInstruction(instruction);
    assert(operation !== undefined && operation !== null, () => `there is no instruction ${at}`);
    for (const [a, before] of states) {
      const cost = { least: before.least + 1, most: before.most + 1 };
      if (operation.kind === 'return') join(returns, operation.value === 'a' ? a : operation.value, cost);
      // A division by the index register may be one by 0, which ends the filter with 0.
      if (operation.kind === 'alu' && operation.operator === 'div' && operation.by === 'x') join(returns, 0, cost);
      const after = accumulator(operation, a, call);
      for (const jump of nextOf(operation, a)) join((arriving[at + 1 + jump] ??= new Map()), after, cost);
    }
  }
  return returns;
}

/** The words alone, whatever the arguments. */
export function possibleReturns(program: readonly Instruction[], { arch, nr }: Pick<SeccompData, 'arch' | 'nr'>): ReadonlySet<number | null> {
  return new Set(possibleCosts(program, { arch, nr, args: [] }).keys());
}

function join<K>(costs: Map<K, Cost>, key: K, { least, most }: Cost): void {
  const before = costs.get(key) ?? { least, most };
  costs.set(key, { least: Math.min(before.least, least), most: Math.max(before.most, most) });
}

/** How far the ways lead that may be taken. */
function nextOf(operation: Operation, a: Known): readonly number[] {
  if (operation.kind === 'return') return [];
  if (operation.kind === 'jump') return [operation.to];
  if (operation.kind !== 'branch') return [0];
  if (a === null || operation.by === 'x') return [operation.yes, operation.no];
  return [holds(operation.test, a, operation.by) ? operation.yes : operation.no];
}

/** The accumulator afterwards. Index register and cells are taken as not known. */
function accumulator(operation: Operation, a: Known, call: PartialCall): Known {
  switch (operation.kind) {
    case 'load':
      return wordOf(call, operation.offset);
    case 'constant':
      return operation.to === 'a' ? operation.value : a;
    case 'alu':
      return a === null || operation.by === 'x' ? null : compute(operation.operator, a, operation.by);
    case 'negate':
      return a === null ? null : -a >>> 0;
    case 'length':
    case 'recall':
    case 'copy':
      return operation.to === 'a' ? null : a;
    default:
      return a;
  }
}

function wordOf(call: PartialCall, offset: number): Known {
  const { arch, nr, args } = call;
  if (offset === NR_OFFSET || offset === ARCH_OFFSET) return dataWord({ arch, nr }, offset);
  const index = argumentAt(offset);
  if (index === null || (args[index] ?? null) === null) return null;
  return dataWord({ arch, nr, args: args.map((arg) => arg ?? 0n) }, offset);
}
