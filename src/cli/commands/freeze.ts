// holdfast freeze, holdfast unfreeze: stop all processes of a container, and let them go on.

import { freeze as freezeContainer, unfreeze as unfreezeContainer } from '../../runtime/freezer/index.ts';
import type { Context } from '../context.ts';
import type { NameFlags } from '../flags.ts';
import { requiredName } from '../source.ts';

export async function freeze(this: Context, flags: NameFlags & { timeout?: number }, name?: string): Promise<void> {
  await freezeContainer(requiredName(flags, name), flags.timeout === undefined ? {} : { timeout: flags.timeout });
}

export async function unfreeze(this: Context, flags: NameFlags, name?: string): Promise<void> {
  await unfreezeContainer(requiredName(flags, name));
}
