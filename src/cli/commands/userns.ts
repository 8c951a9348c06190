// holdfast userns: a command as root of a user namespace, e.g. to make, look at or remove the files of a container.

import { realMachine } from '../../host/machine.ts';
import { hasErrors } from '../../model/diagnostic.ts';
import { HoldfastError } from '../../model/error.ts';
import { compileUserns } from '../../plan/userns.ts';
import { diagnosticsReport } from '../../report/diagnostics.ts';
import { launcherOf } from '../../runtime/compile.ts';
import { runNameless } from '../../runtime/execute.ts';
import { prepare } from '../../runtime/source.ts';
import { type Context, err } from '../context.ts';
import { EXIT } from '../exit-codes.ts';
import type { NameFlags } from '../flags.ts';

export interface UsernsFlags extends NameFlags {
  readonly map?: readonly string[];
}

/** Not about what is done here; the second only where somebody named ids. */
const OF_CONTAINERS: ReadonlySet<string> = new Set(['HF384']);
const KNOWN: ReadonlySet<string> = new Set(['HF384', 'HF330']);

export async function userns(this: Context, { name, lxcpath, map }: UsernsFlags): Promise<void> {
  if (this.command === null || this.command.length === 0) throw new HoldfastError('say what to run: holdfast userns -- COMMAND', { code: 'usage' });
  if (name !== undefined && map !== undefined) throw new HoldfastError('either the map of a container (-n NAME), or one of your own (-m)', { code: 'usage' });
  const set = (map ?? []).map((one) => `lxc.idmap=${one.replaceAll(':', ' ')}`);
  const prepared = prepare({ name, lxcpath, set, command: this.command }, realMachine(), 'have', 'look');
  const environment = Object.entries(this.process.env).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
  const compiled = prepared.spec === null ? null : compileUserns(prepared.spec, prepared.host, environment);
  const found = [...prepared.diagnostics.filter(({ severity }) => severity === 'error'), ...(compiled?.diagnostics ?? [])].filter(
    ({ code }) => !(map === undefined ? OF_CONTAINERS : KNOWN).has(code),
  );
  err(this, diagnosticsReport(found, prepared.lineOf));
  const ready = compiled !== null && compiled.plan !== null && !hasErrors(found) ? compiled.plan : null;
  this.process.exitCode = ready === null ? EXIT.startFailed : await runNameless(prepared.host.cacheDir, launcherOf(ready), 'userns');
}
