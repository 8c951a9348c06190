// The reference interpreter: what a Program means, without any machine. Machine code is tested against it, and lowering
// code with a fake kernel below it. Numbers are 64-bit two's complement, kept as signed bigints.

import type { SyscallName } from '../kernel/syscalls.gen.ts';
import { assert, assertNever } from './assert.ts';
import { entryStack } from './fake-entry.ts';
import { createMemory, type FakeMemory, type Memory } from './fake-memory.ts';
import type { Op, Program, Value } from './ir.ts';
import { change, extend, holds, signed, unsigned } from './semantics.ts';
import { validate } from './validate.ts';

/** Answers a system call as the kernel would: a result, or a negative errno. Arguments are signed 64-bit numbers. */
export type Kernel = (name: SyscallName, args: bigint[], memory: Memory) => bigint;

export interface InterpretOptions {
  /** Without one, any system call is a fault. */
  readonly kernel?: Kernel;
  /** Ends a program that does not end by itself, with a fault. */
  readonly maxOperations?: number;
  readonly argv?: readonly string[];
  readonly environment?: readonly string[];
}

export interface Run {
  readonly ended: 'exit' | 'trap';
  /** What waitid(2) would report: 0 to 255. 0 after a trap. */
  readonly code: number;
  readonly mark: number;
  readonly slots: ReadonlyMap<string, bigint>;
  /** What a blob held in the end. */
  readonly blob: (name: string) => Uint8Array;
}

interface State {
  readonly memory: FakeMemory;
  readonly slots: Map<string, bigint>;
  /** Of the last system call; null where the IR does not promise one. */
  result: bigint | null;
  mark: number;
  next: number;
  returnTo: number | null;
}

/** Runs a program to its end. What the IR leaves undefined is a fault here and throws. */
export function interpret(program: Program, options: InterpretOptions = {}): Run {
  validate(program);
  const { ops } = program;
  const labels = new Map(ops.flatMap((op, index) => (op.op === 'label' ? [[op.name, index] as const] : [])));
  const state: State = { memory: createMemory(program.blobs), slots: new Map(), result: null, mark: 0, next: 0, returnTo: null };
  const go = (label: string): void => {
    state.next = labels.get(label) ?? ops.length;
  };

  for (let left = options.maxOperations ?? 1_000_000; left > 0; left--) {
    const op = ops[state.next++];
    assert(op !== undefined, 'the program ran off its end');
    if (op.op === 'exit' || op.op === 'trap') {
      const code = op.op === 'exit' ? Number(evaluate(state, op.code) & 0xffn) : 0;
      const { mark, slots, memory } = state;
      return { ended: op.op, code, mark, slots, blob: memory.content };
    }
    if (op.op === 'sys' || op.op === 'fail') systemCall(state, op, options.kernel, go);
    else if (op.op === 'entry') state.slots.set(op.to, entryStack(state.memory, options.argv ?? ['program'], options.environment ?? []));
    else execute(state, op, go);
  }
  throw new Error('the program does not end');
}

function systemCall(state: State, op: Extract<Op, { op: 'sys' | 'fail' }>, kernel: Kernel | undefined, go: (label: string) => void): void {
  const result = op.op === 'fail' ? -BigInt(op.errno) : call(state, op, kernel);
  state.result = result;
  if (op.to !== null) state.slots.set(op.to, result);
  if (result >= 0n) return;
  const tolerated = op.on.find(({ errno }) => BigInt(errno) === -result);
  const label = tolerated === undefined ? op.onError : tolerated.label;
  if (label !== null) go(label);
}

function call(state: State, op: Extract<Op, { op: 'sys' }>, kernel: Kernel | undefined): bigint {
  assert(kernel !== undefined, () => `${op.name}: there is no kernel`);
  const args = op.args.map((value) => evaluate(state, value));
  return signed(kernel(op.name, args, state.memory));
}

function execute(state: State, op: Exclude<Op, { op: 'sys' | 'fail' | 'exit' | 'trap' | 'entry' }>, go: (label: string) => void): void {
  const { memory, slots } = state;
  const slot = (name: string): bigint => slots.get(name) ?? 0n;
  if (op.op !== 'save-result' && op.op !== 'label' && op.op !== 'branch') state.result = null;
  switch (op.op) {
    case 'mark':
      state.mark = op.value;
      return;
    case 'save-result':
      assert(state.result !== null, 'there is no result to save');
      slots.set(op.to, state.result);
      return;
    case 'set':
      slots.set(op.to, evaluate(state, op.value));
      return;
    case 'add':
    case 'sub':
    case 'and':
    case 'or':
    case 'shl':
    case 'shr':
      slots.set(op.to, signed(change(op.op, slot(op.to), evaluate(state, op.value))));
      return;
    case 'store':
      return memory.setNumber(memory.addressOf(op.blob) + BigInt(op.offset), op.width, evaluate(state, op.value));
    case 'store-at':
      return memory.setNumber(slot(op.pointer) + BigInt(op.offset), op.width, evaluate(state, op.value));
    case 'load-at':
      slots.set(op.to, extend(memory.number(slot(op.pointer) + BigInt(op.offset), op.width), op.width, op.signed));
      return;
    case 'decimal': {
      const digits = unsigned(evaluate(state, op.value)).toString();
      memory.write(evaluate(state, op.address), new TextEncoder().encode(digits));
      slots.set(op.length, BigInt(digits.length));
      return;
    }
    case 'copy':
      return copy(memory, evaluate(state, op.from), evaluate(state, op.to), evaluate(state, op.length));
    case 'label':
    case 'own-slots': // one process is interpreted, and nobody else writes its slots
      return;
    case 'jump':
      return go(op.label);
    case 'branch':
      if (holds(op.when, evaluate(state, op.left), evaluate(state, op.right))) go(op.label);
      state.result = null;
      return;
    case 'call':
      state.returnTo = state.next;
      return go(op.label);
    case 'return':
      assert(state.returnTo !== null, 'return without a call, or from behind a nested one');
      state.next = state.returnTo;
      state.returnTo = null;
      return;
    default:
      return assertNever(op);
  }
}

function evaluate(state: State, value: Value): bigint {
  switch (value.kind) {
    case 'imm':
      return signed(value.value);
    case 'slot':
      return state.slots.get(value.name) ?? 0n;
    case 'address':
      return state.memory.addressOf(value.blob) + BigInt(value.offset);
    case 'memory':
      return extend(state.memory.number(state.memory.addressOf(value.blob) + BigInt(value.offset), value.width), value.width, value.signed);
    case 'mark':
      return BigInt(state.mark);
    case 'result':
      assert(state.result !== null, 'there is no result to read');
      return state.result;
    default:
      return assertNever(value);
  }
}

function copy(memory: FakeMemory, from: bigint, to: bigint, length: bigint): void {
  assert(length >= 0n && (from + length <= to || to + length <= from), 'copy: the areas overlap, or the length is negative');
  memory.write(to, memory.read(from, Number(length)));
}
