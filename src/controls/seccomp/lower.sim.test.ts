// Each condition, compiled alone and run, against its definition on 64 bits.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { assemble } from '../../bpf/assemble.ts';
import { newGraph } from '../../bpf/graph.ts';
import { layOut } from '../../bpf/layout.ts';
import { wordLayout } from '../../bpf/seccomp-data.ts';
import { simulate } from '../../bpf/simulate.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { holds } from './evaluate.ts';
import { lowerCondition, type WordTest } from './lower.ts';
import type { Condition } from './policy.ts';
import { testGraph } from './word-graph.ts';

const MAX = 2n ** 64n - 1n;
const OPERATORS = ['ne', 'lt', 'le', 'eq', 'ge', 'gt'] as const;
/** Values whose halves meet the ends of 32-bit words in every combination. */
const HALVES = [0n, 1n, 0x7fff_ffffn, 0x8000_0000n, 0xffff_fffen, 0xffff_ffffn];
const EDGES = HALVES.flatMap((high) => HALVES.map((low) => (high << 32n) | low));

function compiled(conditions: readonly Condition[], arch: number = CONSTANTS.AUDIT_ARCH_X86_64): (args: readonly bigint[]) => boolean {
  const graph = newGraph();
  const test: WordTest = { kind: 'every', of: conditions.map((condition) => lowerCondition(condition, wordLayout(arch))) };
  const program = assemble(
    layOut(
      testGraph(
        graph,
        test,
        () => graph.giveBack(1),
        () => graph.giveBack(0),
      )(null),
    ),
  );
  return (args) => simulate(program, { arch, nr: 0, args }).data === 1;
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

/** s390x and s390 of linux/audit.h: 64 and 32 bits, the high half first. */
const ARCHES = [
  ['x86_64', CONSTANTS.AUDIT_ARCH_X86_64, 64],
  ['i386', CONSTANTS.AUDIT_ARCH_I386, 32],
  ['s390x', 0x8000_0016, 64],
  ['s390', 0x16, 32],
] as const;

test.each(ARCHES)('one condition on %s, with what that takes for an argument', (_, arch, bits) => {
  fc.assert(
    fc.property(condition, word64, (one, other) => {
      const run = compiled([one], arch);
      for (const value of [other, one.value, one.value ^ 1n, one.value ^ (1n << 32n)]) {
        const args = Array.from({ length: 6 }, () => value);
        expect(run(args)).toBe(
          holds(
            one,
            args.map((arg) => BigInt.asUintN(bits, arg)),
          ),
        );
      }
    }),
    { numRuns: 1000 },
  );
});

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
