// Each condition, compiled alone and run, against its definition on 64 bits.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assemble } from '../../bpf/assemble.ts';
import { simulate } from '../../bpf/simulate.ts';
import { holds } from './evaluate.ts';
import { lowerConditions } from './lower.ts';
import type { Condition } from './policy.ts';
import { testLines } from './test-lines.ts';

const MAX = 2n ** 64n - 1n;
const OPERATORS = ['ne', 'lt', 'le', 'eq', 'ge', 'gt'] as const;
/** Values whose halves meet the ends of 32-bit words in every combination. */
const HALVES = [0n, 1n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_fffen, 0xffff_ffffn];
const EDGES = HALVES.flatMap((high) => HALVES.map((low) => (high << 32n) | low));

function compiled(conditions: readonly Condition[]): (args: readonly bigint[]) => boolean {
  const program = assemble([
    ...testLines(lowerConditions(conditions), 'yes', 'no', 'test'),
    { kind: 'label', name: 'no' },
    { kind: 'return', value: 0 },
    { kind: 'label', name: 'yes' },
    { kind: 'return', value: 1 },
  ]);
  return (args) => simulate(program, { arch: 0, nr: 0, args }).data === 1;
}

test.each(OPERATORS)('%s, at the edges of words', (operator) => {
  for (const value of EDGES) {
    const condition: Condition = { kind: 'compare', argument: 0, operator, value };
    const run = compiled([condition]);
    for (const argument of EDGES) expect(run([argument]), `${argument} ${operator} ${value}`).toBe(holds(condition, [argument]));
  }
});

test('masked, at the edges of words', () => {
  for (const mask of EDGES) {
    for (const value of [0n, mask, mask & 0xffff_ffffn, MAX]) {
      const condition: Condition = { kind: 'masked', argument: 0, mask, value };
      const run = compiled([condition]);
      for (const argument of EDGES) expect(run([argument]), `${argument} & ${mask} == ${value}`).toBe(holds(condition, [argument]));
    }
  }
});

const word64 = fc.oneof(fc.constantFrom(...EDGES), fc.bigInt({ min: 0n, max: MAX }));
const argument = fc.nat(5);
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constant('compare' as const), argument, operator: fc.constantFrom(...OPERATORS), value: word64 }),
  fc.record({ kind: fc.constant('masked' as const), argument, mask: word64, value: word64 }),
);

test('several conditions hold when each of them does', () => {
  fc.assert(
    fc.property(fc.array(condition, { minLength: 1, maxLength: 6 }), fc.array(word64, { minLength: 6, maxLength: 6 }), (conditions, args) => {
      const run = compiled(conditions);
      // The arguments at random, and those that are most likely to meet the conditions.
      const near = args.map((arg, index) => conditions.find((one) => one.argument === index)?.value ?? arg);
      for (const values of [args, near]) expect(run(values)).toBe(conditions.every((one) => holds(one, values)));
    }),
    { numRuns: 3000 },
  );
});

test('the definitions themselves', () => {
  const decide = (operator: (typeof OPERATORS)[number]) => [4n, 5n, 6n].map((arg) => holds({ kind: 'compare', argument: 1, operator, value: 5n }, [9n, arg]));
  expect(OPERATORS.map(decide)).toEqual([
    [true, false, true],
    [true, false, false],
    [true, true, false],
    [false, true, false],
    [false, true, true],
    [false, false, true],
  ]);
  expect([0x12n, 0x13n, 0x22n].map((arg) => holds({ kind: 'masked', argument: 0, mask: 0x0fn, value: 0x02n }, [arg]))).toEqual([true, false, true]);
});
