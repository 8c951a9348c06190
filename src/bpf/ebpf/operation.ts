// What an instruction does, as a tagged union: those of eBPF that a decision about words of a context needs. No memory but the
// context, no calls, no loops; the kernel's verifier takes more.

import { CONSTANTS as C } from '../../kernel/constants.gen.ts';
import type { EbpfInstruction } from './instruction.ts';

/** r0 holds what is returned, r1 the context; r0 to r9 may be written. */
export type Register = 0 | 1 | 2 | 3 | 4 | 5 | 6 | 7 | 8 | 9 | 10;
/** On the lower 32 bits, which leaves the upper ones 0. Unsigned. */
export type Alu = 'mov' | 'add' | 'sub' | 'and' | 'or' | 'xor' | 'lsh' | 'rsh';
/** On the lower 32 bits, unsigned; `set`: any of these bits is set. */
export type Test = 'eq' | 'ne' | 'gt' | 'ge' | 'lt' | 'le' | 'set';
export type Operand = { readonly value: number } | { readonly register: Register };

/** `J` says where a jump goes: a distance in instructions here, a label in the assembler. */
export type Operation<J = number> =
  /** The 32-bit word at this offset of what `from` points to. */
  | { readonly kind: 'load'; readonly to: Register; readonly from: Register; readonly offset: number }
  | { readonly kind: 'alu'; readonly operator: Alu; readonly to: Register; readonly by: Operand }
  | { readonly kind: 'jump'; readonly to: J }
  | { readonly kind: 'branch'; readonly test: Test; readonly left: Register; readonly right: Operand; readonly to: J }
  | { readonly kind: 'exit' };

const ALU: Readonly<Record<Alu, number>> = {
  mov: C.BPF_MOV,
  add: C.BPF_ADD,
  sub: C.BPF_SUB,
  and: C.BPF_AND,
  or: C.BPF_OR,
  xor: C.BPF_XOR,
  lsh: C.BPF_LSH,
  rsh: C.BPF_RSH,
};
const TESTS: Readonly<Record<Test, number>> = {
  eq: C.BPF_JEQ,
  ne: C.BPF_JNE,
  gt: C.BPF_JGT,
  ge: C.BPF_JGE,
  lt: C.BPF_JLT,
  le: C.BPF_JLE,
  set: C.BPF_JSET,
};
const LOAD = C.BPF_LDX | C.BPF_MEM | C.BPF_W;
const JUMP = C.BPF_JMP | C.BPF_JA;
const EXIT = C.BPF_JMP | C.BPF_EXIT;
/** Of a code: its class, where its operand is from, what it does. */
const CLASS = 7;
const SOURCE = C.BPF_X;
const OPERATOR = 0xf0;

const NOTHING = { dst: 0, src: 0, off: 0, imm: 0 } as const;
const sourceOf = (by: Operand) => ('register' in by ? { source: C.BPF_X, src: by.register, imm: 0 } : { source: C.BPF_K, src: 0, imm: by.value | 0 });

export function encodeOperation(operation: Operation): EbpfInstruction {
  switch (operation.kind) {
    case 'load':
      return { ...NOTHING, code: LOAD, dst: operation.to, src: operation.from, off: operation.offset };
    case 'alu': {
      const { source, src, imm } = sourceOf(operation.by);
      return { ...NOTHING, code: C.BPF_ALU | ALU[operation.operator] | source, dst: operation.to, src, imm };
    }
    case 'jump':
      return { ...NOTHING, code: JUMP, off: operation.to };
    case 'branch': {
      const { source, src, imm } = sourceOf(operation.right);
      return { code: C.BPF_JMP32 | TESTS[operation.test] | source, dst: operation.left, src, off: operation.to, imm };
    }
    case 'exit':
      return { ...NOTHING, code: EXIT };
  }
}

/** null for what this is no reader of. A field that an instruction does not use must be 0, as the verifier has it. */
export function decodeOperation(instruction: EbpfInstruction): Operation | null {
  const operation = operationOf(instruction);
  if (operation === null) return null;
  const again = encodeOperation(operation);
  return (Object.keys(again) as (keyof EbpfInstruction)[]).every((field) => again[field] === instruction[field]) ? operation : null;
}

function operationOf({ code, dst, src, off, imm }: EbpfInstruction): Operation | null {
  const to = dst as Register;
  const operand: Operand = (code & SOURCE) === 0 ? { value: imm >>> 0 } : { register: src as Register };
  if (code === LOAD) return { kind: 'load', to, from: src as Register, offset: off };
  if (code === JUMP) return { kind: 'jump', to: off };
  if (code === EXIT) return { kind: 'exit' };
  if ((code & CLASS) === C.BPF_ALU) {
    const operator = named(ALU, code & OPERATOR);
    return operator === null ? null : { kind: 'alu', operator, to, by: operand };
  }
  const test = (code & CLASS) === C.BPF_JMP32 ? named(TESTS, code & OPERATOR) : null;
  return test === null ? null : { kind: 'branch', test, left: to, right: operand, to: off };
}

function named<T extends string>(table: Readonly<Record<T, number>>, code: number): T | null {
  return (Object.keys(table) as T[]).find((name) => table[name] === code) ?? null;
}
