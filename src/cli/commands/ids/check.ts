// holdfast ids check: who shares ids with whom, and what that means.

import { readHostFacts } from '../../../host/facts.ts';
import { realMachine } from '../../../host/machine.ts';
import { hasErrors } from '../../../model/diagnostic.ts';
import { diagnosticsReport } from '../../../report/diagnostics.ts';
import { findingsJson } from '../../../report/findings.ts';
import { lxcpathsOf } from '../../../runtime/ids/allocate.ts';
import { checkIds } from '../../../runtime/ids/check-ids.ts';
import { type Context, out } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import type { IdsFlags } from './show.ts';

export function check(this: Context, { lxcpath, json }: IdsFlags): void {
  const machine = realMachine();
  const found = checkIds(machine, readHostFacts(machine), lxcpathsOf({ lxcpath }, machine));
  const lineOf = () => undefined;
  if (json)
    out(
      this,
      findingsJson([{ name: null, file: null, found, accepted: [], failure: null, lineOf }], () => []),
    );
  else out(this, diagnosticsReport(found, lineOf) || 'nobody shares ids with a container\n');
  this.process.exitCode = hasErrors(found) ? EXIT.errors : found.length > 0 ? EXIT.warnings : EXIT.ok;
}
