import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble } from '../../bpf/assemble.ts';
import { findFault } from '../../bpf/check.ts';
import { newGraph } from '../../bpf/graph.ts';
import { layOut } from '../../bpf/layout.ts';
import { wordLayout } from '../../bpf/seccomp-data.ts';
import { simulate } from '../../bpf/simulate.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { clauseGraph } from './clause-graph.ts';
import { holds } from './evaluate.ts';
import type { Condition, Verdict } from './policy.ts';
import type { Clause } from './resolve.ts';
import { returnValue } from './verdicts.ts';

const ALLOW: Verdict = { kind: 'allow' };
const REST: Verdict = { kind: 'errno', errno: 1 };
const errno = (number: number): Verdict => ({ kind: 'errno', errno: number });
const is = (argument: number, value: bigint): Condition => ({ kind: 'compare', argument, operator: 'eq', value });
const low = (argument: number, value: bigint): Condition => ({ kind: 'masked', argument, mask: 0xffff_ffffn, value });

function compiled(clauses: readonly Clause[]) {
  const arch = CONSTANTS.AUDIT_ARCH_X86_64;
  const graph = newGraph();
  const program = assemble(layOut(clauseGraph(graph, clauses, returnValue(REST), wordLayout(arch))));
  expect(findFault(program)).toBeNull();
  const ask = (...args: readonly bigint[]) => simulate(program, { arch, nr: 0, args });
  return { program, ask, verdict: (...args: readonly bigint[]) => ask(...args).action + ask(...args).data };
}

/** The first clause that holds. */
function meaning(clauses: readonly Clause[], args: readonly bigint[]): number {
  const found = clauses.find(({ conditions }) => conditions.every((one) => holds(one, args)));
  return returnValue(found?.verdict ?? REST);
}

describe('what it costs', () => {
  test('values of one argument share its loads: five of personality', () => {
    const { program, ask } = compiled([0n, 8n, 0x20000n, 0x20008n, 0xffff_ffffn].map((value) => ({ conditions: [is(0, value)], verdict: ALLOW })));
    // Two loads, five values and their search, one test of the upper half, two returns.
    expect(program.length).toBeLessThanOrEqual(12);
    for (const value of [0n, 8n, 0xffff_ffffn]) expect(ask(value).steps).toBeLessThanOrEqual(7);
  });

  test('no bit of a mask: one test, without an AND', () => {
    const { program } = compiled([{ conditions: [{ kind: 'masked', argument: 0, mask: 0x7e02_0000n, value: 0n }], verdict: ALLOW }]);
    expect(program).toHaveLength(4);
  });

  test('of a thousand values each is found in some ten comparisons', () => {
    const values = Array.from({ length: 1000 }, (_, index) => BigInt(index * 7 + 3));
    const { ask } = compiled(values.map((value) => ({ conditions: [low(1, value)], verdict: ALLOW })));
    for (const value of values) expect(ask(0n, value)).toMatchObject({ action: CONSTANTS.SECCOMP_RET_ALLOW });
    expect(Math.max(...values.map((value) => ask(0n, value).steps))).toBeLessThanOrEqual(2 + 14);
    expect(ask(0n, 4n)).toMatchObject({ data: 1 });
  });

  test('a test that decides nothing is not made', () => {
    expect(compiled([{ conditions: [is(0, 5n)], verdict: REST }]).program).toHaveLength(1);
    expect(compiled([{ conditions: [{ kind: 'compare', argument: 0, operator: 'ge', value: 0n }], verdict: ALLOW }]).program).toHaveLength(1);
  });
});

test('thousands of clauses that cannot be searched are too long for the kernel, and nothing worse', () => {
  const clauses = Array.from({ length: 3000 }, (_, index): Clause => {
    const argument = index % 6;
    return { conditions: [{ kind: 'compare', argument, operator: 'gt', value: BigInt(10_000 - index) }, is(5 - argument, 7n)], verdict: errno(index % 4000) };
  });
  const graph = newGraph();
  const program = assemble(layOut(clauseGraph(graph, clauses, returnValue(REST), wordLayout(CONSTANTS.AUDIT_ARCH_X86_64))));
  expect(findFault(program)).toMatch(/instructions, the kernel takes 4096$/);
});

/** Few values, so that clauses meet; several in a row on one argument, so that they are searched. */
const value = fc.constantFrom(0n, 1n, 2n, 3n, 4n, 5n, 0xffff_ffffn, 0x1_0000_0000n, 0x1_0000_0001n, 0x2_0000_0001n);
const condition: fc.Arbitrary<Condition> = fc.oneof(
  { weight: 4, arbitrary: value.map((one) => is(0, one)) },
  { weight: 3, arbitrary: value.map((one) => low(0, one & 0xffff_ffffn)) },
  { weight: 1, arbitrary: value.map((one): Condition => ({ kind: 'masked', argument: 0, mask: 0xffffn, value: one & 0xffffn })) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant('compare' as const),
      argument: fc.nat(1),
      operator: fc.constantFrom('ne', 'lt', 'le', 'ge', 'gt' as const),
      value,
    }),
  },
);
const clause: fc.Arbitrary<Clause> = fc.record({
  conditions: fc.array(condition, { minLength: 1, maxLength: 2 }),
  verdict: fc.oneof(fc.constant(ALLOW), fc.constant(errno(2)), fc.nat(3).map(errno)),
});

test('the first clause that holds decides', () => {
  fc.assert(
    fc.property(fc.array(clause, { maxLength: 14 }), (clauses) => {
      const { verdict } = compiled(clauses);
      for (const first of [0n, 1n, 2n, 3n, 4n, 5n, 6n, 0xffff_ffffn, 0x1_0000_0000n, 0x1_0000_0001n, 0x2_0000_0001n, 0x3_0000_0002n]) {
        for (const second of [0n, 2n, 0x1_0000_0001n]) expect(verdict(first, second)).toBe(meaning(clauses, [first, second]));
      }
    }),
    { numRuns: 2000 },
  );
});
