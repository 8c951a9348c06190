// holdfast config unset: the lines of one key leave a configuration file.

import type { Context } from '../../context.ts';
import { applyEdit, type EditFlags, wordsOf } from './set.ts';

export interface UnsetFlags extends EditFlags {
  readonly clear: boolean;
}

/** NAME KEY, or KEY where a flag says which configuration. */
export function unset(this: Context, flags: UnsetFlags, ...words: readonly string[]): void {
  const [name, key] = wordsOf(flags, words, ['KEY']);
  applyEdit(this, { ...flags, name }, { kind: 'unset', key, clear: flags.clear });
}
