// Numbers as LXC reads them: strtoul(3) with base 0, so 0x10 is 16 and 010 is 8.

import type { Grammar } from '../keys/entry.ts';
import type { Report, Value, ValueText } from '../value.ts';
import { isComma, refuse, wordsOf } from './refuse.ts';

/** The number, or null. Beyond 2^53 it is not exact, and no limit here lies there. */
export function numberOf(text: string): number | null {
  if (/^0[xX][0-9a-fA-F]+$/.test(text)) return Number(text);
  if (/^0[0-7]*$/.test(text)) return Number.parseInt(text, 8);
  return /^[1-9]\d*$/.test(text) ? Number(text) : null;
}

const YES = ['yes', 'true', 'on', 'enable', 'enabled'];
const NO = ['no', 'false', 'off', 'disable', 'disabled'];

export function parseBoolean(value: ValueText, report: Report): Value {
  const number = numberOf(value.text);
  if (number === 0 || number === 1) return { kind: 'boolean', value: number === 1 };
  const word = value.text.toLowerCase();
  return refuse(value, report, '0 or 1', YES.includes(word) ? 'write 1' : NO.includes(word) ? 'write 0' : '');
}

export function parseInteger(value: ValueText, report: Report, grammar: Grammar): Value {
  const { min, max } = grammar.kind === 'integer' ? grammar : { min: 0, max: 0 };
  const negative = value.text.startsWith('-');
  const size = numberOf(negative ? value.text.slice(1) : value.text);
  const number = size === null ? null : negative ? 0 - size : size;
  if (number !== null && number >= min && number <= max) return { kind: 'integer', value: number };
  return refuse(value, report, max === Number.MAX_SAFE_INTEGER ? 'a positive number' : `a number from ${min} to ${max}`);
}

/** Comma-separated ids. (gid_t) -1 is none. */
export function parseIds(value: ValueText, report: Report): Value {
  const ids: number[] = [];
  for (const { value: word, offset } of wordsOf(value, isComma)) {
    const id = numberOf(word.trim());
    if (id === null || id > 0xffff_fffe) return refuse(value, report, 'ids with commas between', '', { text: word, offset });
    ids.push(id);
  }
  return ids.length === 0 ? refuse(value, report, 'ids with commas between') : { kind: 'ids', ids };
}
