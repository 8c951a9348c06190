// What a grammar says of itself: its form in words, and values that it takes and refuses. The help of keys, the page of
// documentation and the tests are made of it.

import type { Grammar } from './entry.ts';

/** A value that is refused; `wrong`: the part of it that is at fault, where that is not all of it. */
export interface Malformed {
  readonly text: string;
  readonly wrong?: string;
}

export interface GrammarText {
  /** What stands behind `=`. */
  readonly form: string;
  readonly valid: readonly string[];
  /** None: any text is read, and what it names is looked at later. */
  readonly malformed: readonly Malformed[];
}

type Of<K extends Grammar['kind']> = Extract<Grammar, { kind: K }>;

const all = (...texts: readonly string[]): readonly Malformed[] => texts.map((text) => ({ text }));
const part = (text: string, wrong: string): Malformed => ({ text, wrong });

/** PATH_MAX with its NUL. */
const TOO_LONG = `/${'a'.repeat(4095)}`;

const texts: { readonly [K in Grammar['kind']]: (grammar: Of<K>) => GrammarText } = {
  clear: () => ({ form: 'nothing: the line clears', valid: [''], malformed: all('0', 'none') }),
  include: () => ({ form: 'a file, or a directory with files *.conf', valid: ['/etc/lxc/example.conf', '/etc/lxc/'], malformed: all(TOO_LONG) }),
  boolean: () => ({ form: '0 or 1', valid: ['0', '1', '0x1', '01'], malformed: all('yes', '2', '-1', 'true', '0x', '1 1') }),
  integer: ({ min, max }) => ({
    form: max === Number.MAX_SAFE_INTEGER ? `a number from ${min} on` : `a number from ${min} to ${max}`,
    valid: [...new Set([min, min + 1, max].map(String)), `0x${(min < 0 ? 1 : min).toString(16)}`],
    malformed: all('many', '1.5', '1k', String(min - 1), '0x', '09', '--1', '1 2', '9'.repeat(30)),
  }),
  text: (grammar) =>
    'like' in grammar
      ? { form: grammar.expected, valid: grammar.valid, malformed: all(...grammar.malformed) }
      : { form: 'text', valid: ['any text'], malformed: [] },
  choice: ({ of, anyCase }) => ({
    form: `${of.length === 1 ? '' : 'one of '}${of.join(', ')}`,
    valid: anyCase ? [...of, ...of.map((one) => one.toUpperCase())] : of,
    malformed: all('nonsense', `${of[0]}x`, `${of[0]} ${of[0]}`),
  }),
  address: ({ family, form }) => ADDRESSES[family][form],
  path: () => ({ form: 'a path', valid: ['/etc/lxc/example.conf'], malformed: all(TOO_LONG) }),
  relative: ({ single }) =>
    single
      ? { form: 'the name of one directory', valid: ['inner'], malformed: all('/inner', 'a/b', '..', '.') }
      : { form: "a relative path without '..'", valid: ['a', 'a/b'], malformed: all('/a', '../a', 'a/../b') },
  words: () => ({ form: 'words', valid: ['one', 'one two'], malformed: [] }),
  ids: () => ({
    form: 'numbers with commas between',
    valid: ['10', '10,20', '10, 0x14'],
    malformed: [part('10,x', 'x'), part('4294967295', '4294967295'), ...all(',')],
  }),
  capabilities: ({ none }) => ({
    form: `names of capabilities(7) in lower case without CAP_, or numbers${none ? ", or 'none'" : ''}`,
    valid: ['sys_time', 'sys_time mac_admin', '25', ...(none ? ['none'] : [])],
    malformed: [part('sys_time CAP_CHOWN', 'CAP_CHOWN'), part('sys_tmie', 'sys_tmie'), part('chown 64', '64'), ...(none ? [] : [part('chown none', 'none')])],
  }),
  signal: () => ({
    form: 'a name such as SIGTERM, SIGRTMIN+3 or SIGRTMAX-1, or a number up to 64',
    valid: ['SIGTERM', 'SIGRTMIN+3', 'SIGRTMAX-1', '15'],
    malformed: all('TERM', 'SIGTREM', '65', 'SIGRTMIN', 'SIGRTMIN+99', '-9'),
  }),
  rlimit: () => ({
    form: "soft[:hard], each a number or 'unlimited'",
    valid: ['1024', '1024:2048', 'unlimited', '1024:unlimited'],
    malformed: all('many', '2048:1024', 'unlimited:1', '1:2:3', '-1', '18446744073709551616'),
  }),
  idmap: () => ({
    form: "'u' or 'g', the first id inside, the first id outside, how many",
    valid: ['u 0 100000 65536', 'g 0 100000 65536', 'b 0 100000 65536'],
    malformed: [
      part('x 0 100000 1', 'x'),
      part('u 0 1e5 1', '1e5'),
      part('u -1 0 1', '-1'),
      ...all('u', 'u 0 100000', 'u 0 100000 0', 'u 0 4294967295 1', 'u 1 2 3 4'),
    ],
  }),
  namespaces: () => ({
    form: 'names of namespaces: user mnt pid uts ipc net cgroup time',
    valid: ['net', 'user mnt pid uts ipc net cgroup time'],
    malformed: [part('user nett', 'nett'), part('pid,net', 'pid,net')],
  }),
  'mount-auto': () => ({
    form: 'proc[:mixed|:rw] sys[:mixed|:ro|:rw] cgroup[-full][:mixed|:ro|:rw][:force] cgroup2[:ro][:force] shmounts:HOST[:CONTAINER]',
    valid: ['proc', 'proc:mixed sys:ro', 'cgroup:rw:force', 'cgroup2', 'shmounts:/srv'],
    malformed: [part('proc procc', 'procc'), part('sys:rx', 'sys:rx'), part('proc:ro', 'proc:ro'), part('shmounts:', 'shmounts:')],
  }),
  mount: () => ({
    form: 'SOURCE TARGET TYPE [OPTIONS [DUMP [PASS]]], as in fstab(5); the options also optional, create=dir, create=file, relative, idmap=',
    valid: ['/srv srv none bind,create=dir 0 0', 'tmpfs tmp tmpfs'],
    malformed: [...all('/srv', '/srv srv'), part('/srv srv none bind 0 x', 'x'), part('/srv / none bind', '/'), part('a b c d 0 0 more', 'more')],
  }),
  root: () => ({ form: '[dir:]PATH, or overlay:LOWER:UPPER', valid: ['/srv/root', 'dir:/srv/root', 'overlay:/srv/lower:/srv/upper'], malformed: [] }),
  'root-options': () => ({
    form: 'mount options with commas between',
    valid: ['ro', 'rw,nosuid'],
    malformed: [part('ro,optional', 'optional'), part('create=dir', 'create=dir')],
  }),
  arch: () => ({
    form: 'the name of an architecture, as uname -m prints it or as Debian has it',
    valid: ['x86_64', 'i686', 'amd64'],
    malformed: all('arm65', 'X86_64', 'x86_64 i686'),
  }),
  command: () => ({
    form: 'a program and its arguments, in \'...\' or "..." what has blanks',
    valid: ['/sbin/init', '/bin/sh -c "exec x"'],
    malformed: [part('/bin/sh -c "exec', '"')],
  }),
  environment: () => ({ form: "NAME=VALUE, or NAME for the caller's value", valid: ['LANG=C', 'A=b=c'], malformed: all('=x') }),
  'key-pattern': () => ({
    form: "a key, or the beginning of keys with '*' behind it",
    valid: ['lxc.apparmor.profile', 'lxc.hook.*'],
    malformed: all('lxc.cap.dorp', 'nothing.*', '*'),
  }),
};

