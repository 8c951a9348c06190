// Which capabilities a container keeps: lxc.cap.drop and lxc.cap.keep as sets of numbers (capabilities(7)).

import { CAPABILITIES } from '../../kernel/capabilities.gen.ts';
import type { HostFacts } from '../../model/host.ts';
import type { Setting } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { newNamespaces } from '../namespaces/new.ts';

const NAMES = new Map<number, string>(Object.entries(CAPABILITIES).map(([name, number]) => [number, name]));
const NUMBERS = new Map<string, number>(Object.entries(CAPABILITIES));

/** The number of a capability by lower-case name or decimal number; null when it is neither. */
export function capabilityNumber(name: string): number | null {
  const known = NUMBERS.get(name);
  if (known !== undefined) return known;
  return /^\d{1,3}$/.test(name) ? Number(name) : null;
}

/** `sys_module`, or the number of one that is newer than the table. */
export function capabilityName(number: number): string {
  return NAMES.get(number) ?? String(number);
}

/** `CAP_SYS_MODULE`, or `capability 41`. */
export function capabilityTitle(number: number): string {
  const name = NAMES.get(number);
  return name === undefined ? `capability ${number}` : `CAP_${name.toUpperCase()}`;
}

/** One named capability: the setting and its number. */
export interface NamedCapability {
  readonly setting: Setting<string>;
  readonly number: number;
}

/** The capabilities that the configuration names and that exist anywhere. */
export function namedCapabilities(spec: ContainerSpec): readonly NamedCapability[] {
  return spec.capabilities.names.flatMap((setting) => {
    const number = capabilityNumber(setting.value);
    return number === null ? [] : [{ setting, number }];
  });
}

/** Every capability of this kernel, in order. */
export function kernelCapabilities(host: HostFacts): readonly number[] {
  return Array.from({ length: host.lastCapability + 1 }, (_, number) => number);
}

/** What init's bounding set is before anything is dropped: full in a new user namespace, else the caller's. */
export function initialBounding(spec: ContainerSpec, host: HostFacts): ReadonlySet<number> {
  const all = kernelCapabilities(host);
  if (newNamespaces(spec, host).includes('user')) return new Set(all);
  return new Set(all.filter((number) => ((host.capabilities.bounding >> BigInt(number)) & 1n) === 1n));
}

/** The set that remains in the bounding set, and so the most that any process of the container can ever have. */
export function keptCapabilities(spec: ContainerSpec, host: HostFacts): ReadonlySet<number> {
  const named = new Set(namedCapabilities(spec).map(({ number }) => number));
  const keeps = spec.capabilities.mode === 'keep';
  return new Set([...initialBounding(spec, host)].filter((number) => named.has(number) === keeps));
}

/** Does execve give init the whole bounding set? It does for user 0, unless SECBIT_NOROOT makes it a user like any other. */
export function isKernelsRoot(spec: ContainerSpec): boolean {
  return spec.init.uid.value === 0 && spec.secureBits?.value.includes('noroot') !== true;
}

/**
 * What an init that is not user 0 begins with, in its ambient set: at execve only user 0 is given the bounding set
 * (capabilities(7)). `lxc.cap.keep` names what is to be had, so it is given; `lxc.cap.drop` leaves whatever the caller has,
 * which nobody asked for. lxc.cap.inheritance says it for both.
 */
export function ambientCapabilities(spec: ContainerSpec, host: HostFacts): ReadonlySet<number> {
  const { mode, inheritance } = spec.capabilities;
  const inherits = inheritance?.value ?? mode === 'keep';
  return !isKernelsRoot(spec) && inherits ? keptCapabilities(spec, host) : new Set();
}

/** The set as the kernel shows it in /proc/PID/status: 16 hexadecimal digits. */
export function capabilityMask(numbers: Iterable<number>): bigint {
  let mask = 0n;
  for (const number of numbers) mask |= 1n << BigInt(number);
  return mask;
}

export function maskText(mask: bigint): string {
  return mask.toString(16).padStart(16, '0');
}
