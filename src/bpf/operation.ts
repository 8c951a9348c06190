// What an instruction does, as a tagged union. Exactly those a seccomp filter may hold: kernel/seccomp.c,
// seccomp_check_filter(), which permits word loads from struct seccomp_data, arithmetic, scratch cells, jumps and returns.

import { CONSTANTS as C } from '../kernel/constants.gen.ts';
import { assertNever } from './assert.ts';
import type { Instruction } from './instruction.ts';

/** The accumulator, which arithmetic and tests work on, and the index register. */
export type Register = 'a' | 'x';
export type AluOperator = 'add' | 'sub' | 'mul' | 'div' | 'and' | 'or' | 'xor' | 'lsh' | 'rsh';
/** Unsigned. `set`: any of these bits is set. */
export type Test = 'eq' | 'gt' | 'ge' | 'set';
/** A constant, or the index register. */
export type Operand = number | 'x';

/** `J` says where a jump goes: a distance in instructions here, a label in the assembler. */
export type Operation<J = number> =
  /** The word at this offset of struct seccomp_data. Only `a` can hold it. */
  | { readonly kind: 'load'; readonly offset: number }
  | { readonly kind: 'constant'; readonly to: Register; readonly value: number }
  /** The size of struct seccomp_data. */
  | { readonly kind: 'length'; readonly to: Register }
  | { readonly kind: 'recall'; readonly to: Register; readonly cell: number }
  | { readonly kind: 'store'; readonly from: Register; readonly cell: number }
  | { readonly kind: 'alu'; readonly operator: AluOperator; readonly by: Operand }
  | { readonly kind: 'negate' }
  | { readonly kind: 'copy'; readonly to: Register }
  | { readonly kind: 'jump'; readonly to: J }
  | { readonly kind: 'branch'; readonly test: Test; readonly by: Operand; readonly yes: J; readonly no: J }
  | { readonly kind: 'return'; readonly value: number | 'a' };

const ALU: Readonly<Record<AluOperator, number>> = {
  add: C.BPF_ADD,
  sub: C.BPF_SUB,
  mul: C.BPF_MUL,
  div: C.BPF_DIV,
  and: C.BPF_AND,
  or: C.BPF_OR,
  xor: C.BPF_XOR,
  lsh: C.BPF_LSH,
  rsh: C.BPF_RSH,
};
const TESTS: Readonly<Record<Test, number>> = { eq: C.BPF_JEQ, gt: C.BPF_JGT, ge: C.BPF_JGE, set: C.BPF_JSET };

const source = (by: Operand) => (by === 'x' ? C.BPF_X : C.BPF_K);
const load = (to: Register) => (to === 'a' ? C.BPF_LD : C.BPF_LDX);
const plain = (code: number, k = 0): Instruction => ({ code, jt: 0, jf: 0, k });

export function encodeOperation(operation: Operation): Instruction {
  switch (operation.kind) {
    case 'load':
      return plain(C.BPF_LD | C.BPF_W | C.BPF_ABS, operation.offset);
    case 'constant':
      return plain(load(operation.to) | C.BPF_IMM, operation.value);
    case 'length':
      return plain(load(operation.to) | C.BPF_W | C.BPF_LEN);
    case 'recall':
      return plain(load(operation.to) | C.BPF_MEM, operation.cell);
    case 'store':
      return plain(operation.from === 'a' ? C.BPF_ST : C.BPF_STX, operation.cell);
    case 'alu':
      return plain(C.BPF_ALU | ALU[operation.operator] | source(operation.by), operation.by === 'x' ? 0 : operation.by);
    case 'negate':
      return plain(C.BPF_ALU | C.BPF_NEG);
    case 'copy':
      return plain(C.BPF_MISC | (operation.to === 'x' ? C.BPF_TAX : C.BPF_TXA));
    case 'jump':
      return plain(C.BPF_JMP | C.BPF_JA, operation.to);
    case 'branch':
      return {
        code: C.BPF_JMP | TESTS[operation.test] | source(operation.by),
        jt: operation.yes,
        jf: operation.no,
        k: operation.by === 'x' ? 0 : operation.by,
      };
    case 'return':
      return operation.value === 'a' ? plain(C.BPF_RET | C.BPF_A) : plain(C.BPF_RET, operation.value);
    default:
      return assertNever(operation);
  }
}

/** null for what a seccomp filter may not hold. Fields that an instruction does not use are lost: the kernel ignores them. */
export function decodeInstruction({ code, jt, jf, k }: Instruction): Operation | null {
  forms ??= new Map(allForms().map((form) => [encodeOperation(form).code, form]));
  const form = forms.get(code);
  switch (form?.kind) {
    case undefined:
      return null;
    case 'load':
      return { kind: 'load', offset: k };
    case 'constant':
      return { ...form, value: k };
    case 'recall':
    case 'store':
      return { ...form, cell: k };
    case 'alu':
      return form.by === 'x' ? form : { kind: 'alu', operator: form.operator, by: k };
    case 'jump':
      return { kind: 'jump', to: k };
    case 'branch':
      return { kind: 'branch', test: form.test, by: form.by === 'x' ? 'x' : k, yes: jt, no: jf };
    case 'return':
      return form.value === 'a' ? form : { kind: 'return', value: k };
    case 'length':
    case 'negate':
    case 'copy':
      return form;
    default:
      return assertNever(form);
  }
}

/** By code, an operation of that form with zeros for its numbers. Made when first asked for. */
let forms: ReadonlyMap<number, Operation> | undefined;

function allForms(): readonly Operation[] {
  const registers = ['a', 'x'] as const;
  const operands = [0, 'x'] as const;
  return [
    { kind: 'load', offset: 0 },
    ...registers.flatMap((register): readonly Operation[] => [
      { kind: 'constant', to: register, value: 0 },
      { kind: 'length', to: register },
      { kind: 'recall', to: register, cell: 0 },
      { kind: 'store', from: register, cell: 0 },
      { kind: 'copy', to: register },
    ]),
    ...operands.flatMap((by): readonly Operation[] => [
      ...(Object.keys(ALU) as AluOperator[]).map((operator): Operation => ({ kind: 'alu', operator, by })),
      ...(Object.keys(TESTS) as Test[]).map((test): Operation => ({ kind: 'branch', test, by, yes: 0, no: 0 })),
    ]),
    { kind: 'negate' },
    { kind: 'jump', to: 0 },
    { kind: 'return', value: 0 },
    { kind: 'return', value: 'a' },
  ];
}
