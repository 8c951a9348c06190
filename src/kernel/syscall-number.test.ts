import { expect, test } from 'vitest';
import newer from './sources/newer-syscalls.json' with { type: 'json' };
import { syscallNumber } from './syscall-number.ts';
import { type Arch, ARCHES, syscallTable } from './arch.ts';
import { SYSCALLS } from './syscalls.gen.ts';

const X32_BIT = 2 ** 30;

test('a call has its number on each architecture', () => {
  expect(syscallNumber('execve', 'x86_64')).toBe(59);
  expect(syscallNumber('execve', 'i386')).toBe(11);
  expect(syscallNumber('execve', 'arm64')).toBe(221);
  expect(syscallNumber('execve', 'arm')).toBe(11);
  expect(syscallNumber('execve', 'x32')).toBe(X32_BIT + 520);
  expect(syscallNumber('keyctl', 'arm')).toBe(311);
  expect(syscallNumber('open_by_handle_at', 'arm')).toBe(371);
  expect(syscallNumber('quotactl', 'arm')).toBe(131);
});

test('a name that an architecture lacks has no number, whatever objects inherit', () => {
  expect(syscallNumber('open', 'arm64')).toBeUndefined();
  expect(syscallNumber('constructor', 'x86_64')).toBeUndefined();
  expect(syscallNumber('uretprobe', 'i386')).toBeUndefined();
});

test('no two names of an architecture share a number, but for the one alias of arm', () => {
  for (const arch of ARCHES) {
    const table = syscallTable(arch);
    const names = Object.keys(table).filter((name) => !(arch === 'arm' && name === 'sync_file_range2'));
    expect(names.length, arch).toBeGreaterThan(300);
    expect(new Set(names.map((name) => table[name])).size, arch).toBe(names.length);
  }
  expect(SYSCALLS.arm.sync_file_range2).toBe(SYSCALLS.arm.arm_sync_file_range);
});

test('only numbers of x32 have its bit', () => {
  for (const arch of ARCHES) {
    const marked = Object.values(syscallTable(arch)).map((number) => (number & X32_BIT) !== 0);
    expect(new Set(marked), arch).toEqual(new Set([arch === 'x32']));
  }
});

test('calls from 424 on have one number everywhere', () => {
  const recent = Object.entries(SYSCALLS.x86_64).filter(([, number]) => number >= 424);
  expect(recent.map(([name]) => name)).toEqual(expect.arrayContaining(['clone3', 'openat2', 'mseal', 'file_setattr']));
  for (const [name, number] of recent) {
    for (const arch of ['i386', 'arm64', 'arm'] as const) {
      expect(syscallNumber(name, arch) ?? number, `${name} on ${arch}`).toBe(number);
    }
    expect(syscallNumber(name, 'x32'), `${name} on x32`).toBe(number + X32_BIT);
  }
});

test('elsewhere too, with the base of each convention of MIPS', () => {
  const base = { mips: 4000, mipsel: 4000, mips64: 5000, mipsel64: 5000, mips64n32: 6000, mipsel64n32: 6000, x32: X32_BIT } as const;
  for (const arch of ARCHES) {
    const added = Object.hasOwn(base, arch) ? base[arch as keyof typeof base] : 0;
    for (const [name, number] of [
      ['openat2', 437],
      ['cachestat', 451],
      ['mseal', 462],
      ['listns', 470],
    ] as const) {
      expect(syscallNumber(name, arch), `${name} on ${arch}`).toBe(number + added);
    }
  }
});

test('architectures without launchers have the numbers of their own tables', () => {
  const numbers = (name: string) => Object.fromEntries(ARCHES.map((arch) => [arch, syscallNumber(name, arch)]));
  expect(numbers('read')).toMatchObject({ riscv64: 63, loongarch64: 63, ppc64le: 3, ppc: 3, s390x: 3, s390: 3, mips: 4003, mipsel64: 5000, mips64n32: 6000 });
  expect(numbers('execve')).toMatchObject({ riscv64: 221, ppc64: 11, s390x: 11, mipsel: 4011, mips64: 5057, mipsel64n32: 6057 });
  expect(numbers('socketcall')).toMatchObject({ ppc64: 102, s390x: 102, mips: 4102, mips64: undefined, riscv64: undefined });
  expect(numbers('newfstatat')).toMatchObject({ riscv64: 79, loongarch64: 79, s390: undefined, s390x: 293 });
  expect(numbers('riscv_hwprobe')).toMatchObject({ riscv64: 258, loongarch64: undefined });
});

test('newer calls are in the table as their source file has them', () => {
  for (const [name, { since: _, ...numbers }] of Object.entries(newer.syscalls)) {
    for (const [arch, number] of Object.entries<number>(numbers)) {
      expect(syscallNumber(name, arch as Arch), `${name} on ${arch}`).toBe(number);
    }
  }
});
