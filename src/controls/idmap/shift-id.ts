// From the ids that files have under one map to those that the same users and groups inside have under another.

import type { IdRange } from '../../model/spec.ts';
import { outsideId } from './effective.ts';
import { LAST_ID } from './ranges.ts';

/** Files that belong to the ids inside, as an archive has them. */
export const AS_INSIDE: readonly IdRange[] = (['u', 'g'] as const).map((kind) => ({ kind, inside: 0, outside: 0, count: LAST_ID + 1 }));

/** The new id of a file's `id`; null: nobody inside has it, before or afterwards, and it stays. */
export function shiftedId(from: readonly IdRange[], to: readonly IdRange[], kind: IdRange['kind'], id: number): number | null {
  const holds = from.find((one) => one.kind === kind && id >= one.outside && id < one.outside + one.count);
  return holds === undefined ? null : outsideId(to, kind, holds.inside + (id - holds.outside));
}
