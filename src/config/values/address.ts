// lxc.net.N.ipv4.* and .ipv6.*: addresses, routes and gateways, read as inet_pton(3) and printed as inet_ntop(3) would.

import type { Grammar } from '../keys/entry.ts';
import type { Report, Value, ValueText } from '../value.ts';
import { refuse, type Word, wordsOf } from './refuse.ts';

type Family = 4 | 6;

const BITS: Readonly<Record<Family, number>> = { 4: 32, 6: 128 };
const EXAMPLES: Readonly<Record<Family, string>> = { 4: '10.0.3.2', 6: 'fd00::2' };
const USUAL: Readonly<Record<Family, string>> = { 4: '/24', 6: '/64' };

/** The value stays a text: as it is printed, the address shortened. */
export function parseAddress(value: ValueText, report: Report, grammar: Grammar): Value {
  const { family, form } = grammar.kind === 'address' ? grammar : ({ family: 4, form: 'interface' } as const);
  const example = EXAMPLES[family];
  if (form === 'gateway') {
    if (value.text === 'auto' || value.text === 'dev') return { kind: 'text', value: value.text };
    const gateway = addressText(value.text, family);
    return gateway === null ? refuse(value, report, `an IPv${family} address such as ${example}, 'auto' or 'dev'`) : { kind: 'text', value: gateway };
  }
  const [first, broadcast, ...more] = wordsOf(value);
  const surplus = family === 4 && form === 'interface' ? more[0] : broadcast;
  const wrong = (expected: string, word?: Word): Value =>
    refuse(value, report, expected, '', word === undefined ? undefined : { text: word.value, offset: word.offset });
  if (surplus) return wrong('nothing more', surplus);
  const [written = '', bits, ...rest] = first?.value.split('/') ?? [];
  const address = addressText(written, family);
  if (address === null || rest.length > 0) return wrong(`an IPv${family} address and its prefix, such as ${example}${USUAL[family]}`, first);
  if (bits === undefined ? form === 'route' : !/^\d{1,3}$/.test(bits) || Number(bits) > BITS[family]) {
    return wrong(`a prefix of at most ${BITS[family]} bits behind the address, such as ${example}${USUAL[family]}`, first);
  }
  const other = broadcast === undefined ? '' : addressText(broadcast.value, family);
  if (other === null) return wrong('the broadcast address', broadcast);
  const prefix = bits === undefined ? (family === 6 ? '/64' : '') : `/${Number(bits)}`;
  return { kind: 'text', value: `${address}${prefix}${other && ` ${other}`}` };
}

/** The address in its shortest form, null when it is none. */
export function addressText(text: string, family: Family): string | null {
  if (family === 4) return octets(text)?.join('.') ?? null;
  const groups = groupsOf(text);
  return groups && textOf(groups);
}

/** Four decimal numbers without leading zeros. */
function octets(text: string): readonly number[] | null {
  const parts = text.split('.');
  return parts.length === 4 && parts.every((part) => /^(0|[1-9]\d{0,2})$/.test(part) && Number(part) < 256) ? parts.map(Number) : null;
}

/** Eight groups of 16 bits; `::` stands for as many zero ones as are missing, at least one. */
function groupsOf(text: string): readonly number[] | null {
  const [head = '', tail, ...more] = text.split('::');
  if (more.length > 0) return null;
  const before = sideOf(head, tail === undefined);
  const after = tail === undefined ? [] : sideOf(tail, true);
  if (before === null || after === null) return null;
  const missing = 8 - before.length - after.length;
  if (tail === undefined ? missing !== 0 : missing < 1) return null;
  return [...before, ...Array<number>(missing).fill(0), ...after];
}

/** One side of `::`. The last two groups of the address may be written as an IPv4 address. */
function sideOf(text: string, isLast: boolean): readonly number[] | null {
  if (text === '') return [];
  const parts = text.split(':');
  const dotted = isLast && parts.at(-1)?.includes('.') ? octets(parts.pop() ?? '') : [];
  if (dotted === null || !parts.every((part) => /^[0-9a-f]{1,4}$/i.test(part))) return null;
  const [a, b, c, d] = dotted;
  const last = a === undefined || b === undefined || c === undefined || d === undefined ? [] : [a * 256 + b, c * 256 + d];
  return [...parts.map((part) => Number.parseInt(part, 16)), ...last];
}

/** RFC 5952: the first of the longest runs of two zero groups or more is `::`; IPv4 in IPv6 is written with dots. */
function textOf(groups: readonly number[]): string {
  const run = longestZeros(groups);
  const mapped = run.start === 0 && (run.length === 6 || (run.length === 5 && groups[5] === 0xffff));
  const hex = groups.slice(0, mapped ? 6 : 8).map((group) => group.toString(16));
  const quad = mapped
    ? [
        groups
          .slice(6)
          .flatMap((group) => [group >> 8, group & 0xff])
          .join('.'),
      ]
    : [];
  const words = (from: readonly string[]) => from.join(':');
  if (run.length < 2) return words([...hex, ...quad]);
  return `${words(hex.slice(0, run.start))}::${words([...hex.slice(run.start + run.length), ...quad])}`;
}

function longestZeros(groups: readonly number[]): { readonly start: number; readonly length: number } {
  let best = { start: 0, length: 0 };
  for (let start = 0; start < groups.length; start++) {
    let length = 0;
    while (groups[start + length] === 0) length++;
    if (length > best.length) best = { start, length };
  }
  return best;
}
