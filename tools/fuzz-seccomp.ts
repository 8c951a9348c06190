// Policies and profiles with faults -> what the compiler makes of them. Nothing may be thrown; what is taken must be a filter that
// the kernel takes and that decides as the policy says; a single typing error must be no more than one word that is another.
// usage: npm run fuzz:seccomp -- [--runs 1000000] [--seed 1]
import { findFault } from '../src/bpf/check.ts';
import { simulate } from '../src/bpf/simulate.ts';
import { evaluate } from '../src/controls/seccomp/evaluate.ts';
import { generateFilter } from '../src/controls/seccomp/generate.ts';
import { checkNames } from '../src/controls/seccomp/names.ts';
import { isProfile, parseProfile } from '../src/controls/seccomp/oci/index.ts';
import { parsePolicy } from '../src/controls/seccomp/parse.ts';
import { AUDIT_ARCH, CONVENTIONS, type Policy } from '../src/controls/seccomp/policy.ts';
import { resolvePolicy } from '../src/controls/seccomp/resolve.ts';
import { CORPUS } from '../src/controls/seccomp/testing/corpus.ts';
import { moreThanOneWord, TYPED, withTypo } from '../src/controls/seccomp/testing/typo.ts';
import { returnValue } from '../src/controls/seccomp/verdicts.ts';
import { CONSTANTS } from '../src/kernel/constants.gen.ts';
import { syscallNumber } from '../src/kernel/syscall-number.ts';
import { type Diagnostic, hasErrors } from '../src/model/diagnostic.ts';

const MACHINE = 'x86_64';
const AROUND = { machine: MACHINE, kernel: { major: 6, minor: 1 }, capabilities: new Set([0, 21]) } as const;

