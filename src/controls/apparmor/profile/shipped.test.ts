import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { SHIPPED_NAMES, shippedProfile } from './shipped.ts';

test.each(SHIPPED_NAMES)('share/apparmor/%s is what the rules give; UPDATE_PROFILES=1 writes it', async (name) => {
  const file = new URL(`../../../../share/apparmor/${name}`, import.meta.url);
  if (process.env['UPDATE_PROFILES'] === '1') (await import('node:fs')).writeFileSync(file, shippedProfile(name) ?? '');
  expect(readFileSync(file, 'utf8')).toBe(shippedProfile(name));
});

test('they differ in what they are for', () => {
  const text = (name: string) => shippedProfile(`lxc-container-default${name}`) ?? '';
  expect(text('')).not.toMatch(/^ {2}mount fstype=.*(cgroup|overlay|devpts|ext4)/m);
  expect(text('-cgns')).toMatch(/^ {2}mount fstype=cgroup2 /m);
  expect(text('-with-mounting')).toMatch(/ext4,xfs,btrfs/);
  expect(text('-with-nesting')).toMatch(/^ {2}pivot_root,$/m);
  expect(shippedProfile('unconfined')).toBeNull();
  expect(shippedProfile('constructor')).toBeNull();
});
