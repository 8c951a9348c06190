// Diagnostics of a command to standard error, and whether it may go on.

import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { diagnosticsReport } from '../report/diagnostics.ts';
import type { Prepared } from '../runtime/source.ts';
import { type Context, err } from './context.ts';

/** What was asked and is not in force because it was allowed by name is said at every start. */
export const isAllowedMissing = (found: Diagnostic): boolean => found.code === 'HF302';
/** So is a policy that is insisted on although init cannot be started under it. */
const isAlwaysSaid = (found: Diagnostic): boolean => isAllowedMissing(found) || found.code === 'HF259';

const place = ({ span }: Diagnostic) => (span === undefined ? undefined : `${span.file}:${span.line}`);

/** The errors, and what else there is to say about their lines: that may explain them. */
function errorsAndTheirLines(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const wrong = new Set(diagnostics.filter((one) => one.severity === 'error').map(place));
  return diagnostics.filter((one) => one.severity === 'error' || (one.severity === 'warning' && one.span !== undefined && wrong.has(place(one))));
}

/** Prints the errors, or where there are none only what is knowingly not enforced. True: go on. */
export function mayStart(context: Context, prepared: Prepared, diagnostics: readonly Diagnostic[]): boolean {
  const failed = hasErrors(diagnostics);
  const shown = failed ? errorsAndTheirLines(diagnostics) : diagnostics.filter(isAlwaysSaid);
  err(context, diagnosticsReport(shown, prepared.lineOf));
  return !failed;
}
