// The ordinary way to refuse a value, and the words of a list with their places.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { Origin, Setting } from '../../model/origin.ts';
import { didYouMean, nearest } from '../nearest.ts';
import type { Report, Value, ValueText } from '../value.ts';

const INVALID = { kind: 'invalid' } as const;

interface Part {
  readonly text: string;
  readonly offset: number;
}

/** Reports that the whole value, or the part of it at `offset`, is not what was expected. */
export function refuse(value: ValueText, report: Report, expected: string, suggestion = '', part?: Part): Value {
  report(refusal(value, expected, suggestion, part));
  return INVALID;
}

/** The report of `refuse`, for a parser that goes on. */
export function refusal(value: ValueText, expected: string, suggestion = '', part?: Part): Diagnostic {
  const where = part ? value.at(part.offset, part.text.length) : value.at();
  return diagnostic('HF120', { key: value.key, value: part?.text ?? value.text, expected, suggestion }, where);
}

/** The nearest of some names as a question. */
export function guess(word: string, names: Iterable<string>): string {
  return didYouMean(nearest(word, names));
}

/** A word and where it begins. */
export interface Word extends Setting<string> {
  readonly offset: number;
}

/** By its code unit: does a character stand between words? */
type Between = (unit: number) => boolean;

const isBlank: Between = (unit) => unit === SPACE || unit === TAB;
export const isComma: Between = (unit) => unit === COMMA;
export const isCommaOrBlank: Between = (unit) => unit === COMMA || isBlank(unit);

const SPACE = 32;
const TAB = 9;
const COMMA = 44;

/** The words of a value, between blanks where nothing else is said. */
export function wordsOf(value: ValueText, isBetween: Between = isBlank): readonly Word[] {
  const { text } = value;
  const words: Word[] = [];
  for (let at = 0; at < text.length; at++) {
    if (isBetween(text.charCodeAt(at))) continue;
    const start = at;
    while (at < text.length && !isBetween(text.charCodeAt(at))) at++;
    words.push(new PlacedWord(text.slice(start, at), start, value));
  }
  // An array that grew has room for more than it holds: the copy has not.
  return words.slice();
}

/** Its origin is made when it is asked for: a line may have thousands of words. */
class PlacedWord implements Word {
  readonly value: string;
  readonly offset: number;
  readonly #of: ValueText;

  constructor(value: string, offset: number, of: ValueText) {
    this.value = value;
    this.offset = offset;
    this.#of = of;
  }

  get why(): Origin {
    return this.#of.at(this.offset, this.value.length);
  }
}
