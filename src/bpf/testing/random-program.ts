// Random programs that the kernel would take, for properties over every writer and reader of this room.

import fc from 'fast-check';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Instruction } from '../instruction.ts';
import { type AluOperator, encodeOperation, type Operand, type Operation, type Test } from '../operation.ts';
import { ARGUMENTS, type SeccompData } from '../seccomp-data.ts';

const TESTS: readonly Test[] = ['eq', 'gt', 'ge', 'set'];
const OPERATORS: readonly AluOperator[] = ['add', 'sub', 'mul', 'div', 'and', 'or', 'xor', 'lsh', 'rsh'];

export const word = fc.oneof(fc.constantFrom(0, 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 1), fc.nat(100), fc.integer({ min: 0, max: 2 ** 32 - 1 }));
const register = fc.constantFrom('a', 'x' as const);
const operand: fc.Arbitrary<Operand> = fc.oneof(word, fc.constant<Operand>('x'));
const cell = fc.nat(CONSTANTS.BPF_MEMWORDS - 1);
const offset = fc.nat(STRUCTS.seccomp_data.size / 4 - 1).map((index) => index * 4);
const returns: fc.Arbitrary<Operation> = fc.oneof(word, fc.constant('a' as const)).map((value) => ({ kind: 'return', value }));

/** An operation; jumps are within `behind` instructions that follow. */
function operationBefore(behind: number): fc.Arbitrary<Operation> {
  const near = fc.nat(Math.min(behind - 1, 255));
  return fc.oneof<fc.Arbitrary<Operation>[]>(
    offset.map((value) => ({ kind: 'load', offset: value })),
    fc.record({ kind: fc.constant('constant' as const), to: register, value: word }),
    fc.record({ kind: fc.constant('length' as const), to: register }),
    fc.record({ kind: fc.constant('store' as const), from: register, cell }),
    fc.record({ kind: fc.constant('recall' as const), to: register, cell }),
    alu,
    fc.constant({ kind: 'negate' }),
    register.map((to) => ({ kind: 'copy', to })),
    fc.nat(behind - 1).map((to) => ({ kind: 'jump', to })),
    fc.record({ kind: fc.constant('branch' as const), test: fc.constantFrom(...TESTS), by: operand, yes: near, no: near }),
    returns,
  );
}

const alu: fc.Arbitrary<Operation> = fc.tuple(fc.constantFrom(...OPERATORS), operand).map(([operator, by]): Operation => {
  const shift = operator === 'lsh' || operator === 'rsh';
  if (by === 'x') return { kind: 'alu', operator, by };
  return { kind: 'alu', operator, by: shift ? by % 32 : operator === 'div' ? Math.max(1, by) : by };
});

/** All cells are stored first, so that any may be recalled. */
const stores: readonly Operation[] = Array.from({ length: CONSTANTS.BPF_MEMWORDS }, (_, index) => ({ kind: 'store', from: 'a', cell: index }));

export const randomProgram: fc.Arbitrary<readonly Instruction[]> = fc
  .integer({ min: 0, max: 40 })
  .chain((length) => fc.tuple(fc.tuple(...Array.from({ length }, (_, index) => operationBefore(length - index))), returns))
  .map(([body, last]) => [...stores, ...body, last].map(encodeOperation));

export const randomData: fc.Arbitrary<Required<SeccompData>> = fc.record({
  arch: word,
  nr: word,
  ip: fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }),
  args: fc.array(fc.bigInt({ min: 0n, max: 2n ** 64n - 1n }), { minLength: ARGUMENTS, maxLength: ARGUMENTS }),
});
