// holdfast check: all diagnostics of configurations on this machine, as text, JSON or SARIF; nothing is started.

import { documentationOf } from '../../config/index.ts';
import { HoldfastError } from '../../model/error.ts';
import { printable } from '../../model/printable.ts';
import { diagnosticsReport } from '../../report/diagnostics.ts';
import { type CheckedConfiguration, countFindings, findingsJson } from '../../report/findings.ts';
import { acceptedText } from '../../report/accepted.ts';
import { findingsSarif } from '../../report/sarif.ts';
import { review } from '../../runtime/check.ts';
import { prepare, type Source } from '../../runtime/source.ts';
import type { CheckFlags } from '../check-flags.ts';
import { type Context, err, out } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import { targetsOf } from '../targets.ts';

export function check(this: Context, flags: CheckFlags, ...words: readonly string[]): void {
  const checked = targetsOf(this, flags, words).map(checkOne);
  const counts = countFindings(checked);
  const exitCode = counts.error > 0 ? EXIT.errors : counts.warning > 0 ? EXIT.warnings : EXIT.ok;
  for (const { failure } of checked) if (failure !== null) err(this, `holdfast: ${printable(failure)}\n`);
  switch (flags.json ? 'json' : flags.format) {
    case 'text':
      for (const one of checked) out(this, textOf(one, flags.verbose));
      break;
    case 'json':
      out(this, findingsJson(checked, documentationOf));
      break;
    case 'sarif':
      out(this, findingsSarif(checked, { version: this.version, home: this.home, directory: this.directory(), exitCode, documentation: documentationOf }));
      break;
  }
  this.process.exitCode = exitCode;
}

/** One that cannot be found does not keep the others from being checked. */
function checkOne(source: Source): CheckedConfiguration {
  const name = source.name ?? null;
  try {
    const prepared = prepare(source);
    return { name: prepared.name, file: prepared.configPath, ...review(prepared), failure: null, lineOf: prepared.lineOf };
  } catch (error) {
    if (!(error instanceof HoldfastError) || error.code === 'nothing-named') throw error;
    return { name, file: source.file ?? null, found: [], accepted: [], failure: error.message, lineOf: () => undefined };
  }
}

function textOf({ file, found, accepted, failure, lineOf }: CheckedConfiguration, verbose: boolean): string {
  if (failure !== null) return '';
  const report = diagnosticsReport(found, lineOf, verbose ? documentationOf : undefined) || `${file ?? 'the default container'}: nothing to say\n`;
  return report + acceptedText(accepted);
}
