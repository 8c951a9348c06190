// holdfast.allow_missing = KEY: a key, or a beginning of keys that ends with `*` (or a dot).

import { findKey, KEYS, suggestKeys } from '../keys/lookup.ts';
import type { Report, Value, ValueText } from '../value.ts';
import { refuse } from './refuse.ts';

/** Today's name; a beginning ends with `*`. */
export function parseKeyPattern(value: ValueText, report: Report): Value {
  const { text } = value;
  const beginning = text.endsWith('*') ? text.slice(0, -1) : text.endsWith('.') ? text : null;
  if (beginning !== null) {
    const covers =
      beginning !== '' &&
      (KEYS.some(({ name }) => name.startsWith(beginning)) || findKey(`${beginning}x`).kind === 'known' || /^lxc\.net\.\d+\.$/.test(beginning));
    return covers ? { kind: 'text', value: `${beginning}*` } : refuse(value, report, 'the beginning of a key');
  }
  const found = findKey(text);
  if (found.kind === 'known') return { kind: 'text', value: found.key };
  return refuse(value, report, "a key, or the beginning of keys with '*' behind it", suggestKeys(text));
}
