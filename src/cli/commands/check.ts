// holdfast check: all diagnostics of a configuration on this machine; nothing is started.

import { diagnosticText } from '../../model/diagnostic.ts';
import { diagnosticsReport } from '../../report/diagnostics.ts';
import { planStart } from '../../runtime/compile.ts';
import { prepare } from '../../runtime/source.ts';
import { type Context, out } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ConfigFlags } from '../flags.ts';
import { sourceOf } from '../source.ts';

export function check(this: Context, flags: ConfigFlags & { json: boolean }, name?: string): void {
  const prepared = prepare(sourceOf(this, flags, name));
  const { diagnostics } = planStart(prepared, { detach: false });
  if (flags.json)
    out(
      this,
      `${JSON.stringify(
        diagnostics.map((one) => ({ ...one, ...diagnosticText(one) })),
        null,
        2,
      )}\n`,
    );
  else out(this, diagnosticsReport(diagnostics, prepared.lineOf) || `${prepared.configPath ?? 'the default container'}: nothing to say\n`);
  const has = (severity: string) => diagnostics.some((one) => one.severity === severity);
  this.process.exitCode = has('error') ? EXIT.errors : has('warning') ? EXIT.warnings : EXIT.ok;
}
