// Diagnostics of a command to standard error, and whether it may go on.

import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { diagnosticsReport } from '../report/diagnostics.ts';
import type { Prepared } from '../runtime/source.ts';
import { type Context, err } from './context.ts';

/** What was asked and is not in force because it was allowed by name is said at every start. */
export const isAllowedMissing = (found: Diagnostic): boolean => found.code === 'HF302';

/** Prints errors with everything that may explain them, or else only what is knowingly not enforced. True: go on. */
export function mayStart(context: Context, prepared: Prepared, diagnostics: readonly Diagnostic[]): boolean {
  const failed = hasErrors(diagnostics);
  const shown = failed ? diagnostics.filter((one) => one.severity !== 'info') : diagnostics.filter(isAllowedMissing);
  err(context, diagnosticsReport(shown, prepared.lineOf));
  return !failed;
}
