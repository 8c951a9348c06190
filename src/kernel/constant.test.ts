import fs from 'node:fs';
import os from 'node:os';
import { expect, test } from 'vitest';
import { constant } from './constant.ts';
import { CONSTANTS, CONSTANTS_ARM64, CONSTANTS_NOT_ON_ARM64, type ConstName } from './constants.gen.ts';

test('arm64 has its own file flags and shares the rest', () => {
  expect(constant('O_DIRECTORY', 'x86_64')).toBe(0o200000);
  expect(constant('O_DIRECTORY', 'arm64')).toBe(0o40000);
  expect(constant('O_NOFOLLOW', 'arm64')).toBe(0o100000);
  expect(constant('O_CLOEXEC', 'arm64')).toBe(constant('O_CLOEXEC', 'x86_64'));
  expect(constant('CLONE_INTO_CGROUP', 'arm64')).toBe(2 ** 33);
  expect(constant('AT_FDCWD', 'x86_64')).toBe(-100);
});

test('a constant that arm64 lacks is refused there', () => {
  for (const name of CONSTANTS_NOT_ON_ARM64) {
    expect(() => constant(name, 'arm64')).toThrow(name);
  }
  expect(CONSTANTS_NOT_ON_ARM64).toContain('MAP_32BIT');
});

test('every value is an exact number, and 1 << 31 is a bit', () => {
  for (const [name, value] of Object.entries({ ...CONSTANTS, ...CONSTANTS_ARM64 })) {
    expect(Number.isSafeInteger(value), name).toBe(true);
    expect(value, name).toBeGreaterThan(-10_000);
  }
  expect(CONSTANTS.MS_NOUSER).toBe(2 ** 31);
});

test.skipIf(process.arch !== 'x64')('values agree with those node was built with (x86_64 only)', () => {
  // glibc says 0 for O_LARGEFILE on 64-bit machines, where the kernel sets the flag by itself.
  const known = Object.entries({ ...fs.constants, ...os.constants.signals, ...os.constants.priority });
  const shared = known.filter(([name]) => name in CONSTANTS && name !== 'O_LARGEFILE');
  expect(shared.length).toBeGreaterThan(60);
  for (const [name, value] of shared) {
    expect(CONSTANTS[name as ConstName], name).toBe(value);
  }
});

test('flags of one set do not share bits', () => {
  const single = ['MOUNT_ATTR_RDONLY', 'MOUNT_ATTR_NOSUID', 'MOUNT_ATTR_NODEV', 'MOUNT_ATTR_NOEXEC', 'MOUNT_ATTR_IDMAP'] as const;
  expect(single.reduce((sum, name) => sum + CONSTANTS[name], 0)).toBe(single.reduce((union, name) => union | CONSTANTS[name], 0));
  const clone = Object.entries(CONSTANTS).filter(([name]) => name.startsWith('CLONE_NEW'));
  expect(clone).toHaveLength(8);
  expect(new Set(clone.map(([, value]) => value)).size).toBe(8);
});
