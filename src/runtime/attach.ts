// Enters a running container: its record says what init is confined by, a one-shot launcher does the same to a new process.

import { readFileSync, statSync } from 'node:fs';
import { readHostFacts } from '../host/facts.ts';
import { realMachine } from '../host/machine.ts';
import { diagnosticText } from '../model/diagnostic.ts';
import { HoldfastError } from '../model/error.ts';
import type { ContainerRecord } from '../model/record.ts';
import { compileAttach } from '../plan/attach.ts';
import { launcherOf } from './compile.ts';
import { runningContainer } from './containers.ts';
import { runNameless } from './execute.ts';
import { freezerStateOf } from './freezer/index.ts';

export interface AttachRequest {
  readonly name: string;
  /** A shell when empty. */
  readonly argv: readonly string[];
}

/** Runs a command inside, on this process's 0-2; resolves to its exit status. Throws `not-running`, `frozen` and `cannot-attach`. */
export async function attach({ name, argv }: AttachRequest): Promise<number> {
  const host = readHostFacts(realMachine());
  const { record, monitor } = runningContainer(host.runDir, name);
  // A process that joins would be stopped on its way in, with the caller's terminal in its hands.
  const frozen = freezerStateOf(record);
  if (frozen !== 'thawed') throw new HoldfastError(`${name} is ${frozen}: thaw it first (holdfast unfreeze ${name})`, { code: 'frozen' });
  let pidNamespace: bigint;
  try {
    pidNamespace = statSync(`/proc/${record.init}/ns/pid`, { bigint: true }).ino;
  } catch (cause) {
    throw new HoldfastError(`${name}: init, process ${record.init}, cannot be looked at: it has ended, or belongs to another user`, {
      code: 'not-running',
      cause,
    });
  }
  const { plan, diagnostics } = compileAttach(record, { argv, monitor, pidNamespace, rlimits: host.rlimits, handsDown: handsDown(record) });
  if (plan === null) {
    throw new HoldfastError(diagnostics.map((one) => diagnosticText(one).message).join('; '), { code: 'cannot-attach' });
  }
  return runNameless(host.cacheDir, launcherOf(plan), name);
}

/** Is a controller on for the groups inside its unified group? */
function handsDown({ cgroups }: ContainerRecord): boolean {
  const unified = cgroups.find(({ version }) => version === 2);
  try {
    return unified !== undefined && readFileSync(`${unified.path}/cgroup.subtree_control`, 'utf8').trim() !== '';
  } catch {
    return false; // the container has just ended: the launcher will say so
  }
}
