import { expect, test } from 'vitest';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { SYSCALLS } from '../../kernel/syscalls.gen.ts';
import { compileFilter } from './compile.ts';
import { evaluate } from './evaluate.ts';
import { parsePolicy } from './parse.ts';
import type { Policy } from './policy.ts';
import { specWith, X86_64 } from './testing/spec.ts';

const ONE = '2\ndenylist\n[x86_64]\nmkdir errno 13\n';

function verdicts(text: string): readonly string[] {
  const policy = parsePolicy(text, 'p', 'x86_64').policy as Policy;
  const calls = [
    { arch: CONSTANTS.AUDIT_ARCH_X86_64, nr: SYSCALLS.x86_64.getpid },
    { arch: CONSTANTS.AUDIT_ARCH_X86_64, nr: SYSCALLS.x32.getpid },
    { arch: CONSTANTS.AUDIT_ARCH_I386, nr: SYSCALLS.i386.getpid },
  ];
  return calls.map((call) => evaluate(policy, 'x86_64', call).kind);
}

test('sections for some conventions let nothing through by the others', () => {
  expect(verdicts(ONE)).toEqual(['allow', 'kill_process', 'kill_process']);
  expect(verdicts(`${ONE}[x86]\nmkdir errno 13\n`)).toEqual(['allow', 'kill_process', 'allow']);
});

test('the machine itself is never left out, nor anything by [all] or by sections of other machines', () => {
  expect(verdicts('2\ndenylist\n[x86]\nmkdir errno 13\n')).toEqual(['allow', 'kill_process', 'allow']);
  expect(verdicts(`2\ndenylist\nmknod errno 1\n[x86_64]\nmkdir errno 13\n`)).toEqual(['allow', 'allow', 'allow']);
  expect(verdicts('2\ndenylist\n[arm]\nmkdir errno 13\n')).toEqual(['allow', 'allow', 'allow']);
  expect(verdicts('2\ndenylist\n')).toEqual(['allow', 'allow', 'allow']);
});

test('a default that refuses stays as it is', () => {
  expect(verdicts('2\nallowlist errno 38\n[x86_64]\ngetpid\n')).toEqual(['allow', 'errno', 'errno']);
});

test('it is said', () => {
  const found = compileFilter(specWith(ONE), X86_64).diagnostics;
  expect(found.map(({ code, span }) => [code, span?.line])).toEqual([['HF250', 2]]);
  expect(compileFilter(specWith('2\ndenylist\nmkdir errno 13\n'), X86_64).diagnostics).toEqual([]);
});
