// Policy -> text: the writer that parsePolicy() is the reader of.

import { conditionText } from '../conditions.ts';
import type { Policy, Rule, Section } from '../policy.ts';
import { sectionName } from '../sections.ts';
import { verdictText } from '../verdicts.ts';

/** Version 2 only. Spans are those of this text: rules one a line, each in its section. */
export function printPolicy({ list, otherwise, rules }: Policy): string {
  const lines = ['2', `${list}list ${verdictText(otherwise.verdict)}`];
  let section = headingOf({ kind: 'all' });
  for (const rule of rules) {
    const heading = headingOf(rule.section);
    if (heading !== section) lines.push(heading);
    section = heading;
    lines.push(ruleText(rule));
  }
  return `${lines.join('\n')}\n`;
}

function headingOf(section: Section): string {
  return section.kind === 'arch' ? `[${sectionName(section.arch)}]` : '[all]';
}

function ruleText({ call, verdict, conditions }: Rule): string {
  const name = call.kind === 'name' ? call.name : String(call.number);
  return [name, verdictText(verdict), ...conditions.map(conditionText)].join(' ');
}
