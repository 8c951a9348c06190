// Files of an ordinary user's containers belong to ids that only a user namespace can give and take. One map serves all of them: the
// caller is its root, and has beside itself every id that it was granted (user_namespaces(7), newuidmap(1)).

import { MAX_RANGES } from '../../controls/idmap/ranges.ts';
import type { HostFacts, SubIdRange } from '../../model/host.ts';
import type { IdRange } from '../../model/spec.ts';
import type { IdsHere } from './make-tree.ts';

type Kind = IdRange['kind'];

export interface CallersIds {
  /** Lines of lxc.idmap. */
  readonly lines: readonly string[];
  /** The id in there of an id of the host; null: it is not in there. */
  readonly idOf: (kind: Kind, outside: number) => number | null;
}

/** null: the caller has no other ids, or no need of a namespace. */
export function callersIds(host: Pick<HostFacts, 'uid' | 'gid' | 'subuids' | 'subgids' | 'newuidmap' | 'newgidmap'>): CallersIds | null {
  if (host.uid === 0 || host.newuidmap === null || host.newgidmap === null || host.subuids.length === 0 || host.subgids.length === 0) return null;
  const maps = { u: mapOf(host.uid, host.subuids), g: mapOf(host.gid, host.subgids) };
  return {
    lines: (['u', 'g'] as const).flatMap((kind) => maps[kind].map(({ inside, first, count }) => `${kind} ${inside} ${first} ${count}`)),
    idOf: (kind, outside) => {
      const found = maps[kind].find(({ first, count }) => outside >= first && outside < first + count);
      return found === undefined ? null : found.inside + (outside - found.first);
    },
  };
}

interface Line extends SubIdRange {
  readonly inside: number;
}

/** The own id as 0, then the ranges one behind the other, each id once: the kernel takes no map with overlapping lines. */
function mapOf(own: number, granted: readonly SubIdRange[]): readonly Line[] {
  const lines: Line[] = [{ inside: 0, first: own, count: 1 }];
  let next = 1;
  for (const range of granted) {
    for (const { first, count } of lines.reduce<readonly SubIdRange[]>((left, line) => left.flatMap((one) => without(one, line)), [range])) {
      lines.push({ inside: next, first, count });
      next += count;
    }
  }
  return lines.slice(0, MAX_RANGES);
}

/** What is left of a range, at most two. */
function without(one: SubIdRange, taken: SubIdRange): readonly SubIdRange[] {
  const end = one.first + one.count;
  const takenEnd = taken.first + taken.count;
  if (taken.first >= end || takenEnd <= one.first) return [one];
  const pieces = [
    { first: one.first, count: taken.first - one.first },
    { first: takenEnd, count: end - takenEnd },
  ];
  return pieces.filter(({ count }) => count > 0);
}

/** A map of the host's ids as it is in there; null where a part of it is not, or not in one piece. */
export function mapWithin(map: readonly IdRange[], { idOf }: CallersIds): readonly IdRange[] | null {
  const ranges = map.flatMap((range) => {
    const [first, last] = [idOf(range.kind, range.outside), idOf(range.kind, range.outside + range.count - 1)];
    return first === null || last !== first + range.count - 1 ? [] : [{ ...range, outside: first }];
  });
  return ranges.length === map.length ? ranges : null;
}

/** How the ids of a container are written where the files are made: `map` is the container's, `within` the namespace it happens in. */
export function idsFor(map: readonly IdRange[] | null, within: CallersIds | null): IdsHere {
  const here = (kind: Kind) => (inside: number) => {
    const range = map?.find((one) => one.kind === kind && inside >= one.inside && inside < one.inside + one.count);
    if (map !== null && range === undefined) throw new RangeError(`${kind} ${inside} is not mapped`);
    const outside = range === undefined ? inside : range.outside + (inside - range.inside);
    const id = within === null ? outside : within.idOf(kind, outside);
    if (id === null) throw new RangeError(`${kind} ${outside} was not granted`);
    return id;
  };
  return { uid: here('u'), gid: here('g') };
}
