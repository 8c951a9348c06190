// holdfast start: as run, but the monitor leaves the terminal once init runs.

import type { Context } from '../context.ts';
import type { ConfigFlags } from '../flags.ts';
import { launch } from './run.ts';

export async function start(this: Context, flags: ConfigFlags, name?: string): Promise<void> {
  await launch(this, flags, name, true);
}
