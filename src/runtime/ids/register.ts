// The register of ids that were given to containers: STATE/ids.json, by the path of the configuration, because names are only unique in
// one directory of containers. Written whole, by whoever holds STATE/ids.lock.

import { closeSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { IdClaim } from '../../model/id-claim.ts';
import { HoldfastError } from '../../model/error.ts';
import type { SubIdRange } from '../../model/host.ts';
import { writeWhole } from '../write-whole.ts';

const LAST_ID = 0xffff_fffe;

export interface GivenIds {
  readonly name: string;
  /** Absolute path of the configuration. */
  readonly config: string;
  readonly u: SubIdRange;
  readonly g: SubIdRange;
}

export const LOCK_NAME = 'ids.lock';
const registerPath = (stateDir: string) => join(stateDir, 'ids.json');

/** Every entry. Throws for a file that is none of ours: what is given away would be a guess. */
export function readRegister(stateDir: string): readonly GivenIds[] {
  const path = registerPath(stateDir);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new HoldfastError(`${path} cannot be read: ${(cause as Error).message}`, { code: 'register', path, cause });
  }
  const entries = parse(text);
  if (entries === null) {
    throw new HoldfastError(`${path} is damaged, so nobody knows which ids are given away: restore it, or remove it where no container has ids of its own`, {
      code: 'register',
      path,
    });
  }
  return entries;
}

/** Written out before it counts: ids given twice after a power cut would be shared for good. */
export function writeRegister(stateDir: string, entries: readonly GivenIds[]): void {
  const path = registerPath(stateDir);
  writeWhole(path, `${JSON.stringify({ format: 1, containers: entries }, null, 2)}\n`, 0o600);
  for (const one of [path, stateDir]) {
    const file = openSync(one, 'r');
    try {
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
  }
}

/** What an entry claims. */
export function claimsOf(entry: GivenIds, stateDir: string): readonly IdClaim[] {
  return (['u', 'g'] as const).map((kind) => ({
    kind,
    ...entry[kind],
    owner: { what: 'container', name: entry.name },
    source: registerPath(stateDir),
  }));
}

function parse(text: string): readonly GivenIds[] | null {
  try {
    const { format, containers } = JSON.parse(text) as { format: unknown; containers: unknown };
    return format === 1 && Array.isArray(containers) && containers.every(isEntry) ? containers : null;
  } catch {
    return null;
  }
}

function isEntry(value: unknown): value is GivenIds {
  const { name, config, u, g } = (value ?? {}) as Partial<Record<keyof GivenIds, unknown>>;
  return typeof name === 'string' && typeof config === 'string' && config.startsWith('/') && isRange(u) && isRange(g);
}

function isRange(value: unknown): value is SubIdRange {
  const { first, count } = (value ?? {}) as Partial<Record<keyof SubIdRange, unknown>>;
  return Number.isSafeInteger(first) && Number.isSafeInteger(count) && Number(first) >= 0 && Number(count) > 0 && Number(first) + Number(count) - 1 <= LAST_ID;
}
