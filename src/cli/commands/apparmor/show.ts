// holdfast apparmor show: the text of a profile.

import { profileTextOf } from '../../../runtime/show-profile.ts';
import { type Context, out } from '../../context.ts';
import type { ConfigFlags } from '../../flags.ts';
import { sourceOf } from '../../source.ts';

export function show(this: Context, flags: ConfigFlags, name?: string): void {
  out(this, profileTextOf(sourceOf(this, flags, name)));
}
