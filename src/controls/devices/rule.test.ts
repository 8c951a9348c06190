import { describe, expect, it } from 'vitest';
import { diagnostic, diagnosticText } from '../../model/diagnostic.ts';
import { readRule, ruleText } from './rule.ts';

const PATHS = {
  '/dev/net/tun': { kind: 'char', major: 10, minor: 200 },
  '/dev/sda': { kind: 'block', major: 8, minor: 0 },
  '/dev/shm': { kind: 'dir' },
} as const;
const read = (text: string) => readRule('allow', text, PATHS);

describe('rules that are right', () => {
  it.each([
    ['a', 'a'],
    ['a *:* rwm', 'a'],
    ['c 1:3 rwm', 'c 1:3 rwm'],
    ['c 1:3 mr', 'c 1:3 rm'],
    ['c 1:3 rrr', 'c 1:3 r'],
    ['c *:* m', 'c *:* m'],
    ['b 8:* r', 'b 8:* r'],
    [' c  136:*\t rw ', 'c 136:* rw'],
    ['c 4095:1048575 r', 'c 4095:1048575 r'],
    ['/dev/net/tun rwm', 'c 10:200 rwm'],
    ['/dev/sda  r', 'b 8:0 r'],
  ])('%s is %s', (text, meant) => {
    const rule = read(text);
    expect('reason' in rule ? rule : ruleText(rule)).toBe(meant);
  });
});

describe('rules that are wrong: why, and the form that is right', () => {
  it.each([
    ['c 1 1', 'a colon joins MAJOR and MINOR', "'c 1:1 rwm'"],
    ['c 1 1 rw', 'a colon joins MAJOR and MINOR', "'c 1:1 rw'"],
    ['c 1', 'MAJOR has no MINOR behind it', "'c 1:* rwm'"],
    ['c 1 r', 'MAJOR has no MINOR behind it', "'c 1:* r'"],
    ['c 1: r', 'MAJOR and MINOR are each a number or *', "'c 1:* r'"],
    ['c 1:3:4 r', 'MAJOR and MINOR are each a number or *', "'c 1:3 r'"],
    ['c 1: 3 r', 'it is more than one rule, or a blank stands beside the colon', "'c 1:3 r'"],
    ['c 1:3', 'the rights are missing', "'c 1:3 rwm'"],
    ['c 1:3 rwx', "a device has no right 'x'; 'm' is to make its node", "'c 1:3 rw'"],
    ['c 1:3 q', "the rights are some of 'r', 'w' and 'm'", "'c 1:3 rwm'"],
    ['c rwm 1:3', 'its parts are TYPE MAJOR:MINOR RIGHTS, in this order', "'c 1:3 rwm'"],
    ['rwm c 1:3', 'its parts are TYPE MAJOR:MINOR RIGHTS, in this order', "'c 1:3 rwm'"],
    ['1:3 c rwm', 'its parts are TYPE MAJOR:MINOR RIGHTS, in this order', "'c 1:3 rwm'"],
    ['C 1:3 rwm', 'the type is a small letter', "'c 1:3 rwm'"],
    ['1:3 rwm', "the type is missing: 'c' for a character device, 'b' for a block device", "'c 1:3 rwm'"],
    ['d 1:3 r', "the type is missing: 'c' for a character device, 'b' for a block device", "'c 1:3 r'"],
    ['c 1:3 rwm c 1:5 rwm', 'it is more than one rule, or a blank stands beside the colon', "'c 1:3 rwm'"],
    ['c rwm', 'the numbers are missing', "'c 1:3 rwm'"],
    ['c -1:3 r', 'the numbers are missing', "'c 1:3 r'"],
    ['c 4096:1 r', 'the highest major number is 4095', "'c *:* r'"],
    ['c 1:1048576 r', 'the highest minor number is 1048575', "'c 1:* r'"],
    ['c 99999999999999999999:1 r', 'the highest major number is 4095', "'c *:* r'"],
    ['a 1:3 rwm', "'a' is all devices with all rights, and takes nothing but '*:* rwm'", "'a', or 'c *:* r' and 'b *:* r' for one of the rights"],
    ['/dev/net/tun', 'the rights are missing', "'/dev/net/tun rwm'"],
    ['dev/net/tun r', 'a path is absolute, and rights come behind it', "'/dev/net/tun r'"],
    ['rw /dev/net/tun', 'a path is absolute, and rights come behind it', "'/dev/net/tun rw'"],
    ['/dev/shm rw', '/dev/shm is no device', "TYPE MAJOR:MINOR RIGHTS for a device that is not there, such as 'c 10:200 rwm'"],
    ['/dev/nope rw', 'there is no /dev/nope on this machine', "TYPE MAJOR:MINOR RIGHTS for a device that is not there, such as 'c 10:200 rwm'"],
  ])('%s', (text, reason, form) => {
    expect(read(text)).toEqual({ reason, form });
  });

  it('is told with its text, the reason and the form', () => {
    const fault = read('c 1 1');
    if (!('reason' in fault)) throw new Error('it is none');
    const { message, help } = diagnosticText(diagnostic('HF514', { value: 'c 1 1', ...fault }));
    expect(message).toBe("'c 1 1' is no device rule: a colon joins MAJOR and MINOR");
    expect(help).toContain("write 'c 1:1 rwm'; a rule is");
  });
});
