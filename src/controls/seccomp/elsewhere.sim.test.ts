// Filters for machines that no launcher is made for, of either end: the simulator against the evaluator.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findFault } from '../../bpf/check.ts';
import type { SeccompData } from '../../bpf/seccomp-data.ts';
import { simulate } from '../../bpf/simulate.ts';
import { syscallTable } from '../../kernel/arch.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { hasErrors } from '../../model/diagnostic.ts';
import { evaluate } from './evaluate.ts';
import { generateFilter } from './generate.ts';
import { checkNames } from './names.ts';
import { parsePolicy } from './parse.ts';
import { AUDIT_ARCH, CONVENTIONS, type Native, type Policy } from './policy.ts';
import { resolvePolicy } from './resolve.ts';
import { CORPUS } from './testing/corpus.ts';
import { auditsOf, EVERY_ARCH, interestingCalls, MACHINES, randomPolicy } from './testing/random-policy.ts';
import { returnValue } from './verdicts.ts';

const ELSEWHERE = (Object.keys(CONVENTIONS) as Native[]).filter((machine) => !MACHINES.some((one) => one === machine));
const ARGUMENTS = [
  [0n, 0n, 0n],
  [1n, 0x1_0000_0001n, 2n],
  [0x1_0000_0005n, 0x2000n, 8n],
];

function* everyCall(machine: Native): Iterable<SeccompData> {
  const numbers = CONVENTIONS[machine].flatMap((arch) => Object.values(syscallTable(arch)));
  const asked = new Set(numbers.flatMap((number) => [number, number + 1]));
  for (const arch of auditsOf(machine)) for (const nr of asked) for (const args of ARGUMENTS) yield { arch, nr, args };
}

function disagreement(policy: Policy, machine: Native, calls: Iterable<SeccompData>): readonly unknown[] {
  const program = generateFilter(resolvePolicy(policy, machine));
  const fault = findFault(program);
  if (fault !== null) return [fault];
  for (const call of calls) {
    const { action, data } = simulate(program, call);
    const expected = returnValue(evaluate(policy, machine, call));
    if (action + data !== expected) return [call, action + data, expected];
  }
  return [];
}

describe.each(ELSEWHERE)('%s', (machine) => {
  test.each(Object.entries(CORPUS))('%s: every number has the verdict that the policy says', (_, text) => {
    const { policy, diagnostics } = parsePolicy(text, 'p', machine);
    if (policy === null) throw new Error('no policy');
    expect(hasErrors([...diagnostics, ...checkNames(policy, machine)])).toBe(false);
    expect(disagreement(policy, machine, everyCall(machine))).toEqual([]);
  });

  test('random policies', { timeout: 60_000 }, () => {
    const audits = [...auditsOf(machine), ...EVERY_ARCH.slice(0, 1)];
    fc.assert(
      fc.property(randomPolicy, (policy) => {
        expect(disagreement(policy, machine, interestingCalls(policy, audits))).toEqual([]);
      }),
      { numRuns: 100 },
    );
  });
});

test('conventions of other architectures end the process', () => {
  const { policy } = parsePolicy('2\ndenylist\n', 'p', 'riscv64');
  if (policy === null) throw new Error('no policy');
  const program = generateFilter(resolvePolicy(policy, 'riscv64'));
  const asked = (arch: keyof typeof AUDIT_ARCH) => simulate(program, { arch: CONSTANTS[AUDIT_ARCH[arch]], nr: 0 }).action;
  expect(asked('riscv64')).toBe(CONSTANTS.SECCOMP_RET_ALLOW);
  expect(asked('arm64')).toBe(CONSTANTS.SECCOMP_RET_KILL_PROCESS);
});
