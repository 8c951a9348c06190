// Runs a program over a context, as the kernel's interpreter does (kernel/bpf/core.c): the oracle of every compiler test.

import { assert } from '../assert.ts';
import type { EbpfInstruction } from './instruction.ts';
import { type Alu, decodeOperation, type Operand, type Operation, type Register, type Test } from './operation.ts';

export interface EbpfOutcome {
  /** r0. */
  readonly value: number;
  /** Instructions executed. */
  readonly steps: number;
}

/** `context`: its 32-bit words. What the verifier refuses throws when it is reached. */
export function simulateEbpf(program: readonly EbpfInstruction[], context: readonly number[]): EbpfOutcome {
  const registers = new Map<Register, number>();
  const valueOf = (register: Register): number => {
    const value = registers.get(register);
    assert(value !== undefined, () => `r${register} holds no number`);
    return value;
  };
  const operand = (by: Operand): number => ('register' in by ? valueOf(by.register) : by.value);
  let at = 0;
  const operations = decoded(program);
  for (let steps = 1; ; steps++) {
    const operation = operations[at];
    assert(operation !== undefined, () => `ran behind the end, to ${at}`);
    assert(operation !== null, () => `instruction ${at}: code ${program[at]?.code} is none of those that decide`);
    at += 1;
    if (operation.kind === 'exit') return { value: valueOf(0), steps };
    if (operation.kind === 'jump') at += operation.to;
    else if (operation.kind === 'branch') at += holds(operation.test, valueOf(operation.left), operand(operation.right)) ? operation.to : 0;
    else if (operation.kind === 'alu') {
      const by = operand(operation.by);
      registers.set(operation.to, operation.operator === 'mov' ? by : compute(operation.operator, valueOf(operation.to), by));
    } else {
      const word = context[operation.offset / 4];
      assert(operation.from === 1 && word !== undefined, () => `instruction ${at - 1} loads from outside the context`);
      registers.set(operation.to, word);
    }
  }
}

/** Programs are run over many contexts; each is decoded once. */
const DECODED = new WeakMap<readonly EbpfInstruction[], readonly (Operation | null)[]>();

function decoded(program: readonly EbpfInstruction[]): readonly (Operation | null)[] {
  const known = DECODED.get(program) ?? program.map(decodeOperation);
  DECODED.set(program, known);
  return known;
}

function compute(operator: Exclude<Alu, 'mov'>, a: number, by: number): number {
  switch (operator) {
    case 'add':
      return (a + by) >>> 0;
    case 'sub':
      return (a - by) >>> 0;
    case 'and':
      return (a & by) >>> 0;
    case 'or':
      return (a | by) >>> 0;
    case 'xor':
      return (a ^ by) >>> 0;
    case 'lsh':
      return (a << by) >>> 0;
    case 'rsh':
      return a >>> by;
  }
}

function holds(test: Test, a: number, by: number): boolean {
  switch (test) {
    case 'eq':
      return a === by;
    case 'ne':
      return a !== by;
    case 'gt':
      return a > by;
    case 'ge':
      return a >= by;
    case 'lt':
      return a < by;
    case 'le':
      return a <= by;
    case 'set':
      return (a & by) !== 0;
  }
}
