// The compiled filter, run by the simulator, against the evaluator: the same verdict for every call.
// SECCOMP_RUNS raises the number of random policies.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findFault } from '../../bpf/check.ts';
import { decodeProgram, encodeProgram, type Instruction } from '../../bpf/instruction.ts';
import type { SeccompData } from '../../bpf/seccomp-data.ts';
import { simulate } from '../../bpf/simulate.ts';
import type { Machine } from '../../kernel/constant.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { hasErrors } from '../../model/diagnostic.ts';
import { SYSCALLS } from '../../kernel/syscalls.gen.ts';
import { isConstantAllow } from '../../bpf/testing/allow-cache.ts';
import { evaluate } from './evaluate.ts';
import { USUAL_WEIGHTS } from './frequencies.ts';
import { generateFilter } from './generate.ts';
import { parsePolicy } from './parse.ts';
import type { Policy } from './policy.ts';
import { rangesOf } from './ranges.ts';
import { resolvePolicy } from './resolve.ts';
import { CORPUS } from './testing/corpus.ts';
import { EVERY_ARCH, interestingCalls, MACHINES, randomPolicy } from './testing/random-policy.ts';
import { returnValue } from './verdicts.ts';

const file = (name: string) => readFileSync(new URL(`../../../bench/${name}`, import.meta.url), 'utf8');
const POLICIES = { ...CORPUS, DOCKER: file('docker-default.seccomp'), SIXTY: file('allowlist-60.seccomp') };

const RUNS = Number(process.env['SECCOMP_RUNS'] ?? 3000);

/** The first call that filter and evaluator disagree on, in words. */
function disagreement(policy: Policy, machine: Machine, program: readonly Instruction[], calls: Iterable<SeccompData>): string | null {
  for (const call of calls) {
    const { action, data } = simulate(program, call);
    const expected = returnValue(evaluate(policy, machine, call));
    if (action + data !== expected)
      return `${call.arch.toString(16)} ${call.nr} ${call.args?.join()}: ${(action + data).toString(16)}, not ${expected.toString(16)}`;
  }
  return null;
}

function filterOf(policy: Policy, machine: Machine): readonly Instruction[] {
  return decodeProgram(encodeProgram(generateFilter(resolvePolicy(policy, machine))));
}

function read(text: string): Policy {
  const { policy, diagnostics } = parsePolicy(text, 'p', 'x86_64');
  expect(hasErrors(diagnostics)).toBe(false);
  return policy as Policy;
}

const X32_BIT = 2 ** 30;
const ARM_PRIVATE = 0xf0000;
/** Every number any table has, what lies between and beside them, and numbers far from all. */
const NUMBERS = [0, X32_BIT, ARM_PRIVATE].flatMap((base) => Array.from({ length: 620 }, (_, index) => base + index));
const FAR = [620, X32_BIT - 1, ARM_PRIVATE - 1, 2 ** 31 - 1, 2 ** 31, 2 ** 31 + 59, 2 ** 32 - 1];

function* everyNumber(): Iterable<SeccompData> {
  const vectors = [
    [0n, 0n, 0n, 0n, 0n, 0n],
    [1n, 1n, 1n, 1n, 1n, 1n],
    [16n, 0x1_0000_0001n, 2n, 3n, 4n, 5n],
  ];
  for (const arch of EVERY_ARCH) for (const nr of [...NUMBERS, ...FAR]) for (const args of vectors) yield { arch, nr, args };
}

describe.each(Object.entries(POLICIES))('%s', (_, text) => {
  test.each(MACHINES)('on %s every number has the verdict that the policy says', (machine) => {
    const policy = read(text);
    const program = filterOf(policy, machine);
    expect(findFault(program)).toBeNull();
    expect(disagreement(policy, machine, program, everyNumber())).toBeNull();
    expect(disagreement(policy, machine, program, interestingCalls(policy))).toBeNull();
  });
});

test.each(MACHINES)(`random policies on %s`, { timeout: 60_000 + RUNS * 20 }, (machine) => {
  let calls = 0;
  fc.assert(
    fc.property(randomPolicy, (policy) => {
      const program = filterOf(policy, machine);
      expect(findFault(program)).toBeNull();
      const asked = interestingCalls(policy);
      calls += asked.length;
      expect(disagreement(policy, machine, program, asked)).toBeNull();
    }),
    { numRuns: RUNS },
  );
  expect(calls).toBeGreaterThan(RUNS * 50);
});

describe.each(Object.entries(POLICIES))('%s', (_, text) => {
  test.each(MACHINES)('on %s the kernel finds every call that is allowed by its number alone', (machine) => {
    const policy = read(text);
    const program = filterOf(policy, machine);
    for (const { arch, calls } of resolvePolicy(policy, machine).tables) {
      for (const nr of [...NUMBERS, ...FAR]) {
        const call = { arch: CONSTANTS[arch], nr };
        const conditional = (calls.get(nr) ?? []).some(({ conditions }) => conditions.length > 0);
        if (!conditional) expect(isConstantAllow(program, call.arch, nr), `${arch} ${nr}`).toBe(evaluate(policy, machine, call).kind === 'allow');
      }
    }
    // And what it finds is allowed.
    const found = [...everyNumber(), ...interestingCalls(policy)].filter(({ arch, nr }) => isConstantAllow(program, arch, nr));
    for (const call of found) expect(evaluate(policy, machine, call).kind).toBe('allow');
  });
});

test('ranges cover all numbers, one after the other', () => {
  fc.assert(
    fc.property(randomPolicy, (policy) => {
      for (const table of resolvePolicy(policy, 'x86_64').tables) {
        const { pieces, decisions } = rangesOf(table, USUAL_WEIGHTS);
        let next = 0;
        for (const { from, to, weight } of pieces) {
          expect([from, to >= from, weight > 0]).toEqual([next, true, true]);
          next = to + 1;
        }
        expect(next).toBe(2 ** 32);
        const at = (number: number) => decisions[pieces.find(({ to }) => to >= number)?.group ?? -1];
        for (const [number, clauses] of table.calls) {
          const [first] = clauses;
          const always = first?.conditions.length === 0 ? { clauses: [], rest: returnValue(first.verdict) } : { clauses };
          expect(at(number)).toMatchObject(always);
        }
      }
    }),
    { numRuns: 300 },
  );
});

test('weights change what a call costs and nothing else', () => {
  fc.assert(
    fc.property(randomPolicy, fc.dictionary(fc.constantFrom(...Object.keys(SYSCALLS.x86_64)), fc.nat(1000)), (policy, weights) => {
      const program = generateFilter(resolvePolicy(policy, 'x86_64'), weights);
      expect(findFault(program)).toBeNull();
      expect(disagreement(policy, 'x86_64', program, interestingCalls(policy))).toBeNull();
    }),
    { numRuns: 100 },
  );
});
