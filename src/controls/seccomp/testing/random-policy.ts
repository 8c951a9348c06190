// Random policies, with many rules about few calls, and the calls at which a filter made of one is most likely to be wrong.

import fc from 'fast-check';
import { ARGUMENTS, type SeccompData } from '../../../bpf/seccomp-data.ts';
import type { Machine } from '../../../kernel/constant.ts';
import { CONSTANTS } from '../../../kernel/constants.gen.ts';
import { ARCHES } from '../../../kernel/arch.ts';
import { SYSCALLS } from '../../../kernel/syscalls.gen.ts';
import { archesWith, callTargets } from '../calls.ts';
import { AUDIT_ARCH, type Condition, CONVENTIONS, type Native, type Policy, type Rule, type Section, type Verdict } from '../policy.ts';

/** Neighbours by number, calls of one architecture only, and those behind socketcall and ipc. */
const FAVOURITES = 'read write open close mkdir rmdir execve socket connect accept recv semop semget shmat ipc socketcall umount2 set_tls ioctl'.split(' ');
const names = fc.oneof(fc.constantFrom(...FAVOURITES), fc.constantFrom(...Object.keys(SYSCALLS.x86_64)), fc.constantFrom(...Object.keys(SYSCALLS.arm)));

const MAX = 2n ** 64n - 1n;
const value = fc.oneof(
  fc.constantFrom(0n, 1n, 16n, 2n ** 31n, 2n ** 32n - 1n, 2n ** 32n, 2n ** 32n + 1n, 2n ** 63n, MAX),
  fc.bigInt({ min: 0n, max: 255n }),
  fc.bigInt({ min: 0n, max: MAX }),
);
const argument = fc.nat(ARGUMENTS - 1);
const condition: fc.Arbitrary<Condition> = fc.oneof(
  fc.record({ kind: fc.constant('compare' as const), argument, operator: fc.constantFrom('ne', 'lt', 'le', 'eq', 'ge', 'gt' as const), value }),
  fc.record({ kind: fc.constant('masked' as const), argument, mask: value, value }).map((one) => ({ ...one, value: one.value & one.mask })),
);
const verdict: fc.Arbitrary<Verdict> = fc.oneof(
  fc.constantFrom('kill_process', 'kill_thread', 'trap', 'notify', 'log', 'allow' as const).map((kind) => ({ kind })),
  fc.constantFrom(0, 1, 13, 4095).map((errno) => ({ kind: 'errno' as const, errno })),
);
const span = { file: '', line: 0, column: 0, length: 0 };

/** In the section of an architecture only calls that it has: others are errors. */
const rule: fc.Arbitrary<Rule> = names.chain((name) =>
  fc.record({
    call: fc.constant({ kind: 'name' as const, name }),
    section: fc.oneof(
      { weight: 3, arbitrary: fc.constant<Section>({ kind: 'all' }) },
      { weight: 1, arbitrary: fc.constantFrom(...archesWith(name)).map((arch): Section => ({ kind: 'arch', arch })) },
    ),
    verdict,
    conditions: fc.oneof(fc.constant([]), fc.array(condition, { minLength: 1, maxLength: 3 })),
    span: fc.constant(span),
  }),
);

export const randomPolicy: fc.Arbitrary<Policy> = fc.record({
  version: fc.constant(2 as const),
  list: fc.constantFrom('allow', 'deny' as const),
  otherwise: verdict.map((one) => ({ verdict: one, span })),
  rules: fc.array(rule, { maxLength: 12 }),
});

/** The bytes of a policy's text say the same with these blanks, comments and empty lines in it. */
export const noise = fc.array(fc.constantFrom(' ', '\t', '  # why', '\n', '\n# a comment\n', ''), { minLength: 1, maxLength: 8 });

export const MACHINES: readonly Machine[] = ['x86_64', 'arm64'];

/** How the calls of a machine's conventions arrive. */
export function auditsOf(machine: Native): readonly number[] {
  return [...new Set(CONVENTIONS[machine].map((arch) => CONSTANTS[AUDIT_ARCH[arch]]))];
}

const UNKNOWN_ARCHES = [0, 0xffff_ffff, 0xc000_0015 /* ppc64le */, 0x4000_0028 + 1];
export const EVERY_ARCH: readonly number[] = [...MACHINES.flatMap(auditsOf), ...UNKNOWN_ARCHES];
const X32_BIT = 2 ** 30;
const MOST_VECTORS = 40;
const EDGES = [0, 1, X32_BIT - 1, X32_BIT, X32_BIT + 1, 2 ** 31 - 1, 2 ** 31, 2 ** 32 - 2, 2 ** 32 - 1];

/** Calls by every convention, at and beside the numbers that the rules name, with arguments at and beside their values. */
export function interestingCalls(policy: Policy, audits: readonly number[] = EVERY_ARCH): readonly SeccompData[] {
  const vectors = argumentVectors(policy);
  const few = [vectors[0] ?? [], vectors.at(-1) ?? []];
  return audits.flatMap((arch) => {
    const named = [...new Set(numbersOf(policy, arch))];
    const beside = [...named.flatMap((number) => [number - 1, number + 1]), ...EDGES].filter((number) => number >= 0 && !named.includes(number));
    return [...named.flatMap((nr) => vectors.map((args) => ({ arch, nr, args }))), ...beside.flatMap((nr) => few.map((args) => ({ arch, nr, args })))];
  });
}

function numbersOf({ rules }: Policy, audit: number): readonly number[] {
  const arches = ARCHES.filter((arch) => CONSTANTS[AUDIT_ARCH[arch]] === audit);
  return rules.flatMap(({ call }) =>
    call.kind === 'number' ? [call.number] : arches.flatMap((arch) => callTargets(call.name, arch).map(({ number }) => number)),
  );
}

/** In each, every argument has one of the values that the conditions make interesting for it. */
function argumentVectors({ rules }: Policy): readonly (readonly bigint[])[] {
  const conditions = rules.flatMap((one) => one.conditions);
  const around = Array.from({ length: ARGUMENTS }, (_, index) => {
    const near = conditions
      .filter((one) => one.argument === index)
      .flatMap(({ value: at }) => [at, at - 1n, at + 1n, at ^ (2n ** 32n), at ^ (2n ** 63n), at & 0xffff_ffffn]);
    const selectors = index === 0 ? [1n, 0x1_0001n, 5n, 21n] : [];
    return [...new Set([...near, ...selectors, 0n, MAX].map((one) => BigInt.asUintN(64, one)))];
  });
  const most = Math.min(MOST_VECTORS, Math.max(...around.map(({ length }) => length)));
  return Array.from({ length: most }, (_, turn) => around.map((values, index) => values[(turn * (index + 1)) % values.length] ?? 0n));
}
