// Secure bits (capabilities(7), "The securebits flags"): how the kernel treats user 0. The launcher first sets them to 0,
// whatever the caller had, and last to what is asked: with `no_cap_ambient_raise` no ambient capability could be raised after.

import type { ConstName } from '../../kernel/constants.gen.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import type { ContainerSpec, SecureBit } from '../../model/spec.ts';
import type { Action } from '../../model/step.ts';
import { prctl } from './prctl.ts';

/** Unlocked, a process with CAP_SETPCAP would take them back. */
const FLAGS: Readonly<Record<SecureBit, readonly ConstName[]>> = {
  noroot: ['SECBIT_NOROOT', 'SECBIT_NOROOT_LOCKED'],
  no_setuid_fixup: ['SECBIT_NO_SETUID_FIXUP', 'SECBIT_NO_SETUID_FIXUP_LOCKED'],
  no_cap_ambient_raise: ['SECBIT_NO_CAP_AMBIENT_RAISE', 'SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED'],
};

/** Setting them needs CAP_SETPCAP. */
export function setsSecureBits(spec: ContainerSpec): boolean {
  return spec.secureBits !== undefined && spec.secureBits.value.length > 0;
}

const flagsOf = (spec: ContainerSpec): readonly ConstName[] => (spec.secureBits?.value ?? []).flatMap((bit) => FLAGS[bit]);

/** Behind the change of ids and the ambient set. */
export function secureBitActions(spec: ContainerSpec): readonly Action[] {
  return setsSecureBits(spec) ? [prctl('PR_SET_SECUREBITS', { flags: flagsOf(spec) })] : [];
}

/** What PR_GET_SECUREBITS must answer. */
export function secureBitMask(spec: ContainerSpec): number {
  return flagsOf(spec).reduce((mask, name) => mask | CONSTANTS[name], 0);
}
