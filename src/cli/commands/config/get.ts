// holdfast config get: what holds of keys, after includes, repeats and clears; `KEY = VALUE` lines as lxc-info -c prints them.

import { type ConfigSetting, KEYS, type HeldKey, type ShownValue, showAll, showKey, suggestKeys } from '../../../config/index.ts';
import { HoldfastError } from '../../../model/error.ts';
import { hasErrors } from '../../../model/diagnostic.ts';
import { originText } from '../../../model/origin.ts';
import { printable } from '../../../model/printable.ts';
import { diagnosticsReport } from '../../../report/diagnostics.ts';
import { readSource } from '../../../runtime/source.ts';
import { type Context, err, out } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import type { NameFlags } from '../../flags.ts';

export interface GetFlags extends NameFlags {
  readonly file?: string;
  readonly set?: readonly string[];
  readonly json: boolean;
  readonly origin: boolean;
}

/** NAME KEY..., or KEY... where a flag says which configuration. Without a key, everything that is set. */
export function get(this: Context, flags: GetFlags, ...words: readonly string[]): void {
  const named = flags.name !== undefined || flags.file !== undefined;
  if (!named && words[0] !== undefined && isKey(words[0])) {
    throw new HoldfastError(`'${words[0]}' is a key: name the container in front of it, or a configuration with -f FILE`, { code: 'usage' });
  }
  const [name, keys] = named ? [flags.name, words] : [words[0], words.slice(1)];
  const { reading, lineOf } = readSource({ name, lxcpath: flags.lxcpath, file: flags.file, set: flags.set });
  if (hasErrors(reading.diagnostics)) {
    err(this, diagnosticsReport(reading.diagnostics, lineOf));
    this.process.exitCode = EXIT.errors;
    return;
  }
  const held = keys.length === 0 ? showAll(reading.settings) : keys.map((key) => heldOf(reading.settings, key));
  out(this, flags.json ? `${JSON.stringify(held.map(jsonOf), null, 2)}\n` : held.flatMap((one) => linesOf(one, flags.origin)).join(''));
  this.process.exitCode = held.every(({ set }) => set) ? EXIT.ok : EXIT.failed;
}

function heldOf(settings: readonly ConfigSetting[], key: string): HeldKey {
  const shown = showKey(settings, key);
  switch (shown.kind) {
    case 'held':
      return shown;
    case 'replaced':
      throw new HoldfastError(`${key} has no value of its own: its lines are replaced by the files they name; --origin shows those`, { code: 'usage' });
    case 'unknown':
      throw new HoldfastError(`unknown key '${key}'; ${helpFor(key)}`, { code: 'usage' });
  }
}

function isKey(word: string): boolean {
  return /^(lxc|holdfast)\./.test(word);
}

function helpFor(key: string): string {
  if (KEYS.some(({ name }) => name.startsWith(`${key}.`))) return `'${key}.*' is all keys that begin so`;
  return suggestKeys(key) || 'keys begin with lxc. or holdfast.';
}

/** As lines of a configuration. A merged value is one, unless the origin of each of its parts is asked for. */
function linesOf({ key, values, joined }: HeldKey, origin: boolean): readonly string[] {
  const line = (name: string, text: string) => (text === '' ? `${printable(name)} =` : `${printable(name)} = ${printable(text)}`);
  if (origin)
    return values.length === 0 ? [`${line(key, '')}\n`] : values.map((value) => `${line(value.key, value.text)}\t# ${printable(originText(value.why))}\n`);
  if (values.length === 0) return [`${line(key, '')}\n`];
  if (joined !== null) return [`${line(key, values.map(({ text }) => text).join(joined))}\n`];
  return values.map((value) => `${line(value.key, value.text)}\n`);
}

function jsonOf({ key, values, set }: HeldKey) {
  return { key, set, values: values.map(({ key: name, text, why }: ShownValue) => ({ key: name, value: text, origin: originText(why) })) };
}
