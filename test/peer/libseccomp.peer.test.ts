// libseccomp's filter and ours for the same policies: the same answer to every call, both run by the simulator. Only policies
// that LXC gives to libseccomp as they are: one line a call, for all architectures.

import fc from 'fast-check';
import { afterAll, describe, expect } from 'vitest';
import { findFault } from '../../src/bpf/check.ts';
import { decodeProgram, type Instruction } from '../../src/bpf/instruction.ts';
import { type SeccompData, wordLayout } from '../../src/bpf/seccomp-data.ts';
import { simulate } from '../../src/bpf/simulate.ts';
import type { Machine } from '../../src/kernel/constant.ts';
import { CONSTANTS } from '../../src/kernel/constants.gen.ts';
import { SYSCALLS } from '../../src/kernel/syscalls.gen.ts';
import { generateFilter } from '../../src/controls/seccomp/generate.ts';
import { multiplexed } from '../../src/controls/seccomp/multiplexed.ts';
import { parsePolicy } from '../../src/controls/seccomp/parse.ts';
import type { Policy, Verdict } from '../../src/controls/seccomp/policy.ts';
import { resolvePolicy } from '../../src/controls/seccomp/resolve.ts';
import { COMMON, EMPTY_ALLOWLIST, EMPTY_DENYLIST, EVERY_OPERATOR, LOGGING, SMALL_ALLOWLIST } from '../../src/controls/seccomp/testing/corpus.ts';
import { EVERY_ARCH, interestingCalls, MACHINES, randomPolicy } from '../../src/controls/seccomp/testing/random-policy.ts';
import { returnValue } from '../../src/controls/seccomp/verdicts.ts';
import { judgedPolicies } from '../../bench/seccomp-filters.ts';
import { needing, needs } from '../support/needs.ts';
import { libseccompScript } from '../support/seccomp/libseccomp-script.ts';
import { buildLibseccomp } from '../support/seccomp/programs.ts';

const it = process.arch === 'x64' ? needing('gcc', 'libseccomp') : needing('gcc', 'libseccomp', 'lxc');
const libseccomp = needs('gcc', 'libseccomp').ok ? buildLibseccomp() : { filter: () => new Uint8Array(), remove: () => undefined };
afterAll(() => libseccomp.remove());

function theirs(policy: Policy, { machine, tree }: Form, lenient: boolean): readonly Instruction[] {
  return decodeProgram(libseccomp.filter(libseccompScript(policy, machine, { tree, lenient })));
}

/** For whom, and with libseccomp's binary tree or without. */
interface Form {
  readonly machine: Machine;
  readonly tree: boolean;
}
const FORMS: readonly Form[] = MACHINES.flatMap((machine) => [
  { machine, tree: false },
  { machine, tree: true },
]);
const X86_64: Form = { machine: 'x86_64', tree: false };

function* everyCall(): Iterable<SeccompData> {
  const numbers = Array.from({ length: 600 }, (_, index) => index);
  const vectors = [
    [0n, 0n],
    [1n, 1n, 1n],
    [16n, 0x1_0000_0001n, 2n],
    [5n, 0x5412n, 5n],
  ];
  for (const arch of EVERY_ARCH) {
    for (const nr of [...numbers, ...numbers.map((one) => one + 2 ** 30), 2 ** 31]) for (const args of vectors) yield { arch, nr, args };
  }
}

/** The first call that the two answer otherwise. */
function difference(policy: Policy, calls: Iterable<SeccompData>, form = X86_64, lenient = false): string | null {
  const ours = generateFilter(resolvePolicy(policy, form.machine));
  const other = theirs(policy, form, lenient);
  expect(findFault(other)).toBeNull();
  for (const call of calls) {
    const [mine, its] = [simulate(ours, call), simulate(other, call)];
    if (mine.action !== its.action || mine.data !== its.data) {
      return `${call.arch.toString(16)} ${call.nr} ${call.args?.join()}: ours ${(mine.action + mine.data).toString(16)}, libseccomp's ${(its.action + its.data).toString(16)}`;
    }
  }
  return null;
}

function read(text: string): Policy {
  const { policy, diagnostics } = parsePolicy(text, 'p', 'x86_64');
  expect(diagnostics).toEqual([]);
  return policy as Policy;
}

/** Without what libseccomp refuses: conditions of socket, which it could not see through socketcall, and two on one argument. */
const OPERATORS = EVERY_OPERATOR.replaceAll(/^(socket|personality) .*\n/gm, '');

/**
 * By x32, i386 and arm libseccomp compares only the lower halves, of values as well: it takes a condition that no argument of 32
 * bits meets for one on its lower half. Registers of x32 have 64 bits, of which Holdfast looks at all.
 */
function comparable(policy: Policy, calls: readonly SeccompData[]): readonly SeccompData[] {
  const word = 2n ** 32n;
  const wide = policy.rules.some(({ conditions }) => conditions.some((one) => one.value >= word || (one.kind === 'masked' && one.mask >= word)));
  const x32 = ({ arch, nr }: SeccompData) => arch === CONSTANTS.AUDIT_ARCH_X86_64 && nr >= 2 ** 30;
  const whole = (call: SeccompData) => wordLayout(call.arch).bits === 64 && !x32(call);
  return calls.filter((call) => whole(call) || (!wide && (!x32(call) || (call.args ?? []).every((arg) => arg < word))));
}

