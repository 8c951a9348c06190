import os from 'node:os';
import { getSystemErrorName } from 'node:util';
import { expect, test } from 'vitest';
import { ERRNO, type ErrnoName } from './errno.gen.ts';
import { errnoName, errnoText } from './errno.ts';

test('a number has its usual name and text', () => {
  expect(errnoName(1)).toBe('EPERM');
  expect(errnoName(11)).toBe('EAGAIN');
  expect(errnoName(35)).toBe('EDEADLK');
  expect(errnoText(2)).toBe('No such file or directory');
  expect(errnoText(95)).toBe('Operation not supported');
});

test('a number that Linux does not use has no name, and says so', () => {
  expect(errnoName(0)).toBeUndefined();
  expect(errnoName(41)).toBeUndefined();
  expect(errnoText(41)).toBe('Unknown error 41');
});

test('every name has a text of its own', () => {
  for (const [name, { number, text }] of Object.entries(ERRNO)) {
    expect(text, name).not.toBe('');
    expect(text, name).not.toContain('Unknown');
    expect(ERRNO[errnoName(number) as ErrnoName].number).toBe(number);
  }
});

test.skipIf(process.platform !== 'linux')('numbers agree with those node was built with (Linux only)', () => {
  // glibc makes ENOTSUP another name of EOPNOTSUPP; the kernel keeps its own ENOTSUPP to itself.
  const known = Object.entries(os.constants.errno).filter(([name]) => name in ERRNO);
  expect(known.length).toBeGreaterThan(70);
  for (const [name, number] of known) {
    expect(ERRNO[name as ErrnoName].number, name).toBe(number);
  }
  expect(getSystemErrorName(-ERRNO.EACCES.number)).toBe('EACCES');
});
