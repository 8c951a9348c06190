// Findings that are about no configuration in particular: as text or JSON, and the exit status that says how bad they are.

import { type Diagnostic, hasErrors } from '../model/diagnostic.ts';
import { diagnosticsReport } from '../report/diagnostics.ts';
import { findingsJson } from '../report/findings.ts';
import { type Context, out } from './context.ts';
import { EXIT } from './exit-codes.ts';

/** `none`: what is said where there are none. */
export function reportFindings(context: Context, found: readonly Diagnostic[], { json, none }: { readonly json: boolean; readonly none: string }): void {
  const lineOf = () => undefined;
  const about = { name: null, file: null, found, accepted: [], failure: null, lineOf };
  out(context, json ? findingsJson([about], () => []) : diagnosticsReport(found, lineOf) || `${none}\n`);
  context.process.exitCode = hasErrors(found) ? EXIT.errors : found.length > 0 ? EXIT.warnings : EXIT.ok;
}
