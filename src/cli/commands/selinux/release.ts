// holdfast selinux release: takes back the categories that a container was given.

import { realMachine } from '../../../host/machine.ts';
import { categoriesText } from '../../../runtime/selinux/check-categories.ts';
import { releaseCategories } from '../../../runtime/selinux/release.ts';
import { type Context, out } from '../../context.ts';
import type { NameFlags } from '../../flags.ts';
import { nameOf } from '../../source.ts';

export interface ReleaseFlags extends NameFlags {
  readonly file?: string;
}

export function release(this: Context, flags: ReleaseFlags, name?: string): void {
  const given = releaseCategories({ name: nameOf(flags, name), lxcpath: flags.lxcpath, file: flags.file }, realMachine());
  out(this, `${given.name} no longer has the SELinux categories ${categoriesText(given.categories)}\n`);
}
