// What the compiler says about what a user wrote. It never throws for it: it returns these (the other channel is HoldfastError).

import type { DiagnosticCode } from './codes.ts';
import { CODES } from './codes.ts';
import type { Origin, Span } from './origin.ts';

export type Severity = 'error' | 'warning' | 'info';

/** One finding. `data` fills the placeholders of the code's texts; `span` is absent when no line is to blame. */
export interface Diagnostic {
  readonly code: DiagnosticCode;
  readonly severity: Severity;
  readonly span?: Span;
  readonly data: Readonly<Record<string, string>>;
}

/** Builds a diagnostic with its code's own severity. */
export function diagnostic(code: DiagnosticCode, data: Record<string, string> = {}, where?: Span | Origin): Diagnostic {
  const span = where === undefined ? undefined : 'kind' in where ? (where.kind === 'config' ? where.span : undefined) : where;
  return { code, severity: CODES[code].severity, data, ...(span ? { span } : {}) };
}

/** The finding in one sentence, and what to do about it (empty when there is nothing to add). */
export function diagnosticText(found: Diagnostic): { readonly message: string; readonly help: string } {
  const fill = (template: string) => template.replace(/\{(\w+)\}/g, (whole, name: string) => found.data[name] ?? whole);
  const entry = CODES[found.code];
  return { message: fill(entry.message), help: fill(entry.help) };
}

/** True when at least one of them is an error: what they are about must not be used. */
export function hasErrors(found: readonly Diagnostic[]): boolean {
  return found.some((one) => one.severity === 'error');
}
