import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble, type Line } from './assemble.ts';
import { findFault } from './check.ts';
import { disassemble } from './disassemble.ts';
import { simulate } from './simulate.ts';
import { randomProgram } from './testing/random-program.ts';

const label = (name: string): Line => ({ kind: 'label', name });
const answer = (value: number): Line => ({ kind: 'return', value });
const padding = (count: number): readonly Line[] => Array.from({ length: count }, () => ({ kind: 'negate' }));

test('assembling what was disassembled gives the program', () => {
  fc.assert(
    fc.property(randomProgram, (program) => {
      expect(findFault(program)).toBeNull();
      expect(assemble(disassemble(program))).toEqual(program);
    }),
    { numRuns: 500 },
  );
});

describe('a branch', () => {
  /** nr == 7 ends at `yes`, everything else at `no`; `near` and `far` instructions lie between. */
  const branching = (near: number, far: number) =>
    assemble([
      { kind: 'load', offset: 0 },
      { kind: 'branch', test: 'eq', by: 7, yes: 'yes', no: 'no' },
      ...padding(near),
      label('yes'),
      answer(1),
      ...padding(far),
      label('no'),
      answer(2),
    ]);

  test.each([
    ['both near', 0, 0, 4],
    ['one just in reach', 0, 254, 258],
    ['one just out of reach', 0, 255, 260],
    ['both just in reach', 254, 0, 258],
    ['both out of reach', 256, 1, 263],
    ['very far', 10, 3000, 3015],
  ])('reaches its ends: %s', (_, near, far, length) => {
    const program = branching(near, far);
    expect(findFault(program)).toBeNull();
    expect(program).toHaveLength(length);
    expect(simulate(program, { arch: 0, nr: 7 }).data).toBe(1);
    expect(simulate(program, { arch: 0, nr: 8 }).data).toBe(2);
  });

  test('that a longer one pushes out of reach is lengthened as well', () => {
    // The first reaches exactly 255 until the second, between it and its end, grows.
    const program = assemble([
      { kind: 'load', offset: 0 },
      { kind: 'branch', test: 'eq', by: 1, yes: 'one', no: 'next' },
      label('next'),
      { kind: 'branch', test: 'eq', by: 2, yes: 'two', no: 'rest' },
      label('rest'),
      ...padding(253),
      answer(9),
      label('one'),
      answer(1),
      ...padding(300),
      label('two'),
      answer(2),
    ]);
    expect(findFault(program)).toBeNull();
    expect([1, 2, 3].map((nr) => simulate(program, { arch: 0, nr }).data)).toEqual([1, 2, 9]);
    expect(program).toHaveLength(3 + 253 + 2 + 300 + 1 + 2);
  });
});

describe('faults of the caller', () => {
  test('a label that is nowhere, twice, or behind', () => {
    expect(() => assemble([{ kind: 'jump', to: 'x' }])).toThrow('no label x');
    expect(() => assemble([label('x'), label('x')])).toThrow('twice');
    expect(() => assemble([label('x'), answer(0), { kind: 'jump', to: 'x' }])).toThrow('backward');
  });

  test('nothing to disassemble in what is no filter', () => {
    expect(() => disassemble([{ code: 0x30, jt: 0, jf: 0, k: 0 }])).toThrow('code 48');
    expect(() => disassemble([{ code: 5, jt: 0, jf: 0, k: 0 }])).toThrow('behind the end');
  });
});
