// What the flags and the words behind `--` name.

import { HoldfastError } from '../model/error.ts';
import { checkName, type Source } from '../runtime/source.ts';
import type { Context } from './context.ts';
import type { ConfigFlags, NameFlags } from './flags.ts';

/** NAME and `-n NAME` are the same; both at once must agree. */
export function nameOf(flags: NameFlags, positional: string | undefined): string | undefined {
  if (positional !== undefined && flags.name !== undefined && positional !== flags.name) {
    throw new HoldfastError(`two names were given: '${positional}' and '${flags.name}'`, { code: 'usage' });
  }
  return positional ?? flags.name;
}

/** For commands that are about one container. */
export function requiredName(flags: NameFlags, positional: string | undefined): string {
  const name = nameOf(flags, positional);
  if (name === undefined) throw new HoldfastError('name a container: NAME or -n NAME', { code: 'usage' });
  return checkName(name);
}

export function sourceOf(context: Context, flags: ConfigFlags, positional: string | undefined): Source {
  return { ...flags, name: nameOf(flags, positional), command: context.command };
}
