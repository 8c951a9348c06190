// Where there is room for a container's ids: arithmetic of ranges, and the pool of root.

import type { SubIdRange } from '../../model/host.ts';

/** As many as a system has without networked accounts, nobody (65534) included. */
export const WHOLE_SYSTEM = 65536;

/**
 * The ids that root gives to containers: above what useradd(8) grants to users (up to 600 100 000) and systemd gives to its own
 * containers (up to 0x6fffffff; systemd, UIDS-GIDS), below 2^31, which some programs take for negative. The first 65536 of that
 * space belong to the embedded default container.
 */
export const POOL: SubIdRange = { first: 0x7001_0000, count: 0x0fff_0000 };

/** The first id from which on `count` ids are within one of the ranges of `within` and in none of `taken`; null: there is no room. */
export function firstFree(within: readonly SubIdRange[], taken: readonly SubIdRange[], count: number): number | null {
  const blocked = taken.toSorted((a, b) => a.first - b.first);
  for (const { first, count: room } of within) {
    let at = first;
    for (const one of blocked) {
      if (one.first >= at + count) break;
      at = Math.max(at, one.first + one.count);
    }
    if (at + count <= first + room) return at;
  }
  return null;
}

/** How many ids the largest free range within these has. */
export function largestFree(within: readonly SubIdRange[], taken: readonly SubIdRange[]): number {
  let [least, most] = [0, Math.max(0, ...within.map(({ count }) => count))];
  while (least < most) {
    const middle = Math.ceil((least + most) / 2);
    if (firstFree(within, taken, middle) === null) most = middle - 1;
    else least = middle;
  }
  return least;
}

/** What two lists of ranges have in common. */
export function common(one: readonly SubIdRange[], other: readonly SubIdRange[]): readonly SubIdRange[] {
  return one.flatMap((a) =>
    other.flatMap((b) => {
      const first = Math.max(a.first, b.first);
      const count = Math.min(a.first + a.count, b.first + b.count) - first;
      return count > 0 ? [{ first, count }] : [];
    }),
  );
}

/** Every pair that shares an id, by their first ids: a sweep, since a machine may have thousands of users and containers. */
export function sharing<T extends SubIdRange>(ranges: readonly T[]): readonly (readonly [T, T])[] {
  const pairs: (readonly [T, T])[] = [];
  let open: T[] = [];
  for (const next of ranges.toSorted((a, b) => a.first - b.first)) {
    open = open.filter((one) => one.first + one.count > next.first);
    for (const one of open) pairs.push([one, next]);
    open.push(next);
  }
  return pairs;
}
