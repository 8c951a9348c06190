// holdfast seccomp why: what happens to one call, by which rule, and how many instructions the filter takes to find out.

import { type Explanation, conditionsText, explain, type OpenedPolicy, outcomeText, placeText, readCall } from '../../../controls/seccomp/explain/index.ts';
import { HoldfastError } from '../../../model/error.ts';
import { type Context, out } from '../../context.ts';
import { EXIT } from '../../exit-codes.ts';
import type { PolicyFlags } from '../../seccomp-flags.ts';
import { chosenArch, readPolicyFile } from '../../seccomp-policy.ts';

export function why(this: Context, flags: PolicyFlags, file: string, ...words: readonly string[]): void {
  if (words.length === 0) throw new HoldfastError("name a call, for example 'clone(CLONE_NEWUSER)'", { code: 'usage' });
  const { machine, arch } = chosenArch(flags.arch);
  const calls = words.map((text) => {
    const reading = readCall(text, machine);
    if ('problem' in reading) throw new HoldfastError(reading.problem, { code: 'usage' });
    return { text, ...reading.call };
  });
  const opened = readPolicyFile(this, file, machine);
  if (opened === null) {
    this.process.exitCode = EXIT.failed;
    return;
  }
  const explained = calls.map(({ text, name, args }) => {
    const ways = explain(opened, arch, name, args);
    if (ways.length === 0) throw new HoldfastError(`${flags.arch ?? arch} has no call '${name}'`, { code: 'usage' });
    return { call: text, ways };
  });
  if (flags.json) out(this, `${JSON.stringify({ version: 1, calls: explained.map(({ call, ways }) => ({ call, ways: ways.map(jsonOf) })) }, null, 2)}\n`);
  else out(this, explained.map(({ call, ways }) => ways.map((way) => text(opened, call, way)).join('')).join(''));
}

function text({ policy }: OpenedPolicy, call: string, { through, number, outcomes, cached }: Explanation): string {
  const made = through === null ? `${call}, call ${number}` : `${call}, through call ${number} with ${conditionsText([through])}`;
  const same = new Set(outcomes.map(({ verdict }) => outcomeText(verdict))).size === 1;
  const [first] = outcomes;
  const lines = outcomes.map(({ conditions, verdict, rule, cost }, index) => {
    const when = conditions.length > 0 ? `${index === 0 ? 'if' : 'else if'} ${conditionsText(conditions)}: ` : index === 0 ? '' : 'else: ';
    const by = rule === null ? `no rule decides: ${placeText(policy.otherwise)}` : placeText(rule);
    const count = cost.least === cost.most ? `${cost.most}` : `${cost.least} to ${cost.most}`;
    return `  ${when}${outcomeText(verdict)}  (${by}; ${count} instructions)`;
  });
  const notes = [
    ...(same && first !== undefined && outcomes.length > 1 ? [`  the same whatever the arguments: ${outcomeText(first.verdict)}`] : []),
    ...(cached ? ['  since Linux 5.11 the kernel does not run the filter for it: it is allowed whatever the arguments'] : []),
  ];
  return `${[made, ...lines, ...notes].join('\n')}\n`;
}

function jsonOf({ number, through, outcomes, cached }: Explanation) {
  return {
    number,
    through: through === null ? null : conditionsText([through]),
    cached,
    outcomes: outcomes.map(({ conditions, verdict, rule, cost }) => ({
      when: conditionsText(conditions),
      verdict: outcomeText(verdict),
      rule: rule === null ? null : placeText(rule),
      instructions: cost,
    })),
  };
}
