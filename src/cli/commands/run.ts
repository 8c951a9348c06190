// holdfast run: compile, execute the launcher in the foreground, pass on init's status.

import { readFileSync } from 'node:fs';
import { realMachine } from '../../host/machine.ts';
import { launcherFile } from '../../runtime/compile.ts';
import { runNameless } from '../../runtime/execute.ts';
import { prepare } from '../../runtime/source.ts';
import { type Context } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { ConfigFlags } from '../flags.ts';
import { mayStart } from '../report.ts';
import { sourceOf } from '../source.ts';

export async function run(this: Context, flags: ConfigFlags, name?: string): Promise<void> {
  await launch(this, flags, name, false);
}

/** Shared with `start`, which differs by `detach` alone. */
export async function launch(context: Context, flags: ConfigFlags, name: string | undefined, detach: boolean): Promise<void> {
  const prepared = prepare(sourceOf(context, flags, name), realMachine(), 'take');
  const { path, diagnostics } = launcherFile(prepared, { detach, build: context.build });
  const started = mayStart(context, prepared, diagnostics) && path !== null;
  context.process.exitCode = started ? await runNameless(prepared.host.cacheDir, readFileSync(path), prepared.spec?.name ?? 'container') : EXIT.startFailed;
}
