// holdfast attach: a command, or a shell, in a running container.

import { attach as attachTo } from '../../runtime/attach.ts';
import type { Context } from '../context.ts';
import type { NameFlags } from '../flags.ts';
import { requiredName } from '../source.ts';

export async function attach(this: Context, flags: NameFlags, name?: string): Promise<void> {
  this.process.exitCode = await attachTo({ name: requiredName(flags, name), argv: this.command ?? [] });
}
