// What Debian's LXC says of a configuration: lxc-info -c KEY for many keys in one process.

import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { run } from './run.ts';

/** Values by key, in LXC's own form; null: it knows no such key here. */
export type LxcAnswers = ReadonlyMap<string, readonly string[] | null>;

const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
/** Asked between all others, so that the end of a value of several lines can be told: a member of a family that is never set. */
const MARK = 'lxc.cgroup2.holdfast.mark';

/** Writes `text` as container `name` below `directory` and asks; null: LXC refuses the configuration. */
export async function lxcAnswers(directory: string, name: string, text: string, keys: readonly string[]): Promise<LxcAnswers | null> {
  mkdirSync(join(directory, name));
  writeFileSync(join(directory, name, 'config'), text);
  const asked = [MARK, ...keys.flatMap((key) => [key, MARK])];
  const { code, stdout } = await run(['lxc-info', '-P', directory, '-n', name, ...asked.flatMap((key) => ['-c', key])], { env: ENVIRONMENT });
  if (code !== 0) return null;
  const parts = stdout.split(`${MARK} =\n`).slice(1);
  if (parts.length !== keys.length + 1) throw new Error(`lxc-info answered ${parts.length - 1} of ${keys.length} keys:\n${stdout}`);
  return new Map(keys.map((key, index) => [key, valuesOf(key, parts[index] ?? '')]));
}

/** `KEY = VALUE`, with more lines for more values; nothing where the key is invalid. */
function valuesOf(key: string, part: string): readonly string[] | null {
  if (part === '') return null;
  const text = part.slice(`${key} =`.length).replace(/^ /, '').trimEnd();
  return text === '' ? [] : text.split('\n');
}
