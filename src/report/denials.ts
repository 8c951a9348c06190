// Denials as text, and as JSON for programs.

import type { Denial } from '../model/denial.ts';
import { type Diagnostic, diagnosticText } from '../model/diagnostic.ts';
import { printable } from '../model/printable.ts';

/** The same thing tried again and again. */
export interface RepeatedDenial {
  readonly denial: Denial;
  readonly times: number;
  /** Of the last one; milliseconds since 1970. */
  readonly last: number;
}

/** In the order of the first of each. */
export function repeated(denials: readonly Denial[]): readonly RepeatedDenial[] {
  const found = new Map<string, RepeatedDenial>();
  for (const denial of denials) {
    const key = JSON.stringify([denial.control, denial.outcome, denial.tried, denial.rule, denial.subject.command, denial.certainty]);
    const before = found.get(key);
    found.set(key, before === undefined ? { denial, times: 1, last: denial.at } : { ...before, times: before.times + 1, last: denial.at });
  }
  return [...found.values()];
}

/** A paragraph for each; everything that a program inside may have chosen is made harmless. */
export function denialText({ denial, times, last }: RepeatedDenial): string {
  const { at, control, outcome, subject, certainty, tried, rule, remedy } = denial;
  const who = [subject.command ?? 'a process', ...(subject.pid === undefined ? [] : [`(process ${subject.pid})`])].join(' ');
  const again = times === 1 ? '' : `, ${times} times, last ${clock(last)}`;
  const lines = [
    `${clock(at)}  ${control}  ${outcome}  ${who}${again}${certainty === 'likely' ? '  (likely: the process has gone)' : ''}`,
    `  tried  ${tried}`,
    `  by     ${rule}`,
    ...(remedy === null
      ? []
      : [...remedy.lines.map((line, index) => `  ${index === 0 ? 'allow ' : '      '} ${line}`), `         in ${remedy.where}`, `  risk   ${remedy.risk}`]),
  ];
  return `${lines.map(printable).join('\n')}\n`;
}

/** Local time would need the zone of whoever reads it. */
function clock(at: number): string {
  return new Date(at).toISOString().replace('T', ' ').replace('Z', '');
}

/** `info HF591: ...`, and what to do about it. */
export function denialNotes(notes: readonly Diagnostic[]): string {
  return notes
    .map((note) => {
      const { message, help } = diagnosticText(note);
      return `${note.severity} ${note.code}: ${printable(message)}\n  ${printable(help)}\n`;
    })
    .join('');
}

/** A whole answer, two spaces deep. */
export function denialsJson(container: string, denials: readonly RepeatedDenial[], notes: readonly Diagnostic[]): string {
  const shown = denials.map(({ denial, times, last }) => ({ ...jsonOf(denial), times, last: new Date(last).toISOString() }));
  return `${JSON.stringify({ version: 1, container, denials: shown, notes: notes.map((note) => ({ code: note.code, severity: note.severity, ...diagnosticText(note) })) }, null, 2)}\n`;
}

/** One on a line, as it happens. */
export function denialLine(denial: Denial): string {
  return `${JSON.stringify(jsonOf(denial))}\n`;
}

function jsonOf(denial: Denial) {
  return { ...denial, at: new Date(denial.at).toISOString() };
}
