// holdfast build: the launcher as a file. It needs no Node, and prints its own errors.

import { realMachine } from '../../host/machine.ts';
import { printProgram } from '../../launcher/print.ts';
import { startProgram } from '../../launcher/start.ts';
import { launcherOf, planStart } from '../../runtime/compile.ts';
import { writeWhole } from '../../runtime/write-whole.ts';
import { prepare } from '../../runtime/source.ts';
import type { Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ConfigFlags } from '../flags.ts';
import { mayStart } from '../report.ts';
import { sourceOf } from '../source.ts';

interface BuildFlags extends ConfigFlags {
  readonly output: string;
  readonly detach: boolean;
  readonly symbols: boolean;
  readonly ir: boolean;
}

export function build(this: Context, flags: BuildFlags, name?: string): void {
  const prepared = prepare(sourceOf(this, flags, name), realMachine(), 'take');
  const { plan, diagnostics } = planStart(prepared, { detach: flags.detach });
  if (!mayStart(this, prepared, diagnostics) || plan === null) {
    this.process.exitCode = EXIT.failed;
    return;
  }
  if (flags.ir) writeWhole(flags.output, printProgram(startProgram(plan, { arch: 'x86_64' }).program), 0o600);
  else writeWhole(flags.output, launcherOf(plan, { symbols: flags.symbols }), 0o700);
}
