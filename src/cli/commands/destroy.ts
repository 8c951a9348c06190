// holdfast destroy: removes a container.

import { readHostFacts } from '../../host/facts.ts';
import { realMachine } from '../../host/machine.ts';
import { containerState } from '../../runtime/containers.ts';
import { destroyContainer } from '../../runtime/create/destroy-container.ts';
import { stopContainer } from '../../runtime/stop.ts';
import { type Context, err } from '../context.ts';
import type { NameFlags } from '../flags.ts';
import { requiredName } from '../source.ts';

export async function destroy(this: Context, flags: NameFlags & { readonly force: boolean }, positional?: string): Promise<void> {
  const machine = realMachine();
  const name = requiredName(flags, positional);
  const { runDir } = readHostFacts(machine);
  if (flags.force && containerState(runDir, name).state !== 'stopped') await stopContainer(runDir, name, { kill: true, timeout: 0 });
  const { kept } = destroyContainer({ name, lxcpath: flags.lxcpath }, machine, this.invocation.slice(0, 2));
  if (kept !== null) err(this, `${kept} stays: it is not in the directory of the container\n`);
}