describe.each(FORMS)('the same answer to every call as libseccomp: $machine, tree $tree', (form) => {
  for (const [name, text] of Object.entries({ COMMON, SMALL_ALLOWLIST, OPERATORS, LOGGING, EMPTY_DENYLIST, EMPTY_ALLOWLIST })) {
    it(name, () => {
      const policy = read(text);
      for (const calls of [[...everyCall()], interestingCalls(policy)]) expect(difference(policy, comparable(policy, calls), form)).toBeNull();
    });
  }
});

describe.each(FORMS)('policies of bench/: $machine, tree $tree', (form) => {
  it("Docker's default and 60 calls", () => {
    for (const { name, policy } of judgedPolicies()) {
      // What libseccomp 2.5.4 knows; behind it come calls that it leaves out, and numbers of no call.
      const old = ({ nr }: SeccompData) => (nr & 0x3fff_ffff) < 441 || (nr & 0x3fff_ffff) > 500;
      const calls = comparable(policy, [...everyCall(), ...interestingCalls(policy)]).filter(old);
      expect(difference(policy, calls, form, true), name).toBeNull();
    }
  });
});

describe('the calls of i386 through others', () => {
  it('calls behind socketcall and ipc', () => {
    const policy = read('2\ndenylist\nsocket errno 1\nconnect errno 2\nsemop errno 3\nshmat errno 4\naccept errno 5\n');
    expect(difference(policy, everyCall())).toBeNull();
  });

  it('but of ipc it overlooks calls with a version', () => {
    const policy = read('2\ndenylist\nsemop errno 3\nuname errno 4\n');
    const ipc = (first: bigint) => ({ arch: CONSTANTS.AUDIT_ARCH_I386, nr: SYSCALLS.i386.ipc, args: [first] });
    expect(difference(policy, [ipc(1n)])).toBeNull();
    expect(difference(policy, [ipc(0x1_0001n)])).toBe("40000003 117 65537: ours 50003, libseccomp's 7fff0000");
  });

  it('but where ipc is the only call of i386, 2.5.4 never loads the number, and refuses nothing', () => {
    const call = { arch: CONSTANTS.AUDIT_ARCH_I386, nr: SYSCALLS.i386.ipc, args: [1n] };
    expect([null, "40000003 117 1: ours 50003, libseccomp's 7fff0000"]).toContain(difference(read('2\ndenylist\nsemop errno 3\n'), [call]));
  });
});

/** What libseccomp 2.5 knows by name on x86_64. */
const OLD_CALLS = new Set(Object.entries(SYSCALLS.x86_64).flatMap(([name, number]) => (number < 440 && !['uretprobe', 'uprobe'].includes(name) ? [name] : [])));

/** One line a call, each argument in one condition at most, no action that is the default's. */
function simple(policy: Policy): Policy {
  const seen = new Set<string>();
  const rules = policy.rules.flatMap((rule) => {
    const name = rule.call.kind === 'name' ? rule.call.name : '';
    if (!OLD_CALLS.has(name) || seen.has(name) || tooHigh(rule.verdict) || sameVerdict(rule.verdict, policy.otherwise.verdict)) return [];
    seen.add(name);
    const args = new Set<number>();
    const conditions = rule.conditions.filter(({ argument }) => !args.has(argument) && args.add(argument).size > 0);
    return [{ ...rule, section: { kind: 'all' } as const, conditions: multiplexed(name, 'i386') === null ? conditions : [] }];
  });
  // Another call of i386 besides ipc, without which libseccomp 2.5.4 forgets to load the number (the test above).
  const [first] = rules;
  if (first !== undefined && !seen.has('uname')) rules.push({ ...first, call: { kind: 'name', name: 'uname' }, conditions: [] });
  // A condition that always holds libseccomp joins with others in ways of its own.
  return { ...policy, rules: rules.filter(({ conditions }) => conditions.every((one) => one.kind !== 'masked' || one.mask !== 0n)) };
}

/** libseccomp's own limit is one below the kernel's. */
const MOST_ERRNO = 4094;
const tooHigh = (verdict: Verdict) => verdict.kind === 'errno' && verdict.errno > MOST_ERRNO;
const sameVerdict = (a: Verdict, b: Verdict) => returnValue(a) === returnValue(b);

it('random policies of one line a call', () => {
  let rules = 0;
  fc.assert(
    fc.property(randomPolicy.filter(({ otherwise }) => !tooHigh(otherwise.verdict)).map(simple), (policy) => {
      rules += policy.rules.length;
      const calls = comparable(policy, interestingCalls(policy)).filter(
        ({ arch, nr, args }) => arch !== CONSTANTS.AUDIT_ARCH_I386 || nr !== SYSCALLS.i386.ipc || (args?.[0] ?? 0n) < 0x1_0000n,
      );
      for (const tree of [false, true]) expect(difference(policy, calls, { machine: 'x86_64', tree })).toBeNull();
    }),
    { numRuns: 300 },
  );
  expect(rules).toBeGreaterThan(500);
});
