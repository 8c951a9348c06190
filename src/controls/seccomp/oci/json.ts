// JSON (RFC 8259) -> values that know where they stand. JSON.parse() keeps no places, rounds whole numbers above 2^53 and takes
// the last of two equal keys; of a policy all three would be faults that nobody sees.

import { type Diagnostic, diagnostic } from '../../../model/diagnostic.ts';
import type { Span } from '../../../model/origin.ts';

export interface Member {
  readonly key: string;
  readonly at: Span;
  readonly value: Json;
}

/** `at` covers a scalar, and the opening bracket of the others. */
export type Json =
  | { readonly kind: 'object'; readonly members: readonly Member[]; readonly at: Span }
  | { readonly kind: 'array'; readonly items: readonly Json[]; readonly at: Span }
  | { readonly kind: 'string'; readonly text: string; readonly at: Span }
  /** As it is written. */
  | { readonly kind: 'number'; readonly text: string; readonly at: Span }
  | { readonly kind: 'boolean' | 'null'; readonly text: string; readonly at: Span };

/** `value` null: the text is no JSON, and why is in `diagnostics`. */
export interface ReadJson {
  readonly value: Json | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** Profiles need 5. */
const DEEPEST = 32;
// oxlint-disable-next-line no-control-regex -- these are what a string must not hold
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const WORD = /true|false|null/y;
const BLANK = /[ \t\r\n]*/y;

/** Where in the text, and what is wrong there. */
interface Fault {
  readonly offset: number;
  readonly problem: string;
}

export function readJson(text: string, file: string): ReadJson {
  const places = placesOf(text, file);
  const cursor: Cursor = { text, offset: 0, places };
  const start = text.startsWith('\ufeff') ? 1 : 0;
  cursor.offset = start;
  const value = readValue(cursor, 0);
  const fault = isFault(value) ? value : rest(cursor);
  if (fault === null && !isFault(value)) return { value, diagnostics: [] };
  const { offset, problem } = fault ?? { offset: 0, problem: '' };
  return { value: null, diagnostics: [diagnostic('HF222', { problem }, places(offset, 1))] };
}

interface Cursor {
  readonly text: string;
  offset: number;
  readonly places: (offset: number, length: number) => Span;
}

function isFault(found: Json | Fault): found is Fault {
  return 'problem' in found;
}

function rest(cursor: Cursor): Fault | null {
  take(cursor, BLANK);
  return cursor.offset === cursor.text.length ? null : wrong(cursor, 'something stands behind its end');
}

/** What `pattern` finds at the cursor, which then stands behind it; null for nothing. */
function take(cursor: Cursor, pattern: RegExp): string | null {
  pattern.lastIndex = cursor.offset;
  const found = pattern.exec(cursor.text)?.[0] ?? null;
  cursor.offset += found?.length ?? 0;
  return found;
}

function takes(cursor: Cursor, character: string): boolean {
  take(cursor, BLANK);
  const found = cursor.text[cursor.offset] === character;
  if (found) cursor.offset++;
  return found;
}

function wrong({ text, offset }: Cursor, problem: string): Fault {
  return { offset, problem: offset >= text.length ? `it ends where ${problem.replace(/ expected$/, ' is expected')}` : problem };
}

function readValue(cursor: Cursor, depth: number): Json | Fault {
  take(cursor, BLANK);
  const from = cursor.offset;
  if (depth > DEEPEST) return wrong(cursor, `a value no deeper than ${DEEPEST} expected`);
  if (takes(cursor, '{')) return readMembers(cursor, depth, cursor.places(from, 1));
  if (takes(cursor, '[')) return readItems(cursor, depth, cursor.places(from, 1));
  const string = take(cursor, STRING);
  if (string !== null) return { kind: 'string', text: JSON.parse(string) as string, at: cursor.places(from, string.length) };
  const number = take(cursor, NUMBER);
  if (number !== null) return { kind: 'number', text: number, at: cursor.places(from, number.length) };
  const word = take(cursor, WORD);
  if (word === null) return wrong(cursor, 'a value expected');
  return { kind: word === 'null' ? 'null' : 'boolean', text: word, at: cursor.places(from, word.length) };
}

function readMembers(cursor: Cursor, depth: number, at: Span): Json | Fault {
  const members: Member[] = [];
  const seen = new Set<string>();
  if (takes(cursor, '}')) return { kind: 'object', members, at };
  do {
    take(cursor, BLANK);
    const from = cursor.offset;
    const string = take(cursor, STRING);
    if (string === null) return wrong(cursor, 'a name in quotes expected');
    const key = JSON.parse(string) as string;
    if (seen.has(key)) return { offset: from, problem: `'${key}' is there twice` };
    seen.add(key);
    if (!takes(cursor, ':')) return wrong(cursor, `':' expected`);
    const value = readValue(cursor, depth + 1);
    if (isFault(value)) return value;
    members.push({ key, at: cursor.places(from, string.length), value });
  } while (takes(cursor, ','));
  return takes(cursor, '}') ? { kind: 'object', members, at } : wrong(cursor, "',' or '}' expected");
}

function readItems(cursor: Cursor, depth: number, at: Span): Json | Fault {
  const items: Json[] = [];
  if (takes(cursor, ']')) return { kind: 'array', items, at };
  do {
    const value = readValue(cursor, depth + 1);
    if (isFault(value)) return value;
    items.push(value);
  } while (takes(cursor, ','));
  return takes(cursor, ']') ? { kind: 'array', items, at } : wrong(cursor, "',' or ']' expected");
}

/** Lines begin behind each line feed. */
function placesOf(text: string, file: string): Cursor['places'] {
  const starts = [0];
  for (let at = text.indexOf('\n'); at >= 0; at = text.indexOf('\n', at + 1)) starts.push(at + 1);
  return (offset, length) => {
    let [low, high] = [0, starts.length - 1];
    while (low < high) {
      const middle = (low + high + 1) >> 1;
      if ((starts[middle] ?? 0) <= offset) low = middle;
      else high = middle - 1;
    }
    return { file, line: low + 1, column: offset - (starts[low] ?? 0) + 1, length };
  };
}
