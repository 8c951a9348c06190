// The name of a call -> the numbers by which it can be made on an architecture.

import { syscallNumber } from '../../kernel/syscall-number.ts';
import { type Arch, ARCHES, syscallTable } from '../../kernel/arch.ts';
import { multiplexed } from './multiplexed.ts';
import type { Condition } from './policy.ts';

/** `selector` null: by a number of its own. Otherwise by a call whose arguments say which one is meant. */
export interface Target {
  readonly number: number;
  readonly selector: Condition | null;
}

/** Empty when the architecture has no such call. Kept: a profile asks for some 400 names on three architectures. */
export function callTargets(name: string, arch: Arch): readonly Target[] {
  const kept = TARGETS.get(arch) ?? new Map<string, readonly Target[]>();
  TARGETS.set(arch, kept);
  const found = kept.get(name) ?? targetsOf(name, arch);
  // Names come from policies: only those that mean something are few.
  if (found.length > 0) kept.set(name, found);
  return found;
}

const TARGETS = new Map<Arch, Map<string, readonly Target[]>>();

function targetsOf(name: string, arch: Arch): readonly Target[] {
  const number = syscallNumber(name, arch);
  const other = multiplexed(name, arch);
  const door = other === null ? undefined : syscallNumber(other.multiplexer, arch);
  return [
    ...(number === undefined ? [] : [{ number, selector: null }]),
    ...(other === null || door === undefined ? [] : [{ number: door, selector: other.selector }]),
  ];
}

/** The architectures of the tables that have this call. */
export function archesWith(name: string): readonly Arch[] {
  return ARCHES.filter((arch) => callTargets(name, arch).length > 0);
}

let everyName: ReadonlySet<string> | null = null;

/** Every name that any architecture knows. */
export function callNames(): ReadonlySet<string> {
  everyName ??= new Set(ARCHES.flatMap((arch) => Object.keys(syscallTable(arch))));
  return everyName;
}

/** The name of a number; undefined for none. */
export function callName(number: number, arch: Arch): string | undefined {
  return Object.entries(syscallTable(arch)).find(([, one]) => one === number)?.[0];
}
