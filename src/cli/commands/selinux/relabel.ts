// holdfast selinux relabel: gives the files of a container its SELinux label.

import { realMachine } from '../../../host/machine.ts';
import { relabelContainer } from '../../../runtime/selinux/relabel-container.ts';
import { type Context, err, out } from '../../context.ts';
import type { NameFlags } from '../../flags.ts';
import { progress } from '../../progress.ts';
import { nameOf } from '../../source.ts';

export interface RelabelFlags extends NameFlags {
  readonly file?: string;
  readonly undo: boolean;
  readonly mounts: boolean;
  readonly json: boolean;
}

export function relabel(this: Context, flags: RelabelFlags, name?: string): void {
  const source = { name: nameOf(flags, name), lxcpath: flags.lxcpath, file: flags.file };
  const done = relabelContainer(source, { undo: flags.undo, mounts: flags.mounts, tell: progress(this) }, realMachine());
  for (const { path, mounted } of done) {
    if (mounted > 0) err(this, `${path}: ${mounted} files or directories below have other file systems mounted on them, which stay as they are\n`);
  }
  if (flags.json) out(this, `${JSON.stringify(done, null, 2)}\n`);
  else for (const { path, files, changed } of done) out(this, `${path}: ${changed} of ${files} files changed\n`);
}
