// One line of a device list, as admin-guide/cgroup-v1/devices.rst defines it, and LXC's `/dev/NAME RIGHTS` beside it.

import type { HostFacts } from '../../model/host.ts';

/** Some of r, w and m, each once, in this order. */
export type Rights = string;
export type DeviceType = 'b' | 'c';

export interface DeviceNumbers {
  readonly type: DeviceType;
  /** null: every number. */
  readonly major: number | null;
  readonly minor: number | null;
}

/** `all` begins the list again: everything is allowed, or nothing. */
export type DeviceRule =
  | { readonly verb: 'allow' | 'deny'; readonly kind: 'all' }
  | ({ readonly verb: 'allow' | 'deny'; readonly kind: 'some'; readonly rights: Rights } & DeviceNumbers);

/** What is wrong with a rule, and how it would be right. */
export interface RuleFault {
  readonly reason: string;
  readonly form: string;
}

const LETTERS = ['r', 'w', 'm'] as const;
const BY_NAME = /^(\/\S+) ([rwm]{1,3})$/;
/** The kernel reads one rule of a write and ignores what follows it without an error, so the whole text must be one. */
const BY_NUMBER = /^([bc]) (\d+|\*):(\d+|\*) ([rwm]{1,3})$/;
/** MINORBITS of include/linux/kdev_t.h: 12 bits are the major number, 20 the minor. */
const HIGHEST = { major: 0xfff, minor: 0xf_ffff } as const;

/** Their order and repetitions say nothing. */
export function rightsOf(letters: Iterable<string>): Rights {
  const found = new Set(letters);
  return LETTERS.filter((letter) => found.has(letter)).join('');
}

/** Reads the text of a rule. Names are resolved by what the machine has there. */
export function readRule(verb: 'allow' | 'deny', value: string, paths: HostFacts['paths']): DeviceRule | RuleFault {
  const text = value.trim().split(/\s+/).join(' ');
  if (text === 'a' || text === 'a *:* rwm') return { verb, kind: 'all' };
  const [, path, named] = BY_NAME.exec(text) ?? [];
  if (path !== undefined && named !== undefined) {
    const fact = paths[path];
    if (fact?.kind === 'char' || fact?.kind === 'block') {
      return { verb, kind: 'some', type: fact.kind === 'char' ? 'c' : 'b', major: fact.major, minor: fact.minor, rights: rightsOf(named) };
    }
    const reason = fact === undefined || fact.kind === 'missing' ? `there is no ${path} on this machine` : `${path} is no device`;
    return { reason, form: "TYPE MAJOR:MINOR RIGHTS for a device that is not there, such as 'c 10:200 rwm'" };
  }
  const [, type, major = '', minor = '', rights = ''] = BY_NUMBER.exec(text) ?? [];
  if (type !== 'b' && type !== 'c') return faultOf(text);
  const high = Number(major) > HIGHEST.major ? 'major' : Number(minor) > HIGHEST.minor ? 'minor' : null;
  if (high !== null) {
    return { reason: `the highest ${high} number is ${HIGHEST[high]}`, form: `'${type} ${high === 'major' ? '*:*' : `${major}:*`} ${rights}'` };
  }
  return { verb, kind: 'some', type, major: numberOf(major), minor: numberOf(minor), rights: rightsOf(rights) };
}

const numberOf = (text: string): number | null => (text === '*' ? null : Number(text));

/** The rule as the kernel's files take it. */
export function ruleText(rule: DeviceRule): string {
  return rule.kind === 'all' ? 'a' : `${numbersText(rule)} ${rule.rights}`;
}

/** `c 136:*`. */
export function numbersText({ type, major, minor }: DeviceNumbers): string {
  return `${type} ${major ?? '*'}:${minor ?? '*'}`;
}

/** The path that a rule names: what the compiler must ask the machine about (HostFacts.paths). */
export function namedPath(value: string): string | null {
  return BY_NAME.exec(value.trim().split(/\s+/).join(' '))?.[1] ?? null;
}

/** Puts the words that are there into the order and the form they should have; what is missing is filled in. */
function faultOf(text: string): RuleFault {
  const words = text
    .replaceAll(',', ' ')
    .split(/\s+/)
    .filter((word) => word !== '');
  const path = words.find((word) => word.includes('/'));
  const rights = words.find((word) => /^[rwmx]{1,4}$/i.test(word))?.toLowerCase();
  const whole = rightsOf(rights ?? 'rwm') || 'rwm';
  if (path !== undefined) {
    const full = path.startsWith('/') ? path : `/${path}`;
    return { reason: rights === undefined ? 'the rights are missing' : 'a path is absolute, and rights come behind it', form: `'${full} ${whole}'` };
  }
  const type = words.find((word) => /^[abc]$/i.test(word))?.toLowerCase();
  if (type === 'a')
    return { reason: "'a' is all devices with all rights, and takes nothing but '*:* rwm'", form: "'a', or 'c *:* r' and 'b *:* r' for one of the rights" };
  const numbers = words.filter((word) => /^[\d*:]+$/.test(word)).join(' ');
  const [major = '1', minor = '*'] = numbers.match(/\d+|\*/g) ?? ['1', '3'];
  return { reason: reasonOf(words, { type, numbers, rights }), form: `'${type ?? 'c'} ${major}:${minor} ${whole}'` };
}

/** The first thing that is wrong, from left to right. */
function reasonOf(
  words: readonly string[],
  found: { readonly type: string | undefined; readonly numbers: string; readonly rights: string | undefined },
): string {
  const { type, numbers, rights } = found;
  if (type === undefined) return "the type is missing: 'c' for a character device, 'b' for a block device";
  if (type !== words[0]) return /^[ABC]$/.test(words[0] ?? '') ? 'the type is a small letter' : 'its parts are TYPE MAJOR:MINOR RIGHTS, in this order';
  if (numbers === '') return 'the numbers are missing';
  if (!numbers.includes(':')) return numbers.includes(' ') ? 'a colon joins MAJOR and MINOR' : 'MAJOR has no MINOR behind it';
  if (!/^(\d+|\*):(\d+|\*)$/.test(numbers)) {
    return numbers.includes(' ') ? 'it is more than one rule, or a blank stands beside the colon' : 'MAJOR and MINOR are each a number or *';
  }
  if (rights === undefined) return words.length === 2 ? 'the rights are missing' : "the rights are some of 'r', 'w' and 'm'";
  if (rights.includes('x')) return "a device has no right 'x'; 'm' is to make its node";
  return words.length > 3 ? 'it is more than one rule' : 'its parts are TYPE MAJOR:MINOR RIGHTS, in this order';
}
