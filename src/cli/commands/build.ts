// holdfast build: the launcher as a file. It needs no Node, and prints its own errors.

import { renameSync, writeFileSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { printProgram } from '../../launcher/print.ts';
import { startProgram } from '../../launcher/start.ts';
import { HoldfastError } from '../../model/error.ts';
import { launcherOf, planStart } from '../../runtime/compile.ts';
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
  const prepared = prepare(sourceOf(this, flags, name));
  const { plan, diagnostics } = planStart(prepared, { detach: flags.detach });
  if (!mayStart(this, prepared, diagnostics) || plan === null) {
    this.process.exitCode = EXIT.startFailed;
    return;
  }
  if (flags.ir) writeWhole(flags.output, printProgram(startProgram(plan, { arch: 'x86_64' }).program), 0o600);
  else writeWhole(flags.output, launcherOf(plan, { symbols: flags.symbols }), 0o700);
}

/** Beside it first, then renamed: a launcher that runs at this moment stays whole, and so does an old one when this fails. */
function writeWhole(path: string, content: string | Uint8Array, mode: number): void {
  const fresh = join(dirname(path), `.${basename(path)}.${process.pid}`);
  try {
    writeFileSync(fresh, content, { mode, flag: 'wx' });
    renameSync(fresh, path);
  } catch (cause) {
    throw new HoldfastError(`${path} cannot be written: ${(cause as Error).message}`, { code: 'cannot-write', path, cause });
  }
}
