// Configurations that try a reader: every key with every sample of its grammar, and longer ones with repeats, clears, includes and odd spacing.

import { KEYS, type KeyEntry } from '../../src/config/index.ts';
import { type Random, randomFrom } from '../../src/config/testing/random.ts';
import { INTERFACES, keysOf, samplesOf } from '../../src/config/testing/samples.ts';

export interface Probe {
  readonly title: string;
  readonly text: string;
  /** Files that it includes: `$HERE/NAME` in `text` is one of them. */
  readonly files: Readonly<Record<string, string>>;
  /** The keys to compare. */
  readonly keys: readonly string[];
}

/** LXC 5.0.2 has every key but these of other generations. */
const OTHERS = ['lxc.cap.inheritance', 'lxc.environment.runtime', 'lxc.environment.hooks', 'lxc.rootfs.backend'];
const isOurs = ({ name }: KeyEntry): boolean => name.startsWith('holdfast.');
const isOther = ({ name }: KeyEntry): boolean => OTHERS.includes(name);

/** Every key that both have. */
export const SHARED_KEYS: readonly string[] = KEYS.filter((entry) => !isOurs(entry) && !isOther(entry) && entry.name !== 'lxc.include').flatMap(keysOf);

/** The line that has to stand in front of a line about this key. */
function typeLine(key: string): string {
  const [, index] = /^lxc\.net\.(\d)\.(?!type$)/.exec(key) ?? [];
  const type = Object.entries(INTERFACES).find(([, number]) => String(number) === index)?.[0];
  return type === undefined ? '' : `lxc.net.${index}.type = ${type}\n`;
}

/** `KEY = VALUE` for each key and each sample, alone; the key cleared, and cleared behind the first sample. */
export function singleProbes(): readonly Probe[] {
  return KEYS.filter((entry) => !isOurs(entry)).flatMap((entry) =>
    keysOf(entry).flatMap((key, member) => {
      const { right, wrong } = samplesOf(entry);
      const [first = ''] = right;
      // Of a family's members one is tried in full.
      const values = member > 0 ? right.slice(0, 2) : [...right, ...wrong];
      const texts = [...new Set([...values, ''].map((value) => `${key} = ${value}`.trimEnd()))];
      if (first !== '') texts.push(`${key} = ${first}\n${key} =`);
      const keys = [key, ...(entry.clearedBy === undefined ? [] : [entry.clearedBy.replace('N', '0')]), 'lxc.net'];
      return texts.map(
        (text): Probe => ({
          title: text.replaceAll('\n', ' | '),
          text: typeLine(key) + text,
          files: {},
          keys: isOther(entry) || entry.name === 'lxc.include' ? [] : keys,
        }),
      );
    }),
  );
}

/** Names of LXC 1 and 2.0. */
export function oldProbes(): readonly Probe[] {
  const named = KEYS.flatMap((entry) => (entry.old ?? []).map((name) => ({ name, entry })));
  const lines = named.map(({ name, entry }) => (name.endsWith('.') ? `${name}nofile = 1` : `${name} = ${samplesOf(entry).right[0] ?? '/dev/null'}`.trimEnd()));
  return [...lines, 'lxc.network.type = veth', 'lxc.kmsg = 1', 'lxc.pivotdir = /x'].map((text) => ({ title: text, text, files: {}, keys: [] }));
}

/** Pairs that either reader refuses together. */
const RIVALS: readonly (readonly [RegExp, RegExp])[] = [
  [/^lxc\.cap\.drop/, /^lxc\.cap\.keep/],
  [/^lxc\.namespace\.clone/, /^lxc\.namespace\.keep/],
  [/^lxc\.cgroup\.dir$/, /^lxc\.cgroup\.dir\./],
];

/** What a long configuration is made of: nothing that needs another line in front of it, and one side of each rivalry. */
function choice(random: Random): readonly KeyEntry[] {
  const left = RIVALS.map((pair) => random.pick(pair));
  return KEYS.filter(
    (entry) =>
      samplesOf(entry).right.length > 0 && !isOther(entry) && !/^lxc\.net(\.N(\.type)?)?$/.test(entry.name) && !left.some((rival) => rival.test(entry.name)),
  );
}

const SPACES = ['', ' ', '  ', '\t', ' \t '];

function spaced(random: Random, key: string, value: string): string {
  const quote = random.once(6) ? random.pick(['"', "'"]) : '';
  return `${random.pick(SPACES)}${key}${random.pick(SPACES)}=${random.pick(SPACES)}${quote}${value}${quote}${random.pick(SPACES)}`;
}

/** A configuration of up to sixty lines that are all right, some of them in included files. */
export function mixedProbe(seed: number): Probe {
  const random = randomFrom(seed);
  const keys = choice(random);
  const lines = (most: number): string => {
    const all: string[] = [];
    for (let left = 1 + random.below(most); left > 0; left--) all.push(...someLines(random, random.pick(keys)));
    return all.map((line) => line + random.pick(['\n', '\n', '\n', '\n\n', '\r\n', '\n# comment = x\n', '\n \t\n'])).join('');
  };
  const files: Record<string, string> = {};
  if (random.once(2)) files['a.conf'] = lines(6);
  if (random.once(4)) files['d/one.conf'] = lines(4);
  const include = (file: string, path: string): string => (files[file] === undefined ? '' : `lxc.include = $HERE/${path}\n`);
  const types = Object.entries(INTERFACES).map(([type, index]) => `lxc.net.${index}.type = ${type}\n`);
  const text = `${types.join('')}${lines(12)}${include('a.conf', 'a.conf')}${lines(8)}${include('d/one.conf', 'd/')}${lines(4)}`;
  return { title: `seed ${seed}`, text, files, keys: SHARED_KEYS };
}

function someLines(random: Random, entry: KeyEntry): readonly string[] {
  const key = random.pick(keysOf(entry));
  const lines = Array.from({ length: random.once(3) ? 2 : 1 }, () => spaced(random, key, random.pick(samplesOf(entry).right)));
  return random.once(8) ? [...lines, spaced(random, key, '')] : lines;
}
