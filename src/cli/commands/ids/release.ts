// holdfast ids release: takes back the ids that a container was given.

import { realMachine } from '../../../host/machine.ts';
import { releaseIds } from '../../../runtime/ids/allocate.ts';
import { givenText } from '../../../runtime/ids/resolve-auto.ts';
import { type Context, err, out } from '../../context.ts';
import type { NameFlags } from '../../flags.ts';
import { nameOf } from '../../source.ts';

export interface ReleaseFlags extends NameFlags {
  readonly file?: string;
  readonly force: boolean;
}

export function release(this: Context, flags: ReleaseFlags, name?: string): void {
  const { ids, linesRemoved } = releaseIds({ name: nameOf(flags, name), lxcpath: flags.lxcpath, file: flags.file }, flags.force, realMachine());
  if (linesRemoved === false) err(this, `${ids.config} maps other ids by now, or in a file it includes: its lines of lxc.idmap stay\n`);
  out(this, `${ids.name} no longer has ids ${givenText(ids)}\n`);
}
