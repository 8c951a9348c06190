// Which calls a finished filter lets through whatever their arguments: asked of the very bytes, not of the policy.

import { decodeProgram } from '../../bpf/instruction.ts';
import { possibleReturns } from '../../bpf/outcomes.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import type { Arch } from '../../kernel/syscalls.gen.ts';
import { callTargets } from './calls.ts';
import { AUDIT_ARCH } from './policy.ts';

/** `sometimes`: it depends on the arguments, as far as can be told. */
export type Permission = 'always' | 'sometimes' | 'never';

/** A call that the architecture lacks is never permitted. */
export function permission(filter: Uint8Array, arch: Arch, name: string): Permission {
  const program = decodeProgram(filter);
  const own = callTargets(name, arch).find(({ selector }) => selector === null);
  if (own === undefined) return 'never';
  const returns = [...possibleReturns(program, { arch: CONSTANTS[AUDIT_ARCH[arch]], nr: own.number })];
  const through = returns.filter(letsThrough).length;
  return through === returns.length ? 'always' : through > 0 || returns.includes(null) ? 'sometimes' : 'never';
}

/** Are all of these calls let through whatever their arguments? What a process does under the filter must pass this. */
export function allows(filter: Uint8Array, arch: Arch, names: readonly string[]): boolean {
  return names.every((name) => permission(filter, arch, name) === 'always');
}

function letsThrough(value: number | null): boolean {
  if (value === null) return false;
  const action = (value & CONSTANTS.SECCOMP_RET_ACTION_FULL) >>> 0;
  return action === CONSTANTS.SECCOMP_RET_ALLOW || action === CONSTANTS.SECCOMP_RET_LOG;
}
