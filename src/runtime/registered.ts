// The entry of a register that the user means: by the path of the configuration, which need not exist any more; a name that only one entry has will do.

import type { Machine } from '../host/machine.ts';
import { HoldfastError } from '../model/error.ts';
import type { Registered } from './register-file.ts';
import { configPathOf, type Source } from './source.ts';

/** Throws `not-allocated` with this reason. */
export function registeredFor<T extends Registered>(entries: readonly T[], source: Source, machine: Machine, none: string): T {
  const wanted = pathOf(source, machine);
  const named = entries.filter(({ name }) => name === source.name);
  const found =
    entries.find(({ config }) => config === wanted) ?? (source.file === undefined && source.lxcpath === undefined && named.length === 1 ? named[0] : undefined);
  if (found !== undefined) return found;
  throw new HoldfastError(`${source.name ?? source.file ?? ''} ${none}`, { code: 'not-allocated' });
}

function pathOf(source: Source, machine: Machine): string | null {
  try {
    return configPathOf(source, machine);
  } catch (cause) {
    if (cause instanceof HoldfastError && cause.code === 'no-such-container') return cause.path ?? null;
    throw cause;
  }
}
