// Typing errors in valid policies: an error, the same meaning, or one word that has become another.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { syscallTable } from '../../kernel/arch.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { hasErrors } from '../../model/diagnostic.ts';
import { evaluate } from './evaluate.ts';
import { checkNames } from './names.ts';
import { parseProfile } from './oci/index.ts';
import { parsePolicy } from './parse.ts';
import { AUDIT_ARCH, CONVENTIONS, type Policy } from './policy.ts';
import { CORPUS } from './testing/corpus.ts';
import { DOCKER_DEFAULT } from './testing/docker.ts';
import { changedCalls, moreThanOneWord, TYPED, type Typo, withTypo } from './testing/typo.ts';
import { letsThrough } from './verdicts.ts';

const RUNS = Number(process.env['TYPO_RUNS'] ?? 400);
const { MANY: _, ...SHORT } = CORPUS;
const typo: fc.Arbitrary<Typo> = fc.record({
  kind: fc.constantFrom('insert', 'delete', 'replace', 'swap'),
  at: fc.nat(99_999).map((one) => one / 100_000),
  character: fc.constantFrom(...TYPED),
});

function valid(text: string): Policy | null {
  const { policy, diagnostics } = parsePolicy(text, 'p', 'x86_64');
  return policy === null || hasErrors([...diagnostics, ...checkNames(policy, 'x86_64')]) ? null : policy;
}

/** Names of calls that the second policy lets through and the first does not, of all that x86_64 has, at boundary arguments. */
function opened(before: Policy, after: Policy): readonly string[] {
  const values = [...before.rules, ...after.rules].flatMap(({ conditions }) => conditions.flatMap(({ value }) => [value - 1n, value, value + 1n]));
  const vectors = [...new Set([0n, 1n, 2n ** 64n - 1n, ...values])].map((one) => Array.from({ length: 6 }, () => BigInt.asUintN(64, one)));
  return CONVENTIONS.x86_64.flatMap((arch) =>
    Object.entries(syscallTable(arch)).flatMap(([name, nr]) => {
      const passes = (policy: Policy, args: readonly bigint[]) => letsThrough(evaluate(policy, 'x86_64', { arch: CONSTANTS[AUDIT_ARCH[arch]], nr, args }));
      return vectors.some((args) => passes(after, args) && !passes(before, args)) ? [name] : [];
    }),
  );
}

/** Of a small policy there may be none. */
let takenInAll = 0;

describe.each(Object.entries(SHORT))('%s', (name, text) => {
  test('a typing error is an error, or one word that is another', () => {
    const before = valid(text);
    if (before === null) throw new Error('not valid');
    fc.assert(
      fc.property(typo, (one) => {
        const typed = withTypo(text, one);
        const after = typed === null ? null : valid(typed);
        if (after !== null) expect([typed, moreThanOneWord(before, after)]).toEqual([typed, null]);
      }),
      { numRuns: RUNS * 5 },
    );
  });

  test('by the evaluator: what it opens are calls of that word', () => {
    const before = valid(text);
    if (before === null) throw new Error('not valid');
    fc.assert(
      fc.property(typo, (one) => {
        const typed = withTypo(text, one);
        const after = typed === null ? null : valid(typed);
        if (after === null) return;
        takenInAll++;
        const words = changedCalls(before, after);
        if (words.size === 0) expect(opened(before, after)).toEqual([]);
        // A heading may be about other calls altogether, a number of version 1 about one of any name.
        if (words.size === 0 || words.size > 2 || name === 'ARTICLE' || name === 'SECTIONS') return;
        // What can also be done through these is theirs.
        const reach = new Set([...words, 'ipc', 'socketcall']);
        expect(opened(before, after).filter((found) => !reach.has(found))).toEqual([]);
      }),
      { numRuns: RUNS },
    );
  });
});

test('some typing errors are valid', () => expect(takenInAll).toBeGreaterThan(10));

describe("Docker's default profile", () => {
  const around = { machine: 'x86_64', kernel: { major: 6, minor: 1 }, capabilities: new Set([0, 1, 18, 21]) } as const;
  const read = (text: string) => {
    const { policy, diagnostics } = parseProfile(text, 'p', around);
    return policy === null || hasErrors(diagnostics) ? null : policy;
  };

  test('a typing error is an error, or changes one entry', () => {
    const before = read(DOCKER_DEFAULT);
    if (before === null) throw new Error('not valid');
    let taken = 0;
    fc.assert(
      fc.property(typo, (one) => {
        const typed = withTypo(DOCKER_DEFAULT, one);
        const after = typed === null ? null : read(typed);
        if (typed === null || after === null) return;
        taken++;
        expect(letsThrough(after.otherwise.verdict)).toBe(false);
        const changed = changedCalls(before, after);
        const entries = [DOCKER_DEFAULT, typed].flatMap((text) => (JSON.parse(text) as { syscalls: { names: string[] }[] }).syscalls);
        const belongs = (names: readonly string[]) => [...changed].filter((name) => !names.includes(name)).length;
        // One name has become another: of one entry two names, one in each text.
        if (changed.size > 0) expect([typed, Math.min(...entries.map(({ names }) => belongs(names))) <= 1]).toEqual([typed, true]);
      }),
      { numRuns: RUNS },
    );
    expect(taken).toBeGreaterThan(RUNS / 20);
  });
});
