// A system call filter is the last call before execve, and Landlock comes shortly before it; an init that is not user 0 has lost its
// capabilities by then.

import { CAPABILITIES } from '../../kernel/capabilities.gen.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { Action } from '../../model/step.ts';
import { prctl } from './prctl.ts';
import { capabilityMask } from './wanted.ts';
import { setCapabilities } from './sets.ts';

/** Without no_new_privs, seccomp(2) and landlock_restrict_self(2) ask for CAP_SYS_ADMIN in the user namespace. User 0 has it until execve anyway. */
export function needsAdminForFilter(spec: ContainerSpec): boolean {
  return (spec.seccomp !== null || spec.landlock !== null) && !spec.noNewPrivs.value && spec.init.uid.value !== 0;
}

/**
 * The permitted and effective sets of an init that is not user 0, from the change of ids until execve(2), which empties
 * them: nothing but what the filter needs. null for user 0, whose sets are the caller's until execve makes them the
 * bounding set.
 */
export function setsUntilExec(spec: ContainerSpec): bigint | null {
  if (spec.init.uid.value === 0) return null;
  return needsAdminForFilter(spec) ? capabilityMask([CAPABILITIES.sys_admin]) : 0n;
}

/** Before the change of ids: keep the permitted set over it (it would be emptied when the last id 0 goes). */
export function beforeIds(spec: ContainerSpec): readonly Action[] {
  return needsAdminForFilter(spec) ? [prctl('PR_SET_KEEPCAPS', 1)] : [];
}

/** After it: take that back, so that the secure bits are 0 again, and set exactly what may remain. */
export function afterIds(spec: ContainerSpec): readonly Action[] {
  const sets = setsUntilExec(spec);
  if (sets === null) return [];
  return [...(needsAdminForFilter(spec) ? [prctl('PR_SET_KEEPCAPS', 0)] : []), setCapabilities(sets)];
}
