// Plain values: text, one of several words, paths, lists of words.

import { simplifyPath, walksUp } from '../paths.ts';
import type { Grammar } from '../keys/entry.ts';
import type { Report, Value, ValueText } from '../value.ts';
import { guess, refuse, wordsOf } from './refuse.ts';

/** PATH_MAX of linux/limits.h counts the NUL; LXC refuses longer ones. */
const LONGEST_PATH = 4095;

export function parseText(value: ValueText, report: Report, grammar: Grammar): Value {
  if (grammar.kind === 'text' && 'like' in grammar && !grammar.like.test(value.text)) return refuse(value, report, grammar.expected);
  return { kind: 'text', value: value.text };
}

export function parseChoice(value: ValueText, report: Report, grammar: Grammar): Value {
  const { of: names, anyCase = false } = grammar.kind === 'choice' ? grammar : { of: [] };
  const found = names.find((name) => name === (anyCase ? value.text.toLowerCase() : value.text));
  if (found !== undefined) return { kind: 'text', value: found };
  return refuse(value, report, names.length === 1 ? `'${names[0]}'` : `one of ${names.join(', ')}`, guess(value.text, names));
}

export function parsePath(value: ValueText, report: Report): Value {
  const path = simplifyPath(value.text);
  return path.length > LONGEST_PATH ? refuse(value, report, `a path of at most ${LONGEST_PATH} bytes`) : { kind: 'text', value: keepSlash(value, path) };
}

/** `lxc.include = DIR/` says by its slash that it may be absent. */
function keepSlash(value: ValueText, path: string): string {
  return value.key === 'lxc.include' && value.text.endsWith('/') && path !== '/' ? `${path}/` : path;
}

export function parseRelative(value: ValueText, report: Report, grammar: Grammar): Value {
  const single = grammar.kind === 'relative' && grammar.single === true;
  const path = simplifyPath(value.text);
  if (value.text.startsWith('/') || walksUp(path) || (single && (path.includes('/') || path === '.'))) {
    return refuse(value, report, single ? 'the name of one directory' : "a relative path without '..'");
  }
  return parsePath(value, report);
}

export function parseWords(value: ValueText): Value {
  return { kind: 'words', words: wordsOf(value) };
}
