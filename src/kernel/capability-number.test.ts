import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { CAPABILITIES, LAST_CAPABILITY } from './capabilities.gen.ts';
import { capabilityNumber } from './capability-number.ts';

const LAST_CAP = '/proc/sys/kernel/cap_last_cap';

test('a name or a decimal number gives the number', () => {
  expect(capabilityNumber('chown')).toBe(0);
  expect(capabilityNumber('sys_admin')).toBe(21);
  expect(capabilityNumber('checkpoint_restore')).toBe(40);
  expect(capabilityNumber('21')).toBe(21);
  expect(capabilityNumber('63')).toBe(63);
});

test.each(['', 'cap_chown', 'CHOWN', '64', '-1', '1e1', ' 1', '100', 'constructor', '0x15'])('%j is no capability', (text) => {
  expect(capabilityNumber(text)).toBeUndefined();
});

test('numbers run from 0 to the last without a gap', () => {
  const numbers = Object.values(CAPABILITIES);
  expect(numbers).toEqual(numbers.map((_, index) => index));
  expect(numbers.at(-1)).toBe(LAST_CAPABILITY);
});

test.skipIf(!existsSync(LAST_CAP))(`this kernel has no capability without a name here (needs ${LAST_CAP})`, () => {
  expect(Number(readFileSync(LAST_CAP, 'utf8'))).toBeLessThanOrEqual(LAST_CAPABILITY);
});
