// holdfast plan: every step of a start, and nothing done.

import { diagnosticsReport } from '../../report/diagnostics.ts';
import { planJson, planReport } from '../../report/plan.ts';
import { review } from '../../runtime/check.ts';
import { realMachine } from '../../host/machine.ts';
import { planStart } from '../../runtime/compile.ts';
import { scopeCommand } from '../../runtime/scope.ts';
import { prepare } from '../../runtime/source.ts';
import { type Context, err, out } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ConfigFlags } from '../flags.ts';
import { isAllowedMissing } from '../report.ts';
import { sourceOf } from '../source.ts';

export function plan(this: Context, flags: ConfigFlags & { json: boolean; calls: boolean; detach: boolean }, name?: string): void {
  const prepared = prepare(sourceOf(this, flags, name));
  const scope = prepared.spec === null ? null : scopeCommand(prepared.spec, prepared.host, realMachine());
  if (scope !== null) err(this, `holdfast: run and start go into a scope of systemd's first; for the plan there: ${inScope(scope, this.invocation)}\n`);
  const made = planStart(prepared, { detach: flags.detach });
  if (made.plan === null) {
    err(this, diagnosticsReport(made.diagnostics, prepared.lineOf));
    this.process.exitCode = EXIT.failed;
    return;
  }
  const known = { allowed: made.diagnostics.filter(isAllowedMissing), accepted: review(prepared, made).accepted };
  out(this, flags.json ? planJson(made.plan, known) : planReport(made.plan, known, { calls: flags.calls }));
}

/** As one types it: words with blanks in quotes. */
function inScope(scope: readonly string[], invocation: readonly string[]): string {
  return [...scope, 'holdfast', ...invocation.slice(2)].map((word) => (/^[\w./=:@,+-]+$/.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`)).join(' ');
}
