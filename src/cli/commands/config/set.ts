// holdfast config set: one key of a configuration file gets a value, or one more.

import type { ConfigEdit } from '../../../config/index.ts';
import { HoldfastError } from '../../../model/error.ts';
import { diagnosticsReport } from '../../../report/diagnostics.ts';
import { editConfiguration } from '../../../runtime/edit-configuration.ts';
import { type Context, err } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import type { NameFlags } from '../../flags.ts';

export interface EditFlags extends NameFlags {
  readonly file?: string;
}
export interface SetFlags extends EditFlags {
  readonly append: boolean;
}

/** NAME KEY VALUE, or KEY VALUE where a flag says which configuration. */
export function set(this: Context, flags: SetFlags, ...words: readonly string[]): void {
  const [name, key, value] = wordsOf(flags, words, ['KEY', 'VALUE']);
  applyEdit(this, { ...flags, name }, { kind: 'set', key, value, append: flags.append });
}

/** The name and what follows it; as many words as there are placeholders. */
export function wordsOf(flags: EditFlags, words: readonly string[], placeholders: readonly string[]): readonly [string | undefined, string, string] {
  const named = flags.name !== undefined || flags.file !== undefined;
  const [name, rest] = named ? [flags.name, words] : [words[0], words.slice(1)];
  if (rest.length !== placeholders.length) {
    const expected = named ? placeholders : ['NAME', ...placeholders];
    throw new HoldfastError(`expected ${expected.join(' ')}, found ${words.length} words; a value with blanks needs quotes`, { code: 'usage' });
  }
  return [name, rest[0] ?? '', rest[1] ?? ''];
}

/** Ends with 0 where the file was written, else with 1. */
export function applyEdit(context: Context, { name, lxcpath, file }: Omit<EditFlags, 'name'> & { readonly name: string | undefined }, edit: ConfigEdit): void {
  const { written, diagnostics } = editConfiguration({ name, lxcpath, file }, edit);
  err(
    context,
    diagnosticsReport(diagnostics, () => undefined),
  );
  context.process.exitCode = written ? EXIT.ok : EXIT.failed;
}
