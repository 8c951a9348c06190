import { expect, it } from 'vitest';
import { findEbpfFault } from './check.ts';
import type { EbpfInstruction } from './instruction.ts';
import { encodeOperation, type Operation } from './operation.ts';

const CONTEXT_SIZE = 12;
const ZERO: Operation = { kind: 'alu', operator: 'mov', to: 0, by: { value: 0 } };
const EXIT: Operation = { kind: 'exit' };
const LOAD: Operation = { kind: 'load', to: 2, from: 1, offset: 0 };
const branch = (to: number, left: 0 | 2 | 3 = 2): Operation => ({ kind: 'branch', test: 'eq', left, right: { value: 1 }, to });

const faultOf = (...operations: readonly Operation[]) => findEbpfFault(operations.map(encodeOperation), CONTEXT_SIZE);

it('takes what decides about words of its context', () => {
  expect(faultOf(ZERO, EXIT)).toBeNull();
  expect(faultOf(LOAD, branch(2), ZERO, EXIT, { ...ZERO, by: { value: 1 } }, EXIT)).toBeNull();
  expect(faultOf(ZERO, { kind: 'jump', to: 0 }, EXIT)).toBeNull();
});

const FAULTS: readonly (readonly [what: string, operations: readonly Operation[], fault: string])[] = [
  ['nothing', [], 'the program is empty'],
  ['an end without exit', [ZERO], 'instruction 0: ends without exit'],
  ['a load as the last one', [ZERO, LOAD], 'instruction 1: ends without exit'],
  ['an answer that was never set', [EXIT], 'instruction 0: r0 holds no number'],
  ['an answer that is set on one way only', [LOAD, branch(1), ZERO, EXIT], 'instruction 3: r0 holds no number'],
  ['the context as an answer', [{ kind: 'alu', operator: 'mov', to: 0, by: { register: 1 } }, EXIT], 'instruction 0: r1 holds no number'],
  ['a register that was never set', [ZERO, branch(0, 3), EXIT], 'instruction 1: r3 holds no number'],
  ['a sum with nothing', [{ ...ZERO, operator: 'add' }, EXIT], 'instruction 0: r0 holds no number'],
  ['a jump behind the end', [ZERO, { kind: 'jump', to: 1 }, EXIT], 'instruction 1: jumps behind the end'],
  ['a jump back', [ZERO, { kind: 'jump', to: -2 }, EXIT], 'instruction 1: jumps behind the end'],
  ['a branch behind the end', [ZERO, LOAD, branch(1), EXIT], 'instruction 2: branches behind the end'],
  ['a branch back, which is a loop', [ZERO, LOAD, branch(-2), EXIT], 'instruction 2: branches behind the end'],
  ['a branch as the last one', [ZERO, LOAD, branch(0)], 'instruction 2: branches behind the end'],
  ['code that nothing leads to', [ZERO, EXIT, ZERO, EXIT], 'instruction 2: no way leads to it'],
  ['words behind the context', [ZERO, { ...LOAD, offset: CONTEXT_SIZE }, EXIT], 'instruction 1: offset 12 is no word of the context'],
  ['words before the context', [ZERO, { ...LOAD, offset: -4 }, EXIT], 'instruction 1: offset -4 is no word of the context'],
  ['a word across words', [ZERO, { ...LOAD, offset: 2 }, EXIT], 'instruction 1: offset 2 is no word of the context'],
  ['memory that is no context', [ZERO, { ...LOAD, from: 0 }, EXIT], 'instruction 1: r0 is not the context'],
  ['the frame pointer written', [ZERO, { ...LOAD, to: 10 }, EXIT], 'instruction 1: r10 must keep what it holds'],
  ['the context overwritten', [ZERO, { ...ZERO, to: 1 }, EXIT], 'instruction 1: r1 must keep what it holds'],
  ['a shift by all bits', [ZERO, { ...ZERO, operator: 'lsh', by: { value: 32 } }, EXIT], 'instruction 1: shift by 32'],
];

it.each(FAULTS)('refuses %s', (_what, operations, fault) => {
  expect(faultOf(...operations)).toBe(fault);
});

it('refuses what this room has no reader for, and fields that mean nothing', () => {
  const program = [ZERO, EXIT].map(encodeOperation);
  const changed = (index: number, change: Partial<EbpfInstruction>) =>
    program.map((instruction, at) => (at === index ? { ...instruction, ...change } : instruction));
  expect(findEbpfFault(changed(0, { code: 0x85 }), CONTEXT_SIZE)).toBe('instruction 0: code 133 is none of those that decide');
  expect(findEbpfFault(changed(1, { imm: 1 }), CONTEXT_SIZE)).toContain('instruction 1: code');
});

it('refuses more instructions than every caller may load', () => {
  expect(faultOf(...Array.from({ length: 4096 }, () => ZERO), EXIT)).toBe('4097 instructions, the kernel takes 4096');
});
