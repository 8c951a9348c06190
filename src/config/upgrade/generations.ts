// The generations of LXC that a configuration can be written for, and which keys each of them knows.

import type { KeyEntry } from '../keys/entry.ts';

/** 1.0 stands for all before 2.1: the same names. 7.0 is the one without version 1 of control groups. */
export const GENERATIONS = ['1.0', '2.1', '6.0', '7.0'] as const;
export type Generation = (typeof GENERATIONS)[number];

/** Releases by their numbers: 3.10 is after 3.9. */
function before(one: string, other: string): boolean {
  const [a = [], b = []] = [one, other].map((text) => text.split('.').map(Number));
  const at = Array.from({ length: Math.max(a.length, b.length) }, (_, index) => index).find((index) => (a[index] ?? 0) !== (b[index] ?? 0));
  return at !== undefined && (a[at] ?? 0) < (b[at] ?? 0);
}

/** The last release that a generation's configurations are read by: names of 1.x hold up to 2.0. */
const NEWEST: Readonly<Record<Generation, string>> = { '1.0': '2.0', '2.1': '2.1', '6.0': '6.0', '7.0': '7.0' };

/** Why a generation does not know the key; null: it does. Keys of Holdfast's own are skipped by every LXC. */
export function missingIn(entry: KeyEntry, generation: Generation): string | null {
  if (entry.name.startsWith('holdfast.')) return null;
  if (entry.since !== undefined && !/^\d/.test(entry.since)) return `it came ${entry.since}`;
  if (entry.since !== undefined && before(NEWEST[generation], entry.since)) return `it came with LXC ${entry.since}`;
  if (entry.until !== undefined && !before(generation, entry.until)) return `it went with LXC ${entry.until}`;
  return null;
}

/** Does it still have the names from before 2.1? */
export const hasOldNames = (generation: Generation): boolean => generation === '1.0';
