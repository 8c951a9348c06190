// What is said about calls and about two policies, against the evaluator and the simulator, for random policies.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { SeccompData } from '../../../bpf/seccomp-data.ts';
import { simulate } from '../../../bpf/simulate.ts';
import { possibleCosts } from '../../../bpf/outcomes.ts';
import { CONSTANTS } from '../../../kernel/constants.gen.ts';
import { evaluate } from '../evaluate.ts';
import { AUDIT_ARCH, CONVENTIONS } from '../policy.ts';
import { interestingCalls, MACHINES, randomPolicy } from '../testing/random-policy.ts';
import { letsThrough, returnValue, verdictText } from '../verdicts.ts';
import type { Arch, Native } from './architecture.ts';
import { casesOf } from './cases.ts';
import { comparePolicies } from './diff.ts';
import { opening, type OpenedPolicy } from './open.ts';

const RUNS = Number(process.env['SECCOMP_RUNS'] ?? 90) / 3;

/** The convention of a call, where the machine has it. */
function conventionOf({ arch, nr }: SeccompData, machine: Native): Arch | undefined {
  const own = CONVENTIONS[machine].filter((one) => CONSTANTS[AUDIT_ARCH[one]] === arch);
  return own.length < 2 ? own[0] : nr >>> 0 >= 2 ** 30 ? 'x32' : 'x86_64';
}

const some = (calls: readonly SeccompData[], most = 400) => calls.filter((_, index) => index % Math.ceil(calls.length / most) === 0);

describe.each(MACHINES)('on %s', (machine) => {
  test('with all arguments known there is one case, the verdict of the evaluator, in the instructions of the simulator', () => {
    fc.assert(
      fc.property(randomPolicy, (policy) => {
        const opened = opening(policy, 'p', machine);
        for (const call of some(interestingCalls(policy))) {
          const arch = conventionOf(call, machine);
          if (arch === undefined) continue;
          const args = Array.from({ length: 6 }, (_, index) => call.args?.[index] ?? 0n);
          const cases = casesOf(opened, arch, call.nr >>> 0, args);
          expect(cases).toHaveLength(1);
          expect(verdictText(cases[0]?.verdict ?? { kind: 'trap' })).toBe(verdictText(evaluate(policy, machine, { ...call, args })));
          const { action, data, steps } = simulate(opened.program, { ...call, args });
          expect([...possibleCosts(opened.program, { arch: call.arch, nr: call.nr, args })]).toEqual([[(action | data) >>> 0, { least: steps, most: steps }]]);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('with some arguments unknown, whatever they turn out to be is one of the cases, within its cost', () => {
    fc.assert(
      fc.property(randomPolicy, fc.array(fc.boolean(), { minLength: 6, maxLength: 6 }), (policy, known) => {
        const opened = opening(policy, 'p', machine);
        for (const call of some(interestingCalls(policy), 200)) {
          const arch = conventionOf(call, machine);
          if (arch === undefined) continue;
          const args = known.map((is, index) => (is ? (call.args?.[index] ?? 0n) : null));
          const verdict = evaluate(policy, machine, call);
          const said = casesOf(opened, arch, call.nr >>> 0, args).map((one) => verdictText(one.verdict));
          expect(said).toContain(verdictText(verdict));
          const cost = possibleCosts(opened.program, { arch: call.arch, nr: call.nr, args }).get(returnValue(verdict));
          const { steps } = simulate(opened.program, call);
          expect(cost?.least).toBeLessThanOrEqual(steps);
          expect(cost?.most).toBeGreaterThanOrEqual(steps);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('no call is decided otherwise by two policies that are said to differ in less', () => {
    fc.assert(
      fc.property(randomPolicy, randomPolicy, fc.nat(20), (first, second, keep) => {
        // Most often one policy with a few rules of another, so that little differs.
        const before = first;
        const after = keep < 15 ? { ...first, rules: [...first.rules, ...second.rules.slice(0, keep % 3)] } : second;
        const difference = comparePolicies(open(before, machine), open(after, machine));
        for (const call of some([...interestingCalls(before), ...interestingCalls(after)])) {
          if (conventionOf(call, machine) === undefined) continue;
          const [from, to] = [evaluate(before, machine, call), evaluate(after, machine, call)];
          if (verdictText(from) !== verdictText(to)) expect(difference.differ).toBe(true);
          if (!letsThrough(from) && letsThrough(to)) expect(difference.allowsMore).toBe(true);
          if (letsThrough(from) && !letsThrough(to)) expect(difference.allowsLess).toBe(true);
        }
      }),
      { numRuns: RUNS },
    );
  });

  test('what is said to be newly allowed is, and a policy does not differ from itself', () => {
    fc.assert(
      fc.property(randomPolicy, randomPolicy, (before, after) => {
        expect(comparePolicies(open(before, machine), open(before, machine)).differ).toBe(false);
        const [a, b] = [open(before, machine), open(after, machine)];
        const there = comparePolicies(a, b);
        const back = comparePolicies(b, a);
        expect([back.allowsMore, back.allowsLess]).toEqual([there.allowsLess, there.allowsMore]);
      }),
      { numRuns: RUNS / 3 },
    );
  });
});

function open(policy: Parameters<typeof opening>[0], machine: Native): OpenedPolicy {
  return opening(policy, 'p', machine);
}
