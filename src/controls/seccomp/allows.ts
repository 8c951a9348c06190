// Which calls a finished filter lets through whatever their arguments: asked of the very bytes, not of the policy.

import { decodeProgram } from '../../bpf/instruction.ts';
import { decodeInstruction } from '../../bpf/operation.ts';
import { possibleReturns } from '../../bpf/outcomes.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import type { Arch } from '../../kernel/arch.ts';
import { callTargets } from './calls.ts';
import { AUDIT_ARCH } from './policy.ts';

/** `sometimes`: it depends on the arguments, as far as can be told. */
export type Permission = 'always' | 'sometimes' | 'never';

/** A call that the architecture lacks is never permitted. */
export function permission(filter: Uint8Array, arch: Arch, name: string): Permission {
  const returns = returnsFor(filter, arch, name);
  if (returns.length === 0) return 'never';
  const through = returns.filter(letsThrough).length;
  return through === returns.length ? 'always' : through > 0 || returns.includes(null) ? 'sometimes' : 'never';
}

/** May a program outside of the container be asked about this call? */
export function isNotified(filter: Uint8Array, arch: Arch, name: string): boolean {
  return returnsFor(filter, arch, name).some((value) => value !== null && actionOf(value) === CONSTANTS.SECCOMP_RET_USER_NOTIF);
}

/** Does the filter ask about any call? Of a filter of Holdfast's, whose returns are all constants. */
export function notifies(filter: Uint8Array): boolean {
  return decodeProgram(filter).some((instruction) => {
    const operation = decodeInstruction(instruction);
    return operation?.kind === 'return' && operation.value !== 'a' && actionOf(operation.value) === CONSTANTS.SECCOMP_RET_USER_NOTIF;
  });
}

/** Whatever the filter may return for a call; nothing for one that the architecture lacks. */
function returnsFor(filter: Uint8Array, arch: Arch, name: string): readonly (number | null)[] {
  const own = callTargets(name, arch).find(({ selector }) => selector === null);
  return own === undefined ? [] : [...possibleReturns(decodeProgram(filter), { arch: CONSTANTS[AUDIT_ARCH[arch]], nr: own.number })];
}

const actionOf = (value: number): number => (value & CONSTANTS.SECCOMP_RET_ACTION_FULL) >>> 0;

/** Are all of these calls let through whatever their arguments? What a process does under the filter must pass this. */
export function allows(filter: Uint8Array, arch: Arch, names: readonly string[]): boolean {
  return names.every((name) => permission(filter, arch, name) === 'always');
}

function letsThrough(value: number | null): boolean {
  if (value === null) return false;
  const action = actionOf(value);
  return action === CONSTANTS.SECCOMP_RET_ALLOW || action === CONSTANTS.SECCOMP_RET_LOG;
}
