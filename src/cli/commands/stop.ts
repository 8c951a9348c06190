// holdfast stop: ask, wait, kill.

import { readHostFacts } from '../../host/facts.ts';
import { realMachine } from '../../host/machine.ts';
import { stopContainer } from '../../runtime/stop.ts';
import { type Context, err } from '../context.ts';
import type { NameFlags } from '../flags.ts';
import { requiredName } from '../source.ts';

/** LXC's own default for lxc-stop -t. */
const DEFAULT_TIMEOUT = 60;

export async function stop(this: Context, flags: NameFlags & { kill: boolean; timeout?: number }, name?: string): Promise<void> {
  const container = requiredName(flags, name);
  const { runDir } = readHostFacts(realMachine());
  const { killed, thawed } = await stopContainer(runDir, container, { kill: flags.kill, timeout: flags.timeout ?? DEFAULT_TIMEOUT });
  if (thawed) err(this, `${container} was frozen, and was thawed to end\n`);
  if (killed && !flags.kill) err(this, `${container} did not end in time and was killed\n`);
}
