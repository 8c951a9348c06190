// holdfast group info: what the kernel says of one group that containers share: limits, use, and whom it killed for memory.

import { readHostFacts } from '../../../host/facts.ts';
import { realMachine } from '../../../host/machine.ts';
import { printable } from '../../../model/printable.ts';
import { type GroupReport, reportGroup, sharedGroupNamed } from '../../../runtime/groups.ts';
import { oomKillText } from '../../../runtime/oom-kills.ts';
import { type Context, out } from '../../context.ts';

export function info(this: Context, flags: { json: boolean }, name: string): void {
  const report = reportGroup(sharedGroupNamed(readHostFacts(realMachine()).runDir, name));
  out(this, flags.json ? `${JSON.stringify(report, null, 2)}\n` : textOf(report));
}

function textOf({ name, paths, values, members, kills }: GroupReport): string {
  const width = Math.max(...Object.keys(values).map((file) => file.length), 0);
  const member = ({ name: who, memory, oomKills }: GroupReport['members'][number]) => {
    const said = [...(memory === null ? [] : [`memory ${memory}`]), ...(oomKills === null ? [] : [`killed for memory ${oomKills}`])];
    return `  ${who}${said.length === 0 ? '' : `: ${said.join(', ')}`}`;
  };
  const killed =
    kills === null
      ? ["  the kernel's log may not be read"]
      : kills.map((kill) => `  ${kill.container === null ? '' : `${kill.container}: `}${printable(oomKillText(kill))}`);
  return [
    name,
    ...paths.map((path) => `  ${path}`),
    'values',
    ...Object.entries(values).map(([file, value]) => `  ${file.padEnd(width)}  ${value.split('\n').join('; ')}`),
    'containers',
    ...members.map(member),
    ...(killed.length === 0 ? [] : ['killed for want of memory', ...killed]),
    '',
  ].join('\n');
}
