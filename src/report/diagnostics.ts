// Diagnostics for people: `file:line:column: error HF101: message`, the line with a caret below it, and what to do.

import { type Diagnostic, diagnosticText } from '../model/diagnostic.ts';
import type { Span } from '../model/origin.ts';
import { printable, printableColumns } from '../model/printable.ts';

/** The text of a line of a file that was read, or undefined when it is not at hand. */
export type LineOf = (file: string, line: number) => string | undefined;

const MARGIN = '    ';
const WIDEST_LINE = 200;

/** Spaces up to the column, keeping tabs so that the caret stands below its character whatever a tab is worth. */
const padding = (line: string, column: number) => line.slice(0, column - 1).replace(/[^\t]/g, ' ');

function excerpt(span: Span, lineOf: LineOf): readonly string[] {
  const line = lineOf(span.file, span.line);
  if (line === undefined || line.length > WIDEST_LINE) return [];
  const carets = '^'.repeat(Math.max(1, Math.min(span.length, line.length - span.column + 1)));
  return [`${MARGIN}${printableColumns(line)}`, `${MARGIN}${padding(line, span.column)}${carets}`];
}

/** Pages that explain a finding, from the root of the project. */
export type DocumentationOf = (found: Diagnostic) => readonly string[];

/** One diagnostic, several lines, no newline at the end. `documentation`: name the pages that explain it, too. */
export function diagnosticReport(found: Diagnostic, lineOf: LineOf, documentation: DocumentationOf = () => []): string {
  const { message, help } = diagnosticText(found);
  const place = found.span === undefined ? 'holdfast' : `${printable(found.span.file)}:${found.span.line}:${found.span.column}`;
  const lines = [`${place}: ${found.severity} ${found.code}: ${printable(message)}`];
  if (found.span !== undefined) lines.push(...excerpt(found.span, lineOf));
  if (help !== '') lines.push(`${MARGIN}-> ${printable(help)}`);
  const pages = documentation(found);
  if (pages.length > 0) lines.push(`${MARGIN}see ${pages.join(', ')}`);
  return lines.join('\n');
}

/** All of them in the order of the files and lines, errors of no line last; a count at the end. Empty for none. */
export function diagnosticsReport(found: readonly Diagnostic[], lineOf: LineOf, documentation?: DocumentationOf): string {
  if (found.length === 0) return '';
  const count = (severity: string) => found.filter((one) => one.severity === severity).length;
  const many = (number: number, noun: string) => `${number} ${noun}${number === 1 ? '' : 's'}`;
  return `${found.map((one) => diagnosticReport(one, lineOf, documentation)).join('\n')}\n${many(count('error'), 'error')}, ${many(count('warning'), 'warning')}\n`;
}
