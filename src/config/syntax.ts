// The lines of a configuration file, as LXC cuts them (lxc.container.conf(5), confile.c): every line keeps its exact text
// and ending, so that print(parse(text)) is text.
//
// Decided: LXC ends a line at any CR or LF, so CRLF files are read alike, and so they are here. It stops silently at a NUL
// byte and skips lines that do not begin with `lxc.`; here both are errors.

import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import type { Span } from '../model/origin.ts';

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
  /** A diagnostic has said why. */
  | { readonly kind: 'unreadable' };

export interface SourceLine {
  /** 1-based. */
  readonly number: number;
  readonly text: string;
  readonly ending: '\n' | '\r\n' | '\r' | '';
  readonly content: LineContent;
}

export interface SourceText {
  readonly file: string;
  readonly lines: readonly SourceLine[];
}

/** Cuts a text into lines. The second part says what makes lines unreadable; what they mean is not looked at. */
export function parseText(file: string, text: string): { readonly source: SourceText; readonly diagnostics: readonly Diagnostic[] } {
  if (text.length > LARGEST_TEXT) {
    return { source: { file, lines: [] }, diagnostics: [diagnostic('HF107', { file })] };
  }
  const diagnostics: Diagnostic[] = [];
  const lines: SourceLine[] = [];
  for (let start = 0; start < text.length; ) {
    const end = endOfLine(text, start);
    const ending = text.startsWith('\r\n', end) ? '\r\n' : text[end] === '\n' ? '\n' : text[end] === '\r' ? '\r' : '';
    const line = text.slice(start, end);
    const number = lines.length + 1;
    const fault = faultOf(file, number, line);
    if (fault) diagnostics.push(fault);
    lines.push({ number, text: line, ending, content: fault ? { kind: 'unreadable' } : contentOf(line) });
    start = end + ending.length;
  }
  return { source: { file, lines }, diagnostics };
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
  if (text[start] === '#') return COMMENT;
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

function endOfLine(text: string, start: number): number {
  for (let at = start; at < text.length; at++) {
    const unit = text.charCodeAt(at);
    if (unit === 10 || unit === 13) return at;
  }
  return text.length;
}

function faultOf(file: string, line: number, text: string): Diagnostic | null {
  if (text.length > LONGEST_LINE) return diagnostic('HF106', {}, { file, line, column: LONGEST_LINE + 1, length: 1 });
  const nul = text.indexOf('\0');
  if (nul >= 0) return diagnostic('HF104', {}, { file, line, column: nul + 1, length: 1 });
  const torn = text.indexOf('\uFFFD');
  return torn < 0 ? null : diagnostic('HF105', {}, { file, line, column: torn + 1, length: 1 });
}

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
