// The capability sets of a process, read from the text of /proc/PID/status (proc_pid_status(5)).

import { capabilityName } from './wanted.ts';

export const SETS = ['bounding', 'permitted', 'effective', 'inheritable', 'ambient'] as const;
export type CapabilitySet = (typeof SETS)[number];

const FIELDS: Readonly<Record<CapabilitySet, string>> = {
  bounding: 'CapBnd',
  permitted: 'CapPrm',
  effective: 'CapEff',
  inheritable: 'CapInh',
  ambient: 'CapAmb',
};

export type CapabilitySets = Readonly<Record<CapabilitySet, bigint>>;

/** Each set as a bit mask; one that the kernel does not show is empty. */
export function setsIn(status: string): CapabilitySets {
  const mask = (set: CapabilitySet): bigint => BigInt(`0x${new RegExp(`^${FIELDS[set]}:\\s*([0-9a-f]+)$`, 'm').exec(status)?.[1] ?? '0'}`);
  return { bounding: mask('bounding'), permitted: mask('permitted'), effective: mask('effective'), inheritable: mask('inheritable'), ambient: mask('ambient') };
}

/** The numbers in a mask, in order. */
export function numbersIn(mask: bigint): readonly number[] {
  return Array.from({ length: 64 }, (_, number) => number).filter((number) => ((mask >> BigInt(number)) & 1n) === 1n);
}

/** The names in a mask; a number for one that has no name here. */
export const namesIn = (mask: bigint): readonly string[] => numbersIn(mask).map(capabilityName);
