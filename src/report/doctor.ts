// What was found out about a machine as text: a line for each thing, and below one that is wrong what to do.

import { type Diagnostic, diagnosticText } from '../model/diagnostic.ts';
import { printable } from '../model/printable.ts';

export interface ExaminedThing {
  readonly topic: string;
  readonly fine: string;
  readonly wrong: Diagnostic | null;
}

const WIDEST_VERDICT = 'warning'.length;

/** A count at the end. */
export function doctorReport(found: readonly ExaminedThing[]): string {
  const width = Math.max(0, ...found.map(({ topic }) => topic.length));
  const lines = found.flatMap(({ topic, fine, wrong }) => {
    const head = (verdict: string, text: string) => `${verdict.padEnd(WIDEST_VERDICT)}  ${topic.padEnd(width)}  ${printable(text)}`;
    if (wrong === null) return [head('ok', fine)];
    const { message, help } = diagnosticText(wrong);
    const place = wrong.span === undefined ? '' : `${wrong.span.file}:${wrong.span.line}: `;
    return [head(wrong.severity, `${wrong.code}: ${place}${message}`), ...(help === '' ? [] : [`${' '.repeat(WIDEST_VERDICT + 2)}-> ${printable(help)}`])];
  });
  const count = (severity: Diagnostic['severity']) => found.filter(({ wrong }) => wrong?.severity === severity).length;
  return `${lines.join('\n')}\n${count('error')} to be mended before a start, ${count('warning')} that some containers need\n`;
}
