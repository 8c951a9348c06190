// The meaning of a policy, in plain numbers: what the evaluator, to which everything else is compared, must say.

import { describe, expect, test } from 'vitest';
import type { Machine } from '../../kernel/constant.ts';
import { evaluate } from './evaluate.ts';
import { parsePolicy } from './parse.ts';
import type { Policy } from './policy.ts';
import { ARTICLE, COMMON, SECTIONS } from './testing/corpus.ts';
import { verdictText } from './verdicts.ts';

const X86_64 = 0xc000_003e;
const I386 = 0x4000_0003;
const AARCH64 = 0xc000_00b7;
const ARM = 0x4000_0028;
const X32 = 0x4000_0000;

function ask(text: string, machine: Machine, arch: number, nr: number, ...args: readonly bigint[]): string {
  const { policy } = parsePolicy(text, 'p', machine);
  return verdictText(evaluate(policy as Policy, machine, { arch, nr, args }));
}

describe("Debian's common policy", () => {
  test.each([
    ['kexec_load', 'x86_64', X86_64, 246, 'errno EPERM'],
    ['getpid', 'x86_64', X86_64, 39, 'allow'],
    ['kexec_load of i386', 'x86_64', I386, 283, 'errno EPERM'],
    ['kexec_load of x32', 'x86_64', X86_64, X32 + 528, 'errno EPERM'],
    ["x32's number without its bit", 'x86_64', X86_64, 528, 'allow'],
    ['kexec_load of arm64', 'arm64', AARCH64, 104, 'errno EPERM'],
    ['kexec_load of arm', 'arm64', ARM, 347, 'errno EPERM'],
    ['a call of x86_64 on arm64', 'arm64', X86_64, 39, 'kill_process'],
    ['a call of ppc64le', 'x86_64', 0xc000_0015, 20, 'kill_process'],
    ['a number no call has', 'x86_64', X86_64, 9999, 'allow'],
  ] as const)('%s on %s', (_, machine, arch, nr, verdict) => {
    expect(ask(COMMON, machine, arch, nr)).toBe(verdict);
  });

  test('umount2 is refused with MNT_FORCE, whatever else is asked', () => {
    expect(ask(COMMON, 'x86_64', X86_64, 166, 0n, 0n)).toBe('allow');
    expect(ask(COMMON, 'x86_64', X86_64, 166, 0n, 2n)).toBe('allow');
    expect(ask(COMMON, 'x86_64', X86_64, 166, 0n, 3n)).toBe('errno EACCES');
    expect(ask(COMMON, 'x86_64', I386, 52, 0n, 1n)).toBe('errno EACCES');
  });
});

test("the article's policy allows call 103 of the machine, and no 32-bit call", () => {
  expect(ask(ARTICLE, 'x86_64', X86_64, 103)).toBe('allow');
  expect(ask(ARTICLE, 'x86_64', X86_64, 59)).toBe('kill_process');
  expect(ask(ARTICLE, 'x86_64', I386, 103)).toBe('kill_process');
  expect(ask(ARTICLE, 'x86_64', X86_64, X32 + 103)).toBe('kill_process');
  expect(ask(ARTICLE, 'arm64', AARCH64, 103)).toBe('allow');
});

describe('sections are about their own calls', () => {
  test('mkdir', () => {
    expect(ask(SECTIONS, 'x86_64', I386, 39, 0n, 1n)).toBe('errno EACCES');
    expect(ask(SECTIONS, 'x86_64', X86_64, 83, 0n, 1n)).toBe('errno ENOENT');
    expect(ask(SECTIONS, 'x86_64', X86_64, X32 + 83, 0n, 1n)).toBe('errno ESRCH');
    expect(ask(SECTIONS, 'arm64', ARM, 39, 0n, 1n)).toBe('errno EINTR');
    expect(ask(SECTIONS, 'arm64', AARCH64, 34, 0n, 1n)).toBe('errno EIO');
  });

  test('(lxc#571) a rule for [x86] leaves native calls alone', () => {
    const text = '2\ndenylist\n[x86]\nmkdir errno 13\n';
    expect(ask(text, 'x86_64', X86_64, 83)).toBe('allow');
    expect(ask(text, 'x86_64', I386, 39)).toBe('errno EACCES');
  });

  test('a call that arm64 lacks is refused where there is one', () => {
    expect(ask(SECTIONS, 'arm64', ARM, 5)).toBe('errno E2BIG');
    expect(ask(SECTIONS, 'arm64', AARCH64, 5)).toBe('allow');
  });
});

describe('of several lines about a call', () => {
  test('the strictest holds, whatever the order', () => {
    const rules = ['mknod errno 1', 'mknod allow [1,2,==]', 'mknod kill [1,3,==]'];
    for (const order of [rules, rules.toReversed()]) {
      const text = `2\ndenylist\n${order.join('\n')}\n`;
      expect([1n, 2n, 3n].map((mode) => ask(text, 'x86_64', X86_64, 133, 0n, mode))).toEqual(['errno EPERM', 'errno EPERM', 'kill_process']);
    }
  });

  test('of equally strict ones the first', () => {
    expect(ask('2\ndenylist\nmknod errno 2\nmknod errno 1\n', 'x86_64', X86_64, 133)).toBe('errno ENOENT');
  });
});

describe('socketcall and ipc of i386', () => {
  test('a refused call is refused there too', () => {
    expect(ask(SECTIONS, 'x86_64', I386, 359)).toBe('errno EPERM');
    expect(ask(SECTIONS, 'x86_64', I386, 102, 1n)).toBe('errno EPERM');
    expect(ask(SECTIONS, 'x86_64', I386, 102, 3n)).toBe('allow');
    expect(ask(SECTIONS, 'x86_64', I386, 117, 1n)).toBe('errno EPERM');
    expect(ask(SECTIONS, 'x86_64', I386, 117, 0x1_0001n)).toBe('errno EPERM');
    expect(ask(SECTIONS, 'x86_64', I386, 117, 2n)).toBe('allow');
  });

  test('conditions refuse all of them, and allow none', () => {
    expect(ask(SECTIONS, 'x86_64', I386, 102, 5n)).toBe('errno ENOEXEC');
    const text = '2\nallowlist errno 1\nsocket allow [0,1,==]\nconnect\n';
    expect(ask(text, 'x86_64', I386, 359, 1n)).toBe('allow');
    expect(ask(text, 'x86_64', I386, 102, 1n)).toBe('errno EPERM');
    expect(ask(text, 'x86_64', I386, 102, 3n)).toBe('allow');
  });
});
