// The capability sets as actions: building blocks for init and for attach (capabilities(7), capget(2), prctl(2)).

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Action, Arg, Compare, SysCall } from '../../model/step.ts';
import { prctl } from './prctl.ts';

/** PR_CAPBSET_DROP of each number. Dropping what is not there succeeds, so the result never depends on the caller. */
export function dropFromBounding(numbers: readonly number[]): readonly SysCall[] {
  return numbers.map((number) => prctl('PR_CAPBSET_DROP', number));
}

/** Reads the bounding set back, bit for bit. */
export function expectBounding(kernel: readonly number[], kept: ReadonlySet<number>): readonly SysCall[] {
  return kernel.map((number) => ({ ...prctl('PR_CAPBSET_READ', number), expect: kept.has(number) ? 1 : 0 }));
}

/** The ambient set empty, and the special treatment of user 0 on (no SECBIT_NOROOT, no SECBIT_NO_SETUID_FIXUP). */
export const NORMAL_SECUREBITS: SysCall = prctl('PR_SET_SECUREBITS', 0);
export const CLEAR_AMBIENT: SysCall = prctl('PR_CAP_AMBIENT', { flags: ['PR_CAP_AMBIENT_CLEAR_ALL'] });

/** The sets are two structures, for capabilities 0-31 and 32-63. */
const DATA = STRUCTS.cap_user_data;
const DATA_SIZE = 2 * DATA.size;

/** Version 3, the calling thread. */
const HEADER: Arg = { struct: 'cap_user_header', fields: { version: { flags: ['_LINUX_CAPABILITY_VERSION_3'] } } };

function halves(field: keyof typeof DATA.fields): readonly [number, number] {
  const { offset } = DATA.fields[field];
  return [offset, DATA.size + offset];
}

/**
 * Empties the inheritable set and leaves the others as they are. What the caller holds is known only when the launcher runs,
 * so the kernel's answer is given back with the inheritable words zeroed.
 */
export function clearInheritable(): readonly Action[] {
  const memory = 'capabilities.own';
  const [low, high] = halves('inheritable');
  const data: Arg = { buffer: memory, size: DATA_SIZE };
  return [
    { sys: 'capget', args: [HEADER, data] },
    { store: memory, offset: low, width: 4, value: 0n },
    { store: memory, offset: high, width: 4, value: 0n },
    { sys: 'capset', args: [HEADER, data] },
  ];
}

/** Makes these the permitted and effective sets, and the inheritable one. */
export function setCapabilities(mask: bigint, inheritable = 0n): SysCall {
  const data = [0, 1].map((half): Arg => {
    const word = wordOf(mask, half);
    return { struct: 'cap_user_data', fields: { effective: word, permitted: word, ...(inheritable === 0n ? {} : { inheritable: wordOf(inheritable, half) }) } };
  });
  return { sys: 'capset', args: [HEADER, { array: data }] };
}

const wordOf = (mask: bigint, half: number): bigint => (mask >> BigInt(32 * half)) & 0xffff_ffffn;

/** Each must be permitted and inheritable already. */
export function raiseAmbient(numbers: Iterable<number>): readonly SysCall[] {
  return [...numbers].map((number) => prctl('PR_CAP_AMBIENT', { flags: ['PR_CAP_AMBIENT_RAISE'] }, number));
}

/** PR_CAP_AMBIENT_IS_SET of these. Of no others: an ambient capability must be inheritable too, and that set is read back. */
export function expectAmbient(numbers: Iterable<number>): readonly SysCall[] {
  return [...numbers].map((number) => ({ ...prctl('PR_CAP_AMBIENT', { flags: ['PR_CAP_AMBIENT_IS_SET'] }, number), expect: 1 }));
}

/** Reads the sets back. `own`: what permitted and effective must be; null: what the caller gave, until execve. */
export function expectSets(own: bigint | null, inheritable: bigint): readonly Action[] {
  const memory = 'capabilities.read-back';
  const compare = (field: keyof typeof DATA.fields, mask: bigint): readonly Compare[] =>
    halves(field).map((offset, half) => {
      return { compare: memory, offset, width: 4, value: wordOf(mask, half), what: `the ${field} set, capabilities ${half === 0 ? '0-31' : '32-63'}` };
    });
  return [
    { sys: 'capget', args: [HEADER, { buffer: memory, size: DATA_SIZE }] },
    ...compare('inheritable', inheritable),
    ...(own === null ? [] : [...compare('permitted', own), ...compare('effective', own)]),
  ];
}
