// lxc.cap.drop, lxc.cap.keep: names as in capabilities(7) without `cap_`, in lower case, or numbers.

import { CAPABILITIES } from '../../kernel/capabilities.gen.ts';
import { diagnostic } from '../../model/diagnostic.ts';
import type { Setting } from '../../model/origin.ts';
import type { Grammar } from '../keys/entry.ts';
import type { Report, Value, ValueText } from '../value.ts';
import { numberOf } from './numbers.ts';
import { guess, wordsOf } from './refuse.ts';

const NAMES = Object.keys(CAPABILITIES);
/** The kernel holds a set in 64 bits, capset(2). */
const HIGHEST = 63;

/** The names in order; numbers in decimal. `none` stays a word: it forgets the ones before it. */
export function parseCapabilities(value: ValueText, report: Report, grammar: Grammar): Value {
  const words: Setting<string>[] = [];
  let valid = true;
  for (const found of wordsOf(value)) {
    const word = found.value;
    const number = Object.hasOwn(CAPABILITIES, word) ? null : numberOf(word);
    if (Object.hasOwn(CAPABILITIES, word)) words.push(found);
    else if (number !== null && number <= HIGHEST) words.push({ value: String(number), why: found.why });
    else if (word === 'none' && grammar.kind === 'capabilities' && grammar.none) words.push(found);
    else {
      valid = false;
      const data = { key: value.key, name: word, suggestion: suggestion(word) };
      const isWanted = report(word === 'none' ? diagnostic('HF124', {}, found.why) : diagnostic('HF123', data, found.why));
      // What follows a `#` was meant as a comment.
      if (!isWanted || word.startsWith('#')) break;
    }
  }
  return valid ? { kind: 'words', words: words.slice() } : { kind: 'invalid' };
}

function suggestion(word: string): string {
  if (word.startsWith('#')) return 'comments have lines of their own';
  const bare = word.toLowerCase().replace(/^cap_/, '').replace(/[,;]$/, '');
  return Object.hasOwn(CAPABILITIES, bare) ? `write '${bare}'` : guess(bare, NAMES);
}
