// The lines of a configuration file, as LXC cuts them (lxc.container.conf(5), confile.c): every line keeps its exact text
// and ending, so that print(sourceText(text)) is text.
//
// Decided: LXC ends a line at any CR or LF, so CRLF files are read alike, and so they are here. It stops silently at a NUL
// byte and skips lines that do not begin with `lxc.`; here both are errors.

import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import type { Span } from '../model/origin.ts';
import type { Report } from './value.ts';

/** In code units, as the reader hands them over. */
export const LONGEST_LINE = 64 * 1024;
export const LARGEST_TEXT = 16 * 1024 * 1024;

/** What a line says. Offsets are 0-based code units into the line's text. */
export type LineContent =
  | { readonly kind: 'blank' }
  | { readonly kind: 'comment' }
  | { readonly kind: 'assignment'; readonly key: string; readonly keyAt: number; readonly value: string; readonly valueAt: number; readonly quoted: boolean }
  /** Begins neither with `lxc.` nor with `holdfast.`. */
  | { readonly kind: 'foreign'; readonly at: number }
  /** Begins like a key and has no `=`. */
  | { readonly kind: 'incomplete'; readonly at: number }
  /** Is no text, or too long. */
  | { readonly kind: 'unreadable'; readonly code: 'HF104' | 'HF105' | 'HF106'; readonly at: number };

export interface SourceLine {
  /** 1-based. */
  readonly number: number;
  readonly text: string;
  readonly ending: '\n' | '\r\n' | '\r' | '';
  readonly content: LineContent;
}

export interface SourceText {
  readonly file: string;
  /** None when the text is too large to be read. */
  readonly lines: readonly SourceLine[];
}

/** A text as lines, which are cut when they are first asked for: a reader of large files needs few of them again. */
export function sourceText(file: string, text: string): SourceText {
  let lines: SourceLine[] | null = null;
  return {
    file,
    get lines() {
      if (lines === null) {
        const cut: SourceLine[] = [];
        if (text.length <= LARGEST_TEXT) eachLine(text, true, (line) => cut.push(line) > 0);
        lines = cut;
      }
      return lines;
    },
  };
}

/**
 * Hands over the lines that say something, one after the other, and reports what cannot be read. Ends with the text, or when
 * `take` or `report` answers false. Blank lines and comments cost next to nothing.
 */
export function readLines(file: string, text: string, report: Report, take: (line: SourceLine) => boolean): void {
  if (text.length > LARGEST_TEXT) {
    report(diagnostic('HF107', { file }));
    return;
  }
  eachLine(text, false, (line) => {
    const { content } = line;
    if (content.kind === 'unreadable') return report(faultOf(file, line, content));
    return take(line);
  });
}

/** The text again, exactly. */
export function printText(source: SourceText): string {
  return source.lines.map((line) => line.text + line.ending).join('');
}

const BLANK = { kind: 'blank' } as const;
const COMMENT = { kind: 'comment' } as const;

/** What one line says. */
export function contentOf(text: string): LineContent {
  const start = skipBlanks(text, 0);
  if (start === text.length) return BLANK;
  const unit = text.charCodeAt(start);
  if ((unit === 11 || unit === 12) && /^[ \t\f\v]*$/.test(text)) return BLANK;
  if (unit === HASH) return COMMENT;
  if (!text.startsWith('lxc.', start) && !text.startsWith('holdfast.', start)) return { kind: 'foreign', at: start };
  const equals = text.indexOf('=', start);
  if (equals < 0) return { kind: 'incomplete', at: start };
  const key = text.slice(start, trimBlanks(text, start, equals));
  const first = skipBlanks(text, equals + 1);
  const last = trimBlanks(text, first, text.length);
  const quote = text[first];
  const quoted = last - first > 1 && (quote === '"' || quote === "'") && text[last - 1] === quote;
  const valueAt = quoted ? first + 1 : first;
  return { kind: 'assignment', key, keyAt: start, value: text.slice(valueAt, quoted ? last - 1 : last), valueAt, quoted };
}

/** A span in a line from a 0-based offset. */
export function spanIn(file: string, line: SourceLine, at: number, length: number): Span {
  return { file, line: line.number, column: at + 1, length };
}

/** `all`: blank lines and comments too. */
function eachLine(text: string, all: boolean, take: (line: SourceLine) => boolean): void {
  const torn = text.includes('\0') || text.includes('\uFFFD');
  let number = 0;
  for (let start = 0, next = 0; start < text.length; start = next) {
    const end = endOfLine(text, start);
    const ending = endingAt(text, end);
    next = end + ending.length;
    number++;
    if (!all && (end === start || (!torn && text.charCodeAt(start) === HASH && end - start <= LONGEST_LINE))) continue;
    const line = text.slice(start, end);
    const content = unreadable(line, torn) ?? contentOf(line);
    if (!all && (content.kind === 'blank' || content.kind === 'comment')) continue;
    if (!take({ number, text: line, ending, content })) return;
  }
}

function endOfLine(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === LF || unit === CR) return at;
  }
  return text.length;
}

function endingAt(text: string, at: number): SourceLine['ending'] {
  if (at === text.length) return '';
  if (text.charCodeAt(at) === LF) return '\n';
  return text.charCodeAt(at + 1) === LF ? '\r\n' : '\r';
}

/** `torn`: there may be bytes in it that are no text. */
function unreadable(line: string, torn: boolean): Extract<LineContent, { kind: 'unreadable' }> | null {
  if (line.length > LONGEST_LINE) return { kind: 'unreadable', code: 'HF106', at: LONGEST_LINE };
  if (!torn) return null;
  const nul = line.indexOf('\0');
  if (nul >= 0) return { kind: 'unreadable', code: 'HF104', at: nul };
  const at = line.indexOf('\uFFFD');
  return at < 0 ? null : { kind: 'unreadable', code: 'HF105', at };
}

function faultOf(file: string, line: SourceLine, { code, at }: Extract<LineContent, { kind: 'unreadable' }>): Diagnostic {
  return diagnostic(code, {}, spanIn(file, line, at, 1));
}

const LF = 10;
const CR = 13;
const HASH = 35;

/** LXC's blanks are space and tab, nothing else. */
function isBlank(text: string, at: number): boolean {
  const unit = text.charCodeAt(at);
  return unit === 32 || unit === 9;
}

function skipBlanks(text: string, from: number): number {
  let at = from;
  while (at < text.length && isBlank(text, at)) at++;
  return at;
}

function trimBlanks(text: string, from: number, to: number): number {
  let at = to;
  while (at > from && isBlank(text, at - 1)) at--;
  return at;
}
