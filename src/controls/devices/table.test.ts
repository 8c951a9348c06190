import { describe, expect, it } from 'vitest';
import type { DeviceRule } from './rule.ts';
import { readRule } from './rule.ts';
import { allows, isRefused, tableOf } from './table.ts';

const rule = (text: string): DeviceRule => {
  const read = readRule(text.startsWith('+') ? 'allow' : 'deny', text.slice(1), {});
  if ('reason' in read) throw new Error(`${text}: ${read.reason}`);
  return read;
};
const may = (rights: string, ...rules: string[]) => allows(tableOf(rules.map(rule)), { type: 'c', major: 1, minor: 3, rights });

describe('allows', () => {
  it.each([
    ['a new group', 'rwm', [], true],
    ['nothing', 'r', ['-a'], false],
    ['an exception', 'rw', ['-a', '+c 1:3 rw'], true],
    ['an exception with fewer rights', 'rwm', ['-a', '+c 1:3 rw'], false],
    ['an exception for all numbers', 'm', ['-a', '+c *:* m'], true],
    ['one for another type', 'r', ['-a', '+b 1:3 r'], false],
    ['one for another number', 'r', ['-a', '+c 1:5 r'], false],
    ['rights of two rules on one device, merged', 'rw', ['-a', '+c 1:3 r', '+c 1:3 w'], true],
    ['rights of two rules on different sets, not merged', 'rw', ['-a', '+c 1:3 r', '+c 1:* w'], false],
    ['a right taken back', 'w', ['-a', '+c 1:3 rw', '-c 1:3 w'], false],
    ['what is left of it', 'r', ['-a', '+c 1:3 rw', '-c 1:3 w'], true],
    ['a denial in an open list', 'rw', ['-c 1:3 w'], false],
    ['what it does not deny', 'r', ['-c 1:3 w'], true],
    ['a denial lifted', 'w', ['-c 1:3 w', '+c 1:3 w'], true],
    ['all again', 'rwm', ['-a', '-c 1:3 r', '+a'], true],
    ['rules before a new beginning', 'r', ['-a', '+c 1:3 r', '-a *:* rwm'], false],
  ])('%s', (_, rights, rules, expected) => {
    expect(may(rights, ...rules)).toBe(expected);
  });
});

describe('isRefused: what a group above does not allow', () => {
  const refused = (own: readonly string[], asked: string, parent: readonly string[]) => {
    const above = tableOf(parent.map(rule));
    return isRefused(tableOf(own.map(rule), above), rule(asked), above);
  };
  it.each([
    ['all again below a list of exceptions', [], '+a', ['-a'], true],
    ['all again below a list of denials', [], '+a', ['-c 1:3 r'], false],
    ['more than the parent has', ['-a'], '+c 1:3 rw', ['-a', '+c 1:3 r'], true],
    ['as much as the parent has', ['-a'], '+c 1:3 r', ['-a', '+c 1:* rw'], false],
    ['what the parent denies', ['-a'], '+c 1:* r', ['-c 1:3 r'], true],
    ['what it denies otherwise', ['-a'], '+c 1:3 w', ['-c 1:3 r'], false],
    ["lifting the parent's denial", [], '+c 1:3 r', ['-c 1:3 r'], true],
    ['lifting its own', ['-c 1:5 r'], '+c 1:5 r', ['-c 1:3 r'], false],
    ['denying', [], '-a', ['-a'], false],
  ])('%s', (_, own, asked, parent, expected) => {
    expect(refused(own, asked, parent)).toBe(expected);
  });
});
