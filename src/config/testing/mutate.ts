// Configurations for the fuzzer: made out of the table of keys, or mutated from files that exist. The grammar is known, so most of
// what comes out is read deeply, and goes wrong in one place.

import { KEYS } from '../keys/lookup.ts';
import type { Random } from './random.ts';
import { keysOf, samplesOf } from './samples.ts';

const AWKWARD = [
  '\0',
  '\r',
  '\n',
  '\r\n',
  '\uFEFF',
  '\uD800',
  '\uDC00',
  '\uFFFD',
  '\u2028',
  '\u00A0',
  '\v',
  '\f',
  '\t',
  '\\',
  '\\040',
  '\\000',
  '"',
  "'",
  '#',
  '=',
  ' = ',
  '.',
  '..',
  ':',
  ',',
  'lxc.',
  'holdfast.',
  'lxc.include = /c',
  'lxc.include = /inc/',
  'lxc.net.',
  'lxc.network.type = veth',
  'lxc.net.0',
  'lxc.net.4294967295.type = veth',
  '__proto__',
  'constructor',
  'toString',
  '-1',
  '0x',
  '18446744073709551616',
  '9'.repeat(400),
  '%n',
  'a'.repeat(5000),
  'none',
  'unlimited',
  'SIGRTMIN+',
  'b 0 0 1',
  'x'.repeat(65_537),
  '::',
  '/'.repeat(5000),
  '{key}',
  '$&',
];

/** A key: one of the table, one of an older release, or one that is nearly one. */
export function randomKey(random: Random): string {
  const entry = random.pick(KEYS);
  const key = random.once(5) ? random.pick(entry.old ?? [entry.name]) : random.pick(keysOf(entry));
  return random.once(10) ? mutate(random, key) : key;
}

function randomLine(random: Random): string {
  const entry = random.pick(KEYS);
  const { right, wrong } = samplesOf(random.once(8) ? random.pick(KEYS) : entry);
  const values = random.once(3) ? wrong : right;
  const value = values.length === 0 || random.once(10) ? '' : random.pick(values);
  const key = random.once(8) ? randomKey(random) : random.pick(keysOf(entry));
  return `${key} = ${value}`;
}

/** A text of a few lines; `files` are existing ones, of which parts are taken. */
export function randomConfig(random: Random, files: readonly string[]): string {
  const base = files.length > 0 && random.once(4) ? part(random, random.pick(files)) : '';
  const lines = Array.from({ length: random.below(8) }, () => randomLine(random)).join(random.once(12) ? '\r' : '\n');
  let text = `${base}${lines}${random.once(2) ? '\n' : ''}`;
  for (let times = random.below(4); times > 0; times--) text = mutate(random, text);
  return text;
}

/** Some lines of a file that follow each other. */
function part(random: Random, text: string): string {
  const lines = text.split('\n');
  const start = random.below(lines.length);
  return `${lines.slice(start, start + 1 + random.below(12)).join('\n')}\n`;
}

/** The text with one change: something inserted, left out, repeated, moved or replaced. */
function mutate(random: Random, text: string): string {
  const at = random.below(text.length + 1);
  const to = Math.min(text.length, at + random.below(12));
  switch (random.below(6)) {
    case 0:
      return text.slice(0, at) + random.pick(AWKWARD) + text.slice(at);
    case 1:
      return text.slice(0, at) + text.slice(to);
    case 2:
      return text.slice(0, to) + text.slice(at);
    case 3:
      return text.slice(0, at) + String.fromCharCode(random.below(random.once(3) ? 0x1_0000 : 0x80)) + text.slice(at + 1);
    case 4:
      return text.slice(at) + text.slice(0, at);
    default:
      return text.slice(0, at) + text.slice(at, to).split('').reverse().join('') + text.slice(to);
  }
}
