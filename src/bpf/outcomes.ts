// Everything a filter may answer to a call whose arguments are not known: follows both ways of every test that depends on
// them. It never misses an answer; one that no arguments give may be among them.

import { assert } from './assert.ts';
import type { Instruction } from './instruction.ts';
import { decodeInstruction, type Operation } from './operation.ts';
import { ARCH_OFFSET, dataWord, NR_OFFSET, type SeccompData } from './seccomp-data.ts';
import { compute, holds } from './simulate.ts';

/** A word, or null: not known. */
type Known = number | null;

/** The words that the filter may return (SECCOMP_RET_* with data); null among them: a word that is not known. */
export function possibleReturns(program: readonly Instruction[], call: Pick<SeccompData, 'arch' | 'nr'>): ReadonlySet<number | null> {
  const returns = new Set<number | null>();
  const seen = new Set<string>();
  const open: { readonly at: number; readonly a: Known }[] = [{ at: 0, a: 0 }];
  for (let state = open.pop(); state !== undefined; state = open.pop()) {
    const { at, a } = state;
    if (seen.has(`${at} ${a}`)) continue;
    seen.add(`${at} ${a}`);
    const instruction = program[at];
    const operation = instruction && decodeInstruction(instruction);
    assert(operation !== undefined && operation !== null, () => `there is no instruction ${at}`);
    if (operation.kind === 'return') returns.add(operation.value === 'a' ? a : operation.value);
    else if (operation.kind === 'jump') open.push({ at: at + 1 + operation.to, a });
    else if (operation.kind === 'branch') {
      const result = a === null || operation.by === 'x' ? null : holds(operation.test, a, operation.by);
      if (result !== false) open.push({ at: at + 1 + operation.yes, a });
      if (result !== true) open.push({ at: at + 1 + operation.no, a });
    } else {
      // A division by the index register may be one by 0, which ends the filter with 0.
      if (operation.kind === 'alu' && operation.operator === 'div' && operation.by === 'x') returns.add(0);
      open.push({ at: at + 1, a: accumulator(operation, a, call) });
    }
  }
  return returns;
}

/** The accumulator afterwards. Index register and cells are taken as not known. */
function accumulator(operation: Operation, a: Known, call: Pick<SeccompData, 'arch' | 'nr'>): Known {
  switch (operation.kind) {
    case 'load':
      return operation.offset === NR_OFFSET || operation.offset === ARCH_OFFSET ? dataWord(call, operation.offset) : null;
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
