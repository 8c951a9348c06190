// An init that is not user 0 loses every capability when it becomes that user. What it must have again: those that execve is
// to leave it (the ambient set), and those without which the last calls before execve cannot be made (secure bits, the filter).
// The same holds for user 0 where SECBIT_NOROOT makes it a user like any other.

import { CAPABILITIES } from '../../kernel/capabilities.gen.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { Action } from '../../model/step.ts';
import { prctl } from './prctl.ts';
import { raiseAmbient, setCapabilities } from './sets.ts';
import { setsSecureBits, secureBitActions } from './secure-bits.ts';
import { ambientCapabilities, capabilityMask, capabilityTitle, isKernelsRoot } from './wanted.ts';

/** Without no_new_privs, seccomp(2) and landlock_restrict_self(2) ask for CAP_SYS_ADMIN in the user namespace. User 0 has it until execve anyway. */
function needsAdminForFilter(spec: ContainerSpec): boolean {
  const filters = spec.usernsMax?.value === 0 || spec.keyctl?.value === false || spec.apparmor?.profile?.value === 'generated';
  const restricts = spec.seccomp !== null || spec.landlock !== null || filters;
  return restricts && !spec.noNewPrivs.value && !isKernelsRoot(spec);
}

/** Those of the launcher's own, gone at execve where they are not ambient. */
export function neededUntilExec(spec: ContainerSpec): readonly number[] {
  if (isKernelsRoot(spec)) return [];
  return [...(needsAdminForFilter(spec) ? [CAPABILITIES.sys_admin] : []), ...(setsSecureBits(spec) ? [CAPABILITIES.setpcap] : [])];
}

/**
 * The permitted and effective sets of an init that is not user 0, from the change of ids until execve(2), which leaves it the
 * ambient ones. null for user 0, whose sets are the caller's until execve makes them the
 * bounding set.
 */
export function setsUntilExec(spec: ContainerSpec, host: HostFacts): bigint | null {
  if (isKernelsRoot(spec)) return null;
  return capabilityMask([...ambientCapabilities(spec, host), ...neededUntilExec(spec)]);
}

/** Does anything of the permitted set stay over the change of ids? It would be emptied when the last id 0 goes. */
function keepsSome(spec: ContainerSpec, host: HostFacts): boolean {
  return (setsUntilExec(spec, host) ?? 0n) !== 0n;
}

/** The same in words: `CAP_CHOWN, CAP_SYS_ADMIN until execve`; empty for none, and for the kernel's root. */
export function setsUntilExecText(spec: ContainerSpec, host: HostFacts): string {
  const ambient = ambientCapabilities(spec, host);
  const needed = neededUntilExec(spec).filter((number) => !ambient.has(number));
  return [...[...ambient].map(capabilityTitle), ...needed.map((number) => `${capabilityTitle(number)} until execve`)].join(', ');
}

/** Before the change of ids. */
export function beforeIds(spec: ContainerSpec, host: HostFacts): readonly Action[] {
  return keepsSome(spec, host) ? [prctl('PR_SET_KEEPCAPS', 1)] : [];
}

/** After it: take that back, so that the secure bits are 0 again, and set exactly what may remain. */
export function afterIds(spec: ContainerSpec, host: HostFacts): readonly Action[] {
  const sets = setsUntilExec(spec, host);
  if (sets === null) return secureBitActions(spec);
  const ambient = ambientCapabilities(spec, host);
  return [
    ...(sets === 0n ? [] : [prctl('PR_SET_KEEPCAPS', 0)]),
    setCapabilities(sets, capabilityMask(ambient)),
    ...raiseAmbient(ambient),
    ...secureBitActions(spec),
  ];
}
