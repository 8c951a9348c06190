// holdfast verify: is what was asked in force?

import { readHostFacts } from '../../host/facts.ts';
import { realMachine } from '../../host/machine.ts';
import { runningContainer } from '../../runtime/containers.ts';
import { verifyContainer } from '../../runtime/verify.ts';
import { type Context, out } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { NameFlags } from '../flags.ts';
import { requiredName } from '../source.ts';

export function verify(this: Context, flags: NameFlags & { json: boolean }, name?: string): void {
  const host = readHostFacts(realMachine());
  const { record } = runningContainer(host.runDir, requiredName(flags, name));
  const results = verifyContainer(record, host);
  if (flags.json) out(this, `${JSON.stringify(results, null, 2)}\n`);
  else {
    const lines = results.map(({ what, holds, expected, found }) =>
      holds ? `ok    ${what}` : `FAIL  ${what}\n      expected ${expected}\n      found    ${found}`,
    );
    const failed = results.filter(({ holds }) => !holds).length;
    out(this, `${lines.join('\n')}\n${results.length - failed} of ${results.length} in force\n`);
  }
  this.process.exitCode = results.every(({ holds }) => holds) ? EXIT.ok : EXIT.failed;
}
