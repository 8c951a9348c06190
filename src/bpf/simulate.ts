// Runs a filter over one system call, as the kernel does (net/core/filter.c before its translation to eBPF): the oracle of every compiler
// test.

import { CONSTANTS } from '../kernel/constants.gen.ts';
import { STRUCTS } from '../kernel/structs.gen.ts';
import { assert, assertNever } from './assert.ts';
import type { Instruction } from './instruction.ts';
import { type AluOperator, decodeInstruction, type Operand, type Operation, type Test } from './operation.ts';
import { dataWord, type SeccompData } from './seccomp-data.ts';

export interface Outcome {
  /** SECCOMP_RET_*: the upper half of what the filter returned. */
  readonly action: number;
  /** SECCOMP_RET_DATA: the lower half, e.g. the errno. */
  readonly data: number;
  /** Instructions executed. */
  readonly steps: number;
}

/** A program that findFault() refuses throws when it reaches its fault. */
export function simulate(program: readonly Instruction[], data: SeccompData): Outcome {
  const cells = new Uint32Array(CONSTANTS.BPF_MEMWORDS);
  const registers = { a: 0, x: 0 };
  let at = 0;
  const operations = decoded(program);
  for (let steps = 1; ; steps++) {
    const operation = operations[at];
    assert(operation !== undefined, () => `ran behind the end, to ${at}`);
    assert(operation !== null, () => `instruction ${at}: no seccomp filter may hold code ${program[at]?.code}`);
    if (operation.kind === 'return') return outcome(operation.value === 'a' ? registers.a : operation.value, steps);
    // A division by 0 ends the filter with 0, which is SECCOMP_RET_KILL_THREAD.
    if (operation.kind === 'alu' && operation.operator === 'div' && operandOf(operation.by, registers.x) === 0) return outcome(0, steps);
    at += 1 + step(operation, registers, cells, data);
  }
}

/** Programs are run over many calls; each is decoded once. */
const DECODED = new WeakMap<readonly Instruction[], readonly (Operation | null)[]>();

function decoded(program: readonly Instruction[]): readonly (Operation | null)[] {
  const known = DECODED.get(program);
  if (known !== undefined) return known;
  const operations = program.map(decodeInstruction);
  DECODED.set(program, operations);
  return operations;
}

function outcome(value: number, steps: number): Outcome {
  return { action: (value & CONSTANTS.SECCOMP_RET_ACTION_FULL) >>> 0, data: value & CONSTANTS.SECCOMP_RET_DATA, steps };
}

/** Does one operation; how far to jump. */
function step(operation: Exclude<Operation, { kind: 'return' }>, registers: { a: number; x: number }, cells: Uint32Array, data: SeccompData): number {
  switch (operation.kind) {
    case 'load':
      registers.a = dataWord(data, operation.offset);
      return 0;
    case 'constant':
      registers[operation.to] = operation.value;
      return 0;
    case 'length':
      registers[operation.to] = STRUCTS.seccomp_data.size;
      return 0;
    case 'recall':
      registers[operation.to] = cells[operation.cell] ?? 0;
      return 0;
    case 'store':
      cells[operation.cell] = registers[operation.from];
      return 0;
    case 'alu':
      registers.a = compute(operation.operator, registers.a, operandOf(operation.by, registers.x));
      return 0;
    case 'negate':
      registers.a = -registers.a >>> 0;
      return 0;
    case 'copy':
      registers[operation.to] = operation.to === 'a' ? registers.x : registers.a;
      return 0;
    case 'jump':
      return operation.to;
    case 'branch':
      return holds(operation.test, registers.a, operandOf(operation.by, registers.x)) ? operation.yes : operation.no;
    default:
      return assertNever(operation);
  }
}

function operandOf(by: Operand, x: number): number {
  return by === 'x' ? x : by;
}

/** 32-bit unsigned arithmetic; shift counts modulo 32, as the eBPF the kernel makes of it has them. */
export function compute(operator: AluOperator, a: number, by: number): number {
  switch (operator) {
    case 'add':
      return (a + by) >>> 0;
    case 'sub':
      return (a - by) >>> 0;
    case 'mul':
      return Math.imul(a, by) >>> 0;
    case 'div':
      return Math.floor(a / by);
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

export function holds(test: Test, a: number, by: number): boolean {
  switch (test) {
    case 'eq':
      return a === by;
    case 'gt':
      return a > by;
    case 'ge':
      return a >= by;
    case 'set':
      return (a & by) !== 0;
  }
}
