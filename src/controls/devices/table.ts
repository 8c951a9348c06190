// The decision table that every means of enforcing device rules implements: a list as the v1 controller keeps it, and what it lets
// pass (security/device_cgroup.c, cgroup-v1/devices.rst). Pure. The same list is compiled to a BPF program for v2.

import { type DeviceNumbers, type DeviceRule, type DeviceType, type Rights, rightsOf } from './rule.ts';

/** A use of a device: all of the rights at once, as open(2) for reading and writing asks for two. */
export interface DeviceUse {
  readonly type: DeviceType;
  readonly major: number;
  readonly minor: number;
  readonly rights: Rights;
}

export interface DeviceTable {
  /** What holds for a device that no exception names. */
  readonly otherwise: 'allow' | 'deny';
  /** One for each set of numbers, in the order in which they were first named. */
  readonly exceptions: readonly DeviceException[];
}

export interface DeviceException extends DeviceNumbers {
  readonly rights: Rights;
}

/** The list of the root, and of a new group below it. Any other new group has a copy of its parent's list. */
export const OPEN: DeviceTable = { otherwise: 'allow', exceptions: [] };

/** Rules, one after the other, on the list of a new group. */
export function tableOf(rules: readonly DeviceRule[], start: DeviceTable = OPEN): DeviceTable {
  return rules.reduce((table, rule) => changed(table, rule, start), start);
}

/**
 * A list with one rule more. `all` begins it again: empty, or as the parent's. A rule of the list's own kind is an exception from it,
 * whose rights are joined with those of an exception of the very same numbers; one of the other kind takes rights away from
 * that exception, and nothing from any other: `deny c 1:3 w` behind `allow c 1:* rw` leaves 1:3 writable.
 */
export function changed(table: DeviceTable, rule: DeviceRule, parent: DeviceTable = OPEN): DeviceTable {
  if (rule.kind === 'all') return rule.verb === 'deny' ? { otherwise: 'deny', exceptions: [] } : { otherwise: 'allow', exceptions: parent.exceptions };
  const { verb, type, major, minor, rights } = rule;
  const isSame = (one: DeviceException) => one.type === type && one.major === major && one.minor === minor;
  const adds = verb !== table.otherwise;
  const known = table.exceptions.some(isSame);
  if (adds && !known) return { ...table, exceptions: [...table.exceptions, { type, major, minor, rights }] };
  const merged = (one: DeviceException) => (adds ? rightsOf(one.rights + rights) : rightsOf([...one.rights].filter((right) => !rights.includes(right))));
  const exceptions = table.exceptions.map((one) => (isSame(one) ? { ...one, rights: merged(one) } : one));
  return { ...table, exceptions: exceptions.filter((one) => one.rights !== '') };
}

/**
 * Does the kernel refuse (EPERM) this rule in a group below `parent`? Nothing may be allowed that the parent does not allow; a list
 * of denials keeps the parent's.
 */
export function isRefused(table: DeviceTable, rule: DeviceRule, parent: DeviceTable): boolean {
  if (rule.verb === 'deny') return false;
  if (rule.kind === 'all') return parent.otherwise === 'deny';
  const overlaps = parent.exceptions.some((one) => meets(one, rule) && some(one.rights, rule.rights));
  if (table.otherwise === 'allow') return overlaps;
  return parent.otherwise === 'allow' ? overlaps : !parent.exceptions.some((one) => covers(one, rule) && every(rule.rights, one.rights));
}

/** Does the list let a device be used so? Of a list of denials one that touches the use refuses it; of the others one must cover it whole. */
export function allows({ otherwise, exceptions }: DeviceTable, use: DeviceUse): boolean {
  const about = exceptions.filter((one) => covers(one, use));
  return otherwise === 'deny' ? about.some((one) => every(use.rights, one.rights)) : !about.some((one) => some(one.rights, use.rights));
}

const every = (rights: Rights, of: Rights): boolean => [...rights].every((right) => of.includes(right));
const some = (rights: Rights, of: Rights): boolean => [...rights].some((right) => of.includes(right));
const covers = (one: DeviceNumbers, { type, major, minor }: DeviceNumbers): boolean =>
  one.type === type && (one.major === null || one.major === major) && (one.minor === null || one.minor === minor);
const meets = (one: DeviceNumbers, { type, major, minor }: DeviceNumbers): boolean =>
  one.type === type && (one.major === null || major === null || one.major === major) && (one.minor === null || minor === null || one.minor === minor);
