// holdfast config keys: the table of keys, a line each.

import { KEYS } from '../../../config/index.ts';
import { type Context, err, out } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';

export function keys(this: Context, flags: { json: boolean }, pattern?: string): void {
  const matches = keyFilter(pattern ?? '');
  const found = KEYS.filter(({ name, old = [] }) => [name, ...old].some(matches));
  if (flags.json) return out(this, `${JSON.stringify(found, null, 2)}\n`);
  const width = Math.max(0, ...found.map(({ name }) => name.length));
  out(this, found.map(({ name, doc }) => `${name.padEnd(width)}  ${doc}\n`).join(''));
  if (found.length > 0) return;
  err(this, `holdfast: no key is like '${pattern}'\n`);
  this.process.exitCode = EXIT.failed;
}

/** Without a star, the pattern may stand anywhere in the name. */
function keyFilter(pattern: string): (name: string) => boolean {
  const parts = pattern.split('*').map((part) => part.replace(/[\\^$.|?+()[\]{}]/g, '\\$&'));
  const whole = pattern.includes('*') ? new RegExp(`^${parts.join('.*')}$`, 'i') : new RegExp(parts.join(''), 'i');
  return (name) => whole.test(name);
}
