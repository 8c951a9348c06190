import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { encodeOperation, type Operation } from './operation.ts';
import { possibleReturns } from './outcomes.ts';
import { argumentOffset, type SeccompData, wordName } from './seccomp-data.ts';
import { simulate } from './simulate.ts';
import { randomData, randomProgram } from './testing/random-program.ts';

const run = (data: SeccompData, ...operations: readonly Operation[]) => simulate(operations.map(encodeOperation), data);
const word = ({ action, data }: { action: number; data: number }) => action + data;
const RETURN_A: Operation = { kind: 'return', value: 'a' };
const CALL: SeccompData = {
  arch: 0xc000_003e,
  nr: -1,
  ip: 0x1111_2222_3333_4444n,
  args: [1n, 0x8000_0001_ffff_fffen, 3n, 4n, 5n, 0xffff_ffff_0000_0006n],
};

describe('loads', () => {
  test.each([
    ['nr', 0, 0xffff_ffff],
    ['arch', 4, 0xc000_003e],
    ['ip.low', 8, 0x3333_4444],
    ['ip.high', 12, 0x1111_2222],
    ['args[0].low', 16, 1],
    ['args[1].low', 24, 0xffff_fffe],
    ['args[1].high', 28, 0x8000_0001],
    ['args[5].low', 56, 6],
    ['args[5].high', 60, 0xffff_ffff],
  ])('%s', (name, offset, value) => {
    expect(wordName(offset)).toBe(name);
    expect(word(run(CALL, { kind: 'load', offset }, RETURN_A))).toBe(value);
  });

  test('halves of arguments', () => {
    expect([argumentOffset(0, 'low'), argumentOffset(0, 'high'), argumentOffset(5, 'high')]).toEqual([16, 20, 60]);
  });

  test('arguments not given are 0', () => {
    expect(word(run({ arch: 1, nr: 2 }, { kind: 'load', offset: 60 }, RETURN_A))).toBe(0);
  });
});

describe('arithmetic is unsigned, 32 bits wide', () => {
  test.each<[Operation, number, number]>([
    [{ kind: 'alu', operator: 'add', by: 0xffff_ffff }, 3, 2],
    [{ kind: 'alu', operator: 'sub', by: 4 }, 3, 0xffff_ffff],
    [{ kind: 'alu', operator: 'mul', by: 0xffff_ffff }, 0xffff_ffff, 1],
    [{ kind: 'alu', operator: 'div', by: 2 }, 0xffff_ffff, 0x7fff_ffff],
    [{ kind: 'alu', operator: 'and', by: 0xf000_000f }, 0xffff_fff0, 0xf000_0000],
    [{ kind: 'alu', operator: 'or', by: 0x8000_0000 }, 1, 0x8000_0001],
    [{ kind: 'alu', operator: 'xor', by: 0xffff_ffff }, 0, 0xffff_ffff],
    [{ kind: 'alu', operator: 'lsh', by: 31 }, 3, 0x8000_0000],
    [{ kind: 'alu', operator: 'rsh', by: 31 }, 0xffff_ffff, 1],
    [{ kind: 'negate' }, 1, 0xffff_ffff],
  ])('%o of %i is %i', (operation, before, after) => {
    expect(word(run(CALL, { kind: 'constant', to: 'a', value: before }, operation, RETURN_A))).toBe(after);
  });

  test('division by an index register of 0 kills', () => {
    const outcome = run(CALL, { kind: 'constant', to: 'a', value: 9 }, { kind: 'alu', operator: 'div', by: 'x' }, RETURN_A);
    expect(outcome).toEqual({ action: 0, data: 0, steps: 2 });
  });
});

test('registers and cells', () => {
  const outcome = run(
    CALL,
    { kind: 'length', to: 'a' },
    { kind: 'store', from: 'a', cell: 15 },
    { kind: 'constant', to: 'a', value: 5 },
    { kind: 'recall', to: 'x', cell: 15 },
    { kind: 'alu', operator: 'add', by: 'x' },
    { kind: 'copy', to: 'x' },
    { kind: 'constant', to: 'a', value: 0 },
    { kind: 'copy', to: 'a' },
    RETURN_A,
  );
  expect(outcome).toEqual({ action: 0, data: 64 + 5, steps: 9 });
});

describe('tests', () => {
  test.each<['eq' | 'gt' | 'ge' | 'set', number, number, boolean]>([
    ['eq', 5, 5, true],
    ['eq', 5, 6, false],
    ['gt', 0x8000_0000, 1, true],
    ['gt', 5, 5, false],
    ['ge', 5, 5, true],
    ['ge', 4, 5, false],
    ['set', 0x8000_0000, 0x8000_0001, true],
    ['set', 2, 1, false],
  ])('%s %i %i', (name, a, by, expected) => {
    const branch: Operation = { kind: 'branch', test: name, by, yes: 1, no: 0 };
    const outcome = run(CALL, { kind: 'constant', to: 'a', value: a }, branch, { kind: 'return', value: 0 }, { kind: 'return', value: 1 });
    expect(outcome.data).toBe(expected ? 1 : 0);
    expect(outcome.steps).toBe(3);
  });
});

test('what a filter returned is action and data', () => {
  expect(run(CALL, { kind: 'jump', to: 1 }, RETURN_A, { kind: 'return', value: 0x0005_000d })).toEqual({ action: 0x0005_0000, data: 13, steps: 2 });
  expect(run(CALL, { kind: 'return', value: 0x8000_0000 }).action).toBe(0x8000_0000);
});

test('running behind the end, or over what is no filter, is a fault', () => {
  expect(() => run(CALL, { kind: 'negate' })).toThrow('behind the end');
  expect(() => simulate([{ code: 0x30, jt: 0, jf: 0, k: 0 }], CALL)).toThrow('code 48');
});

test('possibleReturns misses nothing that a run with any arguments returns', () => {
  fc.assert(
    fc.property(randomProgram, randomData, (program, data) => {
      const returned = word(simulate(program, data));
      const possible = possibleReturns(program, { arch: data.arch, nr: data.nr });
      expect(possible.has(returned) || possible.has(null)).toBe(true);
    }),
    { numRuns: 2000 },
  );
});

test('possibleReturns follows only what the number leaves open', () => {
  const program = (
    [
      { kind: 'load', offset: 0 },
      { kind: 'branch', test: 'eq', by: 7, yes: 0, no: 3 },
      { kind: 'load', offset: 16 },
      { kind: 'branch', test: 'set', by: 1, yes: 0, no: 1 },
      { kind: 'return', value: 1 },
      { kind: 'return', value: 2 },
    ] as const
  ).map((operation) => encodeOperation(operation));
  expect(possibleReturns(program, { arch: 0, nr: 7 })).toEqual(new Set([1, 2]));
  expect(possibleReturns(program, { arch: 0, nr: 8 })).toEqual(new Set([2]));
});
