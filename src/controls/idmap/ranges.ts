// Arithmetic of id ranges: overlap, coverage, and the text of a map.

import type { SubIdRange } from '../../model/host.ts';
import type { IdRange } from '../../model/spec.ts';

/** The kernel keeps 2^32 - 1 for "no id" (user_namespaces(7)). */
export const LAST_ID = 0xffff_fffe;
/** UID_GID_MAP_MAX_EXTENTS of the kernel, since Linux 4.15. */
export const MAX_RANGES = 340;
/** A map is one write of less than a page. */
export const MAX_MAP_BYTES = 4095;

export type Side = 'inside' | 'outside';

/** `100000-165535`. */
export function rangeText(first: number, count: number): string {
  return count === 1 ? String(first) : `${first}-${first + count - 1}`;
}

/** Every pair of ranges that share an id on one side. */
export function overlaps(ranges: readonly IdRange[], side: Side): readonly (readonly [IdRange, IdRange])[] {
  return ranges.flatMap((one, index) =>
    ranges
      .slice(index + 1)
      .filter((other) => one[side] < other[side] + other.count && other[side] < one[side] + one.count)
      .map((other) => [one, other] as const),
  );
}

/** Are all ids from `first` on within these ranges, which may touch or overlap? */
export function covers(granted: readonly SubIdRange[], first: number, count: number): boolean {
  const end = first + count;
  let reached = first;
  for (const one of [...granted].sort((a, b) => a.first - b.first)) {
    if (one.first > reached) break;
    reached = Math.max(reached, one.first + one.count);
  }
  return reached >= end;
}

/** What is written to /proc/PID/uid_map or gid_map: one line for each range. */
export function mapText(ranges: readonly IdRange[]): string {
  return ranges.map(({ inside, outside, count }) => `${inside} ${outside} ${count}\n`).join('');
}
