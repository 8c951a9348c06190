// How often devices are used: what usual programs open and make (strace of a shell, a C library's start, sshd, package tools).
// Changes what a decision costs, never what it is.

import type { DeviceType } from './rule.ts';

export interface Weight {
  readonly type: DeviceType;
  readonly major: number;
  /** null: every number. */
  readonly minor: number | null;
  readonly weight: number;
}

/** Documentation/admin-guide/devices.txt. */
const COMMON: readonly Weight[] = [
  { type: 'c', major: 1, minor: 3, weight: 100 }, // null
  { type: 'c', major: 136, minor: null, weight: 50 }, // pts
  { type: 'c', major: 1, minor: 9, weight: 40 }, // urandom
  { type: 'c', major: 5, minor: 0, weight: 20 }, // tty
  { type: 'c', major: 1, minor: 5, weight: 10 }, // zero
  { type: 'c', major: 5, minor: 2, weight: 10 }, // ptmx
  { type: 'c', major: 1, minor: 8, weight: 5 }, // random
  { type: 'c', major: 5, minor: 1, weight: 5 }, // console
  { type: 'c', major: 1, minor: 7, weight: 2 }, // full
];

/** A number that a rule names and nobody uses much, or all that no rule names. */
const OTHER = 1;

/** `minor` undefined: all devices of the major number. */
export function weightOf(type: DeviceType, major: number | null, minor?: number | null): number {
  const about = COMMON.filter((one) => one.type === type && one.major === major && (minor === undefined || one.minor === minor));
  return about.reduce((sum, { weight }) => sum + weight, OTHER);
}
