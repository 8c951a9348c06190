// An ordinary user's container gets control groups where a group is delegated to the user: cgroup-v2.rst, "Delegation". On a host with
// systemd that is a scope of the user's own manager (StartTransientUnit, org.freedesktop.systemd1(5)). systemd-run(1) makes that call
// and then executes what it is given, in the scope and under the same process id, so the whole command is run again below it.

import { join } from 'node:path';
import { wantsGroups } from '../controls/cgroups/index.ts';
import type { Machine } from '../host/machine.ts';
import type { HostFacts } from '../model/host.ts';
import type { ContainerSpec } from '../model/spec.ts';
import { runChild } from './execute.ts';

/** Set for what runs in the scope: one that did not help is not asked for again. */
const IN_SCOPE = 'HOLDFAST_IN_SCOPE';

const ANY_EXECUTE = 0o111;

/** Runs `command`, which is this very one, in the scope; resolves to its exit status. */
export function runInScope(scope: readonly string[], command: readonly string[]): Promise<number> {
  const [file = '', ...words] = [...scope, ...command];
  return runChild(file, words, { env: { ...process.env, [IN_SCOPE]: '1' } });
}

/**
 * The words in front of a command that put it into a delegated scope; null where it needs none, has one, or there is no manager.
 * Root makes its groups at the top of the hierarchy, as LXC does, and so does everybody where groups can be made already.
 */
export function scopeCommand(spec: ContainerSpec, host: HostFacts, machine: Machine): readonly string[] | null {
  if (host.uid === 0 || machine.env[IN_SCOPE] !== undefined || !wantsGroups(spec, host)) return null;
  const unified = host.cgroups.find(({ version }) => version === 2);
  if (unified === undefined || unified.writable) return null;
  const program = userManager(machine, host);
  if (program === null) return null;
  return [program, '--user', '--scope', '--quiet', '--collect', '--property=Delegate=yes', `--description=Holdfast: ${spec.name}`, '--'];
}

/** The program that asks the caller's own manager of systemd's for a scope; null where there is no such manager, or no program. */
export function userManager(machine: Machine, { uid }: Pick<HostFacts, 'uid'>): string | null {
  const runtime = machine.env['XDG_RUNTIME_DIR'] ?? `/run/user/${uid}`;
  return 'value' in machine.stat(join(runtime, 'systemd', 'private')) ? findProgram(machine) : null;
}

/** Along the caller's own PATH: it is run with no other rights than the caller's. */
function findProgram(machine: Machine): string | null {
  const directories = (machine.env['PATH'] ?? '/usr/bin:/bin').split(':').filter((directory) => directory.startsWith('/'));
  const isProgram = (path: string) => {
    const found = machine.stat(path);
    return 'value' in found && found.value.kind === 'file' && (found.value.mode & ANY_EXECUTE) !== 0;
  };
  return directories.map((directory) => join(directory, 'systemd-run')).find(isProgram) ?? null;
}
