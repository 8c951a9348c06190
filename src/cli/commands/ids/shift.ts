// holdfast ids shift: gives the files of a root file system to the ids of its container.

import { realMachine } from '../../../host/machine.ts';
import { shiftContainer } from '../../../runtime/shift/shift-container.ts';
import { type Context, err, out } from '../../context.ts';
import type { NameFlags } from '../../flags.ts';
import { progress } from '../../progress.ts';
import { nameOf } from '../../source.ts';

export interface ShiftFlags extends NameFlags {
  readonly file?: string;
  readonly undo: boolean;
  readonly json: boolean;
}

export function shift(this: Context, flags: ShiftFlags, name?: string): void {
  const done = shiftContainer(
    { name: nameOf(flags, name), lxcpath: flags.lxcpath, file: flags.file },
    { undo: flags.undo, tell: progress(this), self: this.invocation.slice(0, 2) },
    realMachine(),
  );
  if (done.foreign > 0) err(this, `${done.foreign} files belong to users or groups that the container does not have, in part or altogether: these ids stay\n`);
  if (done.mounted > 0) err(this, `${done.mounted} files or directories below have other file systems mounted on them, which stay as they are\n`);
  if (flags.json) out(this, `${JSON.stringify(done, null, 2)}\n`);
  else
    out(
      this,
      done.nothing ? `${done.path}: its files have belonged to the container's ids\n` : `${done.path}: ${done.changed} of ${done.files} files changed\n`,
    );
}
