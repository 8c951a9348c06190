// The findings about configurations as JSON, for programs: a format that docs/check.md describes and `version` counts.

import type { Accepted } from '../config/index.ts';
import { type Diagnostic, diagnosticText } from '../model/diagnostic.ts';
import { originText } from '../model/origin.ts';
import type { DocumentationOf, LineOf } from './diagnostics.ts';

/** One configuration that was looked at. */
export interface CheckedConfiguration {
  /** Null where there is none: the file could not be found. */
  readonly name: string | null;
  /** The configuration file; null: the embedded default. */
  readonly file: string | null;
  readonly found: readonly Diagnostic[];
  /** Warnings that it accepts by name; they count for nothing. */
  readonly accepted: readonly Accepted[];
  /** Why it could not be looked at; null when it was. */
  readonly failure: string | null;
  readonly lineOf: LineOf;
}

/** How many findings there are of each severity; a configuration that could not be looked at is an error. */
export function countFindings(checked: readonly CheckedConfiguration[]): Readonly<Record<Diagnostic['severity'], number>> {
  const all = checked.flatMap(({ found }) => found);
  const count = (severity: Diagnostic['severity']) => all.filter((one) => one.severity === severity).length;
  return { error: count('error') + checked.filter(({ failure }) => failure !== null).length, warning: count('warning'), info: count('info') };
}

/** Two spaces deep, a newline at the end. */
export function findingsJson(checked: readonly CheckedConfiguration[], documentation: DocumentationOf): string {
  const finding = (one: Diagnostic) => ({ ...one, ...diagnosticText(one), documentation: documentation(one) });
  const report = {
    version: 1,
    counts: countFindings(checked),
    configurations: checked.map(({ name, file, failure, found, accepted }) => ({
      name,
      file,
      failure,
      findings: found.map(finding),
      accepted: accepted.map(({ found: one, why }) => ({ ...finding(one), by: originText(why) })),
    })),
  };
  return `${JSON.stringify(report, null, 2)}\n`;
}
