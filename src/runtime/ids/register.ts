// The register of ids that were given to containers: STATE/ids.json, written by whoever holds STATE/ids.lock.

import { join } from 'node:path';
import type { IdClaim } from '../../model/id-claim.ts';
import type { SubIdRange } from '../../model/host.ts';
import { readEntries, type Registered, type RegisterKind, writeEntries } from '../register-file.ts';

const LAST_ID = 0xffff_fffe;

export interface GivenIds extends Registered {
  readonly u: SubIdRange;
  readonly g: SubIdRange;
}

export const LOCK_NAME = 'ids.lock';
const REGISTER: RegisterKind<GivenIds> = { file: 'ids.json', what: 'ids', isEntry: ({ u, g }) => isRange(u) && isRange(g) };

export const readRegister = (stateDir: string): readonly GivenIds[] => readEntries(stateDir, REGISTER);

export function writeRegister(stateDir: string, entries: readonly GivenIds[]): void {
  writeEntries(stateDir, REGISTER, entries);
}

/** What an entry claims. */
export function claimsOf(entry: GivenIds, stateDir: string): readonly IdClaim[] {
  return (['u', 'g'] as const).map((kind) => ({
    kind,
    ...entry[kind],
    owner: { what: 'container', name: entry.name },
    source: join(stateDir, REGISTER.file),
  }));
}

function isRange(value: unknown): value is SubIdRange {
  const { first, count } = (value ?? {}) as Partial<Record<keyof SubIdRange, unknown>>;
  return Number.isSafeInteger(first) && Number.isSafeInteger(count) && Number(first) >= 0 && Number(count) > 0 && Number(first) + Number(count) - 1 <= LAST_ID;
}
