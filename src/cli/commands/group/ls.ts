// holdfast group ls: the groups that running containers share, and who is in each.

import { readHostFacts } from '../../../host/facts.ts';
import { realMachine } from '../../../host/machine.ts';
import { reportGroup, sharedGroups } from '../../../runtime/groups.ts';
import { type Context, out } from '../../context.ts';

export function ls(this: Context, flags: { json: boolean }): void {
  const groups = sharedGroups(readHostFacts(realMachine()).runDir).map(reportGroup);
  if (flags.json) out(this, `${JSON.stringify(groups, null, 2)}\n`);
  else for (const { name, members } of groups) out(this, `${name}: ${members.map((one) => one.name).join(' ')}\n`);
}