const ADDRESSES: Readonly<Record<4 | 6, Readonly<Record<'interface' | 'route' | 'gateway', GrammarText>>>> = {
  4: {
    interface: {
      form: 'ADDRESS[/BITS] [BROADCAST]',
      valid: ['10.0.3.2/24', '10.0.3.2', '10.0.3.2/24 10.0.3.255'],
      malformed: [...all('10.0.3', '10.0.3.256/24', '10.0.3.2/33', '10.0.3.2/x'), part('10.0.3.2/24 10.0.3', '10.0.3'), part('10.0.3.2 10.0.3.255 x', 'x')],
    },
    route: { form: 'ADDRESS/BITS', valid: ['10.0.3.0/24'], malformed: [...all('10.0.3.0', '10.0.3.0/33', 'fd00::/64'), part('10.0.3.0/24 x', 'x')] },
    gateway: { form: "ADDRESS, 'auto' or 'dev'", valid: ['10.0.3.1', 'auto', 'dev'], malformed: all('10.0.3.1/24', 'automatic', 'fd00::1') },
  },
  6: {
    interface: {
      form: 'ADDRESS[/BITS]',
      valid: ['fd00::2/64', 'fd00::2'],
      malformed: [...all('fd00::2/129', 'fd00:::2', '10.0.3.2', 'g::'), part('fd00::2/64 x', 'x')],
    },
    route: { form: 'ADDRESS/BITS', valid: ['fd00::/64'], malformed: all('fd00::', 'fd00::/129', '10.0.3.0/24') },
    gateway: { form: "ADDRESS, 'auto' or 'dev'", valid: ['fd00::1', 'auto', 'dev'], malformed: all('fd00::1/64', '10.0.3.1', 'fd00') },
  },
};

/** What a grammar says of itself. */
export function grammarText<K extends Grammar['kind']>(grammar: Of<K>): GrammarText {
  return texts[grammar.kind](grammar);
}
