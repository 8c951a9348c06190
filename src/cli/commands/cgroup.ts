// holdfast cgroup: what a file of a container's control groups says, and another value for it.

import { HoldfastError } from '../../model/error.ts';
import { getGroupValue, setGroupValue } from '../../runtime/group-values/index.ts';
import { type Context, err, out } from '../context.ts';
import type { NameFlags } from '../flags.ts';
import { requiredName } from '../source.ts';

export type CgroupFlags = NameFlags & { translate: boolean; json: boolean };

/** `NAME KEY [VALUE...]`; with -n NAME the words begin with the key. Words of a value are joined: `cpu.max 50000 100000`. */
export function cgroup(this: Context, flags: CgroupFlags, ...words: readonly string[]): void {
  const rest = flags.name === undefined ? words.slice(1) : words;
  const name = requiredName(flags, flags.name === undefined ? words[0] : undefined);
  const [key, ...values] = rest;
  if (key === undefined) throw new HoldfastError(`name a file of ${name}'s groups, such as memory.max`, { code: 'usage' });
  const { translate } = flags;
  if (values.length === 0) {
    const found = getGroupValue(name, key, { translate });
    out(this, flags.json ? `${JSON.stringify(found)}\n` : `${found.value}\n`);
    return;
  }
  const { written, caution } = setGroupValue(name, key, values.join(' '), { translate });
  if (caution !== undefined) err(this, `${key}: ${caution}\n`);
  if (flags.json) out(this, `${JSON.stringify(written)}\n`);
}
