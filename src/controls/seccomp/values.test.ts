import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import type { Arch } from '../../kernel/arch.ts';
import { ARCHES } from '../../kernel/arch.ts';
import { readValue } from './values.ts';

const X86: readonly Arch[] = ['x86_64', 'x32', 'i386'];

test.each([
  ['0x10', 16n],
  ['010', 8n],
  ['18446744073709551615', 2n ** 64n - 1n],
  ['CLONE_NEWUSER', 0x1000_0000n],
  ['CLONE_NEWUSER|CLONE_NEWNS', 0x1002_0000n],
  ['CLONE_NEWUSER | 0x11', 0x1000_0011n],
  ['AF_VSOCK', 40n],
  ['PROT_EXEC', 4n],
  ['TIOCSTI', 0x5412n],
  ['FIONREAD', 0x541bn],
  ['SOCK_STREAM', 1n],
  ['PTRACE_TRACEME', 0n],
  ['FICLONE', 0x4004_9409n],
])('%s', (text, value) => {
  expect(readValue(text, X86)).toBe(value);
});

test.each([
  ['CLONE_NEWUSR', X86, { kind: 'unknown', text: 'CLONE_NEWUSR', help: "did you mean 'CLONE_NEWUSER'" }],
  ['constructor', X86, { kind: 'malformed' }],
  ['18446744073709551616', X86, { kind: 'malformed' }],
  ['-1', X86, { kind: 'malformed' }],
  ['08', X86, { kind: 'malformed' }],
  ['1e3', X86, { kind: 'malformed' }],
  ['AT_FDCWD', X86, { kind: 'differs', help: 'is negative' }],
  ['O_DIRECT', ['arm64', 'arm'] as const, { kind: 'differs', help: 'is not the same everywhere' }],
  ['FS_IOC_SETFLAGS', X86, { kind: 'differs' }],
  ['TIOCSTI', ['mips64'] as const, { kind: 'differs' }],
  ['SOCK_STREAM', ['mipsel'] as const, { kind: 'differs' }],
  ['ARCH_SET_FS', ['arm64'] as const, { kind: 'differs' }],
])('%s on %s', (text, arches, problem) => {
  const found = readValue(text, arches);
  expect(found).toMatchObject({ ...problem, ...('help' in problem ? { help: expect.stringContaining(problem.help) as unknown } : {}) });
});

test('where one architecture is meant, its own value', () => {
  expect(readValue('O_DIRECT', ['x86_64'])).toBe(0x4000n);
  expect(readValue('O_DIRECT', ['arm64'])).toBe(0x1_0000n);
  expect(readValue('FS_IOC_SETFLAGS', ['x86_64'])).toBe(0x4008_6602n);
});

test('names of namespaces, families and protections are alike everywhere', () => {
  for (const name of ['CLONE_NEWUSER', 'CLONE_NEWNS', 'AF_NETLINK', 'AF_ALG', 'PROT_EXEC', 'MS_BIND', 'PTRACE_ATTACH', 'S_IFBLK', 'BPF_PROG_LOAD']) {
    expect(typeof readValue(name, ARCHES), name).toBe('bigint');
  }
});

const ARM = '/usr/arm-linux-gnueabihf/include/asm/fcntl.h';
test.skipIf(!existsSync(ARM))(`O_DIRECT of arm is that of ${ARM}, and no value for it is taken [needs linux-libc-dev-armhf-cross]`, () => {
  expect(readFileSync(ARM, 'utf8')).toMatch(/O_DIRECT\s+0200000/);
  expect(readValue('O_DIRECT', ['arm'])).toMatchObject({ kind: 'differs' });
});
