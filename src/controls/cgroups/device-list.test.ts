import { describe, expect, it } from 'vitest';
import { allows, deviceList } from './device-list.ts';

const list = (...rules: string[]) => deviceList(rules.map((rule) => ({ file: rule.startsWith('+') ? 'devices.allow' : 'devices.deny', text: rule.slice(1) })));
const NULL = { type: 'c', major: 1, minor: 3 } as const;
const may = (rights: string, ...rules: string[]) => allows(list(...rules), NULL, rights);

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
