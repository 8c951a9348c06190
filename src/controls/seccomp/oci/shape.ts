// Takes a profile's JSON apart: keys that mean something, each with a value of its kind. What is not so is said with its place.

import { type Diagnostic, diagnostic } from '../../../model/diagnostic.ts';
import type { Span } from '../../../model/origin.ts';
import { suggestion } from '../nearest.ts';
import type { Json } from './json.ts';

export type Report = (found: Diagnostic) => void;

/** A value and where it stands. */
export interface Placed<T> {
  readonly value: T;
  readonly at: Span;
}

/** The members of an object by key; null where it is none. `where` is for messages: 'a profile', 'a condition'. */
export function membersOf(json: Json, where: string, keys: readonly string[], report: Report): ReadonlyMap<string, Json> | null {
  if (json.kind !== 'object') {
    report(diagnostic('HF224', { key: where, expected: 'an object', found: foundText(json) }, json.at));
    return null;
  }
  for (const { key, at } of json.members) {
    if (!keys.includes(key)) report(diagnostic('HF223', { key, where, suggestion: suggestion(key, keys, `there are ${keys.join(', ')}`) }, at));
  }
  // Go's decoder takes null for what is not there, and Docker's tools write it.
  return new Map(json.members.filter(({ value }) => value.kind !== 'null').map(({ key, value }) => [key, value]));
}

export function textOf(json: Json | undefined, key: string, report: Report): Placed<string> | null {
  if (json === undefined) return null;
  if (json.kind === 'string') return { value: json.text, at: json.at };
  return refuse(json, key, 'a string', report);
}

/** A whole number from 0 to `most`, written in digits. */
export function wholeOf(json: Json | undefined, key: string, most: bigint, report: Report): Placed<bigint> | null {
  if (json === undefined) return null;
  if (json.kind === 'number' && /^\d+$/.test(json.text) && json.text.length <= 20 && BigInt(json.text) <= most)
    return { value: BigInt(json.text), at: json.at };
  return refuse(json, key, `a whole number from 0 to ${most}`, report);
}

/** The items of a list; none where there is none. */
export function itemsOf(json: Json | undefined, key: string, report: Report): readonly Json[] {
  if (json === undefined) return [];
  return json.kind === 'array' ? json.items : (refuse(json, key, 'a list', report) ?? []);
}

export function textsOf(json: Json | undefined, key: string, report: Report): readonly Placed<string>[] {
  return itemsOf(json, key, report).flatMap((item) => textOf(item, key, report) ?? []);
}

/** What a word of a table stands for; null for none, which is said. */
export function wordOf<T>(word: Placed<string> | null, what: string, table: Readonly<Record<string, T>>, report: Report): Placed<T> | null {
  if (word === null) return null;
  const meaning = Object.hasOwn(table, word.value) ? table[word.value] : undefined;
  if (meaning !== undefined) return { value: meaning, at: word.at };
  const names = Object.keys(table);
  const help = suggestion(word.value, names, `there are ${names.join(', ')}`);
  report(diagnostic('HF226', { what, name: word.value, suggestion: help }, word.at));
  return null;
}

/** The value of a key that must be there. */
export function needed(members: ReadonlyMap<string, Json>, key: string, where: string, at: Span, report: Report): Json | undefined {
  const found = members.get(key);
  if (found === undefined) report(diagnostic('HF225', { key, where }, at));
  return found;
}

function refuse(json: Json, key: string, expected: string, report: Report): null {
  report(diagnostic('HF224', { key: `'${key}'`, expected, found: foundText(json) }, json.at));
  return null;
}

function foundText(json: Json): string {
  switch (json.kind) {
    case 'object':
      return 'an object';
    case 'array':
      return 'a list';
    case 'string':
      return `'${json.text}'`;
    default:
      return json.text;
  }
}
