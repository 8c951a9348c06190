import { expect, test } from 'vitest';
import { findFault } from './check.ts';
import { encodeOperation, type Operation } from './operation.ts';

const END: Operation = { kind: 'return', value: 0 };
const fault = (...operations: readonly Operation[]) => findFault(operations.map(encodeOperation));

test('the shortest program is a return', () => {
  expect(fault(END)).toBeNull();
  expect(findFault([])).toContain('empty');
});

test('4096 instructions are taken, one more is not', () => {
  const many = (count: number) => fault(...Array.from({ length: count - 1 }, (): Operation => ({ kind: 'negate' })), END);
  expect(many(4096)).toBeNull();
  expect(many(4097)).toContain('4097 instructions');
});

test.each<[string, readonly Operation[]]>([
  ['no return', [{ kind: 'negate' }]],
  ['no multiple of 4', [{ kind: 'load', offset: 2 }, END]],
  ['behind struct seccomp_data', [{ kind: 'load', offset: 64 }, END]],
  ['no cell 16', [{ kind: 'store', from: 'a', cell: 16 }, END]],
  ['division by 0', [{ kind: 'alu', operator: 'div', by: 0 }, END]],
  ['shift by 32', [{ kind: 'alu', operator: 'lsh', by: 32 }, END]],
  ['jumps behind', [{ kind: 'jump', to: 1 }, END]],
  ['branches behind', [{ kind: 'branch', test: 'eq', by: 0, yes: 0, no: 1 }, END]],
  ['may hold nothing', [{ kind: 'recall', to: 'a', cell: 3 }, END]],
  // Never reached, but to the kernel a way leads there.
  ['may hold nothing', [END, { kind: 'recall', to: 'a', cell: 3 }, END]],
  // Stored on one way only.
  [
    'cell 0 may hold nothing',
    [{ kind: 'branch', test: 'eq', by: 0, yes: 0, no: 1 }, { kind: 'store', from: 'a', cell: 0 }, { kind: 'recall', to: 'x', cell: 0 }, END],
  ],
])('%s', (words, operations) => {
  expect(fault(...operations)).toContain(words);
});

test('a code that no filter may hold is named', () => {
  expect(findFault([{ code: 0x30, jt: 0, jf: 0, k: 0 }, encodeOperation(END)])).toContain('instruction 0: no seccomp filter may hold code 48');
});

test('a cell stored on every way may be recalled', () => {
  expect(
    fault(
      { kind: 'branch', test: 'eq', by: 0, yes: 0, no: 2 },
      { kind: 'store', from: 'a', cell: 0 },
      { kind: 'jump', to: 1 },
      { kind: 'store', from: 'x', cell: 0 },
      { kind: 'recall', to: 'a', cell: 0 },
      END,
    ),
  ).toBeNull();
});
