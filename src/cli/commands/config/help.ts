// holdfast config help KEY, and config --help KEY: a row of the table in words.

import { findKey, nearestKeys } from '../../../config/index.ts';
import { HoldfastError } from '../../../model/error.ts';
import { type Context, out } from '../../context.ts';

export function help(this: Context, _flags: unknown, key: string): void {
  const found = findKey(key);
  if (found.kind !== 'known') {
    const near = nearestKeys(key);
    throw new HoldfastError(`there is no key '${key}'${near.length > 0 ? `; near it: ${near.join(', ')}` : '; holdfast config keys lists all'}`, {
      code: 'usage',
    });
  }
  out(this, `${found.entry.name}\n  ${found.entry.doc}\n`);
}
