// holdfast group set: another limit for a group that containers share, while they run.

import { readHostFacts } from '../../../host/facts.ts';
import { realMachine } from '../../../host/machine.ts';
import { setGroupValue, sharedGroupNamed } from '../../../runtime/groups.ts';
import { type Context, out } from '../../context.ts';

export function set(this: Context, flags: { json: boolean }, name: string, file: string, value: string): void {
  const host = readHostFacts(realMachine());
  const group = sharedGroupNamed(host.runDir, name);
  const found = setGroupValue(group, file, value, host.arch);
  out(this, flags.json ? `${JSON.stringify({ group: group.name, file, value: found }, null, 2)}\n` : `${file} ${found}\n`);
}
