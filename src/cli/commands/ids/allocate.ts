// holdfast ids allocate: gives a container ids of its own.

import { realMachine } from '../../../host/machine.ts';
import { allocateIds } from '../../../runtime/ids/allocate.ts';
import { givenText } from '../../../runtime/ids/resolve-auto.ts';
import { type Context, out } from '../../context.ts';
import type { NameFlags } from '../../flags.ts';
import { nameOf } from '../../source.ts';

export interface AllocateFlags extends NameFlags {
  readonly file?: string;
  readonly size?: number;
  readonly json: boolean;
}

export function allocate(this: Context, flags: AllocateFlags, name?: string): void {
  const { ids, fresh } = allocateIds({ name: nameOf(flags, name), lxcpath: flags.lxcpath, file: flags.file }, flags.size, realMachine());
  if (flags.json) out(this, `${JSON.stringify({ ...ids, fresh }, null, 2)}\n`);
  else out(this, `${ids.name} ${fresh ? 'now has' : 'has had'} ids ${givenText(ids)}\n`);
}
