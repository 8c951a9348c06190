// holdfast seccomp show: a policy in numbers, and the dangerous calls that it leaves open.

import { type PolicySummary, summarise } from '../../../controls/seccomp/explain/index.ts';
import { printable } from '../../../model/printable.ts';
import { type Context, out } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import type { PolicyFlags } from '../../seccomp-flags.ts';
import { chosenArch, readPolicyFile } from '../../seccomp-policy.ts';

export function show(this: Context, flags: PolicyFlags, file: string): void {
  const opened = readPolicyFile(this, file, chosenArch(flags.arch).machine);
  if (opened === null) {
    this.process.exitCode = EXIT.failed;
    return;
  }
  const summary = summarise(opened);
  out(this, flags.json ? `${JSON.stringify({ version: 1, ...summary }, null, 2)}\n` : summaryText(summary));
}

function summaryText({ file, list, rules, otherwise, machine, instructions, architectures }: PolicySummary): string {
  const lines = [
    `${printable(file)}: ${list}list of ${rules} ${rules === 1 ? 'rule' : 'rules'}, otherwise ${otherwise}; on ${machine} a filter of ${instructions} instructions`,
    '',
    ...columns([
      ['calls of', 'allowed', 'by arguments', 'refused', 'without a rule'],
      ...architectures.map((one) => [one.arch, String(one.allowed), String(one.conditional), String(one.denied), one.otherwise]),
    ]),
    '',
    ...dangers(architectures),
  ];
  return `${lines.join('\n')}\n`;
}

/** One line for all calls that are open on the same architectures for the same reason. */
function dangers(architectures: PolicySummary['architectures']): readonly string[] {
  const arches = new Map<string, string[]>();
  const danger = new Map(architectures.flatMap(({ open }) => open.map((one) => [`${one.call} ${one.passage} ${one.why}`, one] as const)));
  for (const { arch, open } of architectures) {
    for (const { call, passage, why } of open) arches.set(`${call} ${passage} ${why}`, [...(arches.get(`${call} ${passage} ${why}`) ?? []), arch]);
  }
  const lines = new Map<string, string[]>();
  for (const [key, { call, passage, why }] of danger) {
    const on = arches.get(key) ?? [];
    const where = on.length === architectures.length ? '' : ` (${on.join(', ')})`;
    const reason = `${where}${passage === 'conditional' ? ', by arguments' : ''}: ${why}`;
    lines.set(reason, [...(lines.get(reason) ?? []), call]);
  }
  if (lines.size === 0) return ['no dangerous call is left open'];
  return ['dangerous calls left open:', ...[...lines].map(([reason, calls]) => `  ${calls.join(', ')}${reason}`)];
}

function columns(rows: readonly (readonly string[])[]): readonly string[] {
  const widths = rows.reduce<readonly number[]>((most, row) => row.map((cell, index) => Math.max(most[index] ?? 0, cell.length)), []);
  return rows.map((row) =>
    row
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
}
