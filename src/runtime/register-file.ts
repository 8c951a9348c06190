// A register of what was given to containers: a file of JSON in STATE, by the path of the configuration, because names are only unique in
// one directory of containers. Written whole, by whoever holds its lock.

import { closeSync, fsyncSync, openSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../model/error.ts';
import { writeWhole } from './write-whole.ts';

/** What every entry has. */
export interface Registered {
  readonly name: string;
  /** Absolute path of the configuration. */
  readonly config: string;
}

export interface RegisterKind<T extends Registered> {
  /** `ids.json`. */
  readonly file: string;
  /** What is given away, for messages. */
  readonly what: string;
  readonly isEntry: (value: Partial<Record<keyof T, unknown>>) => boolean;
}

/** Every entry. Throws for a file that is none of ours: what is given away would be a guess. */
export function readEntries<T extends Registered>(stateDir: string, { file, what, isEntry }: RegisterKind<T>): readonly T[] {
  const path = join(stateDir, file);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new HoldfastError(`${path} cannot be read: ${(cause as Error).message}`, { code: 'register', path, cause });
  }
  const entries = parse(text, isEntry);
  if (entries === null) {
    throw new HoldfastError(
      `${path} is damaged, so nobody knows which ${what} are given away: restore it, or remove it where no container has ${what} of its own`,
      {
        code: 'register',
        path,
      },
    );
  }
  return entries;
}

/** Written out before it counts: what is given twice after a power cut would be shared for good. */
export function writeEntries<T extends Registered>(stateDir: string, { file }: RegisterKind<T>, entries: readonly T[]): void {
  const path = join(stateDir, file);
  writeWhole(path, `${JSON.stringify({ format: 1, containers: entries }, null, 2)}\n`, 0o600);
  for (const one of [path, stateDir]) {
    const opened = openSync(one, 'r');
    try {
      fsyncSync(opened);
    } finally {
      closeSync(opened);
    }
  }
}

function parse<T extends Registered>(text: string, isEntry: RegisterKind<T>['isEntry']): readonly T[] | null {
  try {
    const { format, containers } = JSON.parse(text) as { format: unknown; containers: unknown };
    return format === 1 && Array.isArray(containers) && containers.every((one) => isNamed(one) && isEntry(one as Partial<Record<keyof T, unknown>>))
      ? (containers as readonly T[])
      : null;
  } catch {
    return null;
  }
}

function isNamed(value: unknown): value is Registered {
  const { name, config } = (value ?? {}) as Partial<Record<keyof Registered, unknown>>;
  return typeof name === 'string' && typeof config === 'string' && config.startsWith('/');
}
