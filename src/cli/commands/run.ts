// holdfast run: compile, execute the launcher in the foreground, pass on init's status.

import { readFileSync } from 'node:fs';
import { realMachine } from '../../host/machine.ts';
import { singleIdFindings } from '../../controls/idmap/index.ts';
import { payloadPaths } from '../../controls/cgroups/index.ts';
import { diagnosticsReport } from '../../report/diagnostics.ts';
import { printable } from '../../model/printable.ts';
import { launcherFile } from '../../runtime/compile.ts';
import { runNameless } from '../../runtime/execute.ts';
import { prepare } from '../../runtime/source.ts';
import { runInScope, scopeCommand } from '../../runtime/scope.ts';
import { killsFromNow, oomKillText } from '../../runtime/oom-kills.ts';
import { type Context, err } from '../context.ts';
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
  const scope = prepared.spec === null ? null : scopeCommand(prepared.spec, prepared.host, realMachine());
  if (scope !== null) {
    context.process.exitCode = await runInScope(scope, context.invocation);
    return;
  }
  const { path, diagnostics } = launcherFile(prepared, { detach, build: context.build });
  if (!mayStart(context, prepared, diagnostics) || path === null) {
    context.process.exitCode = EXIT.startFailed;
    return;
  }
  const { spec, host } = prepared;
  // Where a launcher is kept nothing is compiled that would say it. The embedded container has no files of other users.
  if (spec !== null && spec.root.kind !== 'host') err(context, diagnosticsReport(singleIdFindings(spec, host), prepared.lineOf));
  const killed = spec === null || detach ? () => [] : killsFromNow(payloadPaths(spec, host));
  const code = await runNameless(host.cacheDir, readFileSync(path), spec?.name ?? 'container');
  context.process.exitCode = code;
  if (code !== EXIT.ok) for (const kill of killed()) err(context, `holdfast: ${spec?.name}: ${printable(oomKillText(kill))}\n`);
}
