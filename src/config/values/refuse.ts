// The ordinary way to refuse a value, and the words of a list with their places.

import { diagnostic } from '../../model/diagnostic.ts';
import type { Setting } from '../../model/origin.ts';
import { didYouMean, nearest } from '../nearest.ts';
import type { Report, Value, ValueText } from '../value.ts';

/** Reports that the whole value, or the part of it at `offset`, is not what was expected. */
export function refuse(value: ValueText, report: Report, expected: string, suggestion = '', part?: { readonly text: string; readonly offset: number }): Value {
  const where = part ? value.at(part.offset, part.text.length) : value.at();
  report(diagnostic('HF120', { key: value.key, value: part?.text ?? value.text, expected, suggestion }, where));
  return { kind: 'invalid' };
}

/** The nearest of some names as a question. */
export function guess(word: string, names: Iterable<string>): string {
  return didYouMean(nearest(word, names));
}

/** A word and where it begins. */
export interface Word extends Setting<string> {
  readonly offset: number;
}

/** The words between any of the given separators. */
export function wordsOf(value: ValueText, separators = /[^ \t]+/g): readonly Word[] {
  return [...value.text.matchAll(separators)].map((found) => ({
    value: found[0],
    offset: found.index,
    why: value.at(found.index, found[0].length),
  }));
}