/** Short: what is long is slow, and has no other kinds of lines. */
const PROFILE = JSON.stringify(
  {
    defaultAction: 'SCMP_ACT_ERRNO',
    defaultErrnoRet: 1,
    archMap: [{ architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X86', 'SCMP_ARCH_X32'] }],
    syscalls: [
      { names: ['read', 'write', 'socket'], action: 'SCMP_ACT_ALLOW', args: [], includes: { minKernel: '4.8' } },
      {
        names: ['clone'],
        action: 'SCMP_ACT_ALLOW',
        args: [{ index: 0, value: 2114060288, valueTwo: 0, op: 'SCMP_CMP_MASKED_EQ' }],
        excludes: { caps: ['CAP_BPF'] },
      },
      { names: ['clone3'], action: 'SCMP_ACT_ERRNO', errnoRet: 38, includes: { arches: ['amd64', 'x32'] }, comment: 'why' },
      { names: ['personality'], action: 'SCMP_ACT_LOG', args: [{ index: 0, value: 8, op: 'SCMP_CMP_EQ' }] },
    ],
  },
  null,
  1,
);
const { MANY: _, ...POLICIES } = CORPUS;
const TEXTS = [...Object.values(POLICIES), PROFILE, PROFILE];
/** Whole words make inputs that come far; they are put where the characters of a typing error are. */
const WORDS = [
  ...'allow errno kill notify read clone [0,1,==] [1,2,&=,3] [6,1,==] [0,CLONE_NEWUSER,&=,CLONE_NEWUSER] [all] [x86] [arm64] [ppc64le]'.split(' '),
  ...'2 denylist allowlist 5000 4095 18446744073709551615 18446744073709551616 -1 0x EPERM { } [ ] , : " null true 1e3 \\u0000'.split(' '),
  ...'"names" "action" "args" "SCMP_ACT_ALLOW" "SCMP_ARCH_ARM" # [include_x] \ufeff \u00e9'.replace('_x', ' x').split(' '),
  '\n',
];

/** mulberry32: small, and the same on every machine. */
function randomNumbers(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

function read(text: string): { readonly policy: Policy | null; readonly diagnostics: readonly Diagnostic[] } {
  const { policy, diagnostics } = isProfile(text) ? parseProfile(text, 'p', AROUND) : parsePolicy(text, 'p', MACHINE);
  const found = policy === null ? diagnostics : [...diagnostics, ...checkNames(policy, MACHINE)];
  return { policy: policy === null || hasErrors(found) ? null : policy, diagnostics: found };
}

/** Why something is wrong with what was made of a text; null for nothing. */
function fault(text: string, policy: Policy | null, diagnostics: readonly Diagnostic[]): string | null {
  if (policy === null && !hasErrors(diagnostics)) return 'nothing was made, and no error told';
  const lines = text.split('\n');
  const outside = diagnostics.find(({ span }) => span !== undefined && (span.line > lines.length || span.column > (lines[span.line - 1]?.length ?? 0) + 1));
  if (outside !== undefined) return `${outside.code} is at ${outside.span?.line}:${outside.span?.column}, outside of the text`;
  return policy === null ? null : disagreement(policy);
}

function disagreement(policy: Policy): string | null {
  const program = generateFilter(resolvePolicy(policy, MACHINE));
  const refused = findFault(program);
  if (refused !== null) return `the kernel refuses the filter: ${refused}`;
  const names = new Set(['read', 'socketcall', 'ipc', ...policy.rules.flatMap(({ call }) => (call.kind === 'name' ? [call.name] : []))]);
  for (const arch of CONVENTIONS[MACHINE]) {
    for (const nr of [...names].flatMap((name) => syscallNumber(name, arch) ?? [])) {
      for (const value of [0n, 1n, 0x1000_0000n, 2n ** 63n + 8n]) {
        const call = { arch: CONSTANTS[AUDIT_ARCH[arch]], nr, args: [value, value, value, value, value, value] };
        const { action, data } = simulate(program, call);
        if (action + data !== returnValue(evaluate(policy, MACHINE, call))) return `${arch} ${nr} with ${value} is decided otherwise than the policy says`;
      }
    }
  }
  return null;
}

/** Entry for tools/run.mjs. */
export function main(): void {
  const option = (name: string, usual: number) => Number(process.argv[process.argv.indexOf(`--${name}`) + 1] ?? Number.NaN) || usual;
  const [runs, seed] = [option('runs', 100_000), option('seed', 1)];
  const random = randomNumbers(seed);
  const pick = <T>(list: ArrayLike<T>): T => list[Math.floor(random() * list.length)] as T;
  const before = new Map(TEXTS.map((text) => [text, read(text).policy]));
  const counts = { taken: 0, refused: 0, single: 0, profiles: 0 };
  const started = Date.now();
  for (let run = 0; run < runs; run++) {
    const original = pick(TEXTS);
    const edits = random() < 0.5 ? 1 : 1 + Math.floor(random() * 8);
    let text = original;
    let typed = edits === 1;
    for (let edit = 0; edit < edits; edit++) {
      const word = random() < 0.3;
      const kind = pick(['insert', 'delete', 'replace', 'swap'] as const);
      const next = withTypo(text, { kind, at: random(), character: word ? pick(WORDS) : pick(TYPED) });
      typed &&= !word;
      text = next ?? text;
    }
    let wrong: string | null;
    try {
      const { policy, diagnostics } = read(text);
      wrong = fault(text, policy, diagnostics);
      counts[policy === null ? 'refused' : 'taken']++;
      counts.profiles += isProfile(text) ? 1 : 0;
      const first = before.get(original);
      if (wrong === null && typed && policy && first && !isProfile(original)) {
        counts.single++;
        wrong = moreThanOneWord(first, policy);
      }
    } catch (error) {
      wrong = `thrown: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`;
    }
    if (wrong !== null) {
      process.stderr.write(`fuzz:seccomp: run ${run} of seed ${seed}: ${wrong}\n${JSON.stringify(text)}\n`);
      process.exitCode = 1;
      return;
    }
  }
  const seconds = Math.round((Date.now() - started) / 1000);
  process.stdout.write(
    `fuzz:seccomp: ${runs} inputs of seed ${seed} in ${seconds} s, ${counts.profiles} of them profiles: ${counts.refused} refused, ${counts.taken} compiled and checked, ${counts.single} of these with one typing error\n`,
  );
}
