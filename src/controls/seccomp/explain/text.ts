// Conditions and places as people read them: `(arg0 & 0x10000000) == 0x10000000`, `web.seccomp:12`.

import type { Condition, Operator, Policy, Rule, Verdict } from '../policy.ts';
import { letsThrough, verdictText } from '../verdicts.ts';
import type { OpenedPolicy } from './open.ts';

const SIGNS: Readonly<Record<Operator, string>> = { ne: '!=', lt: '<', le: '<=', eq: '==', ge: '>=', gt: '>' };

const EVERY_BIT = (1n << 64n) - 1n;

function conditionWords(condition: Condition): string {
  const name = `arg${condition.argument}`;
  if (condition.kind === 'compare') return `${name} ${SIGNS[condition.operator]} ${numberText(condition.value)}`;
  if (condition.mask === EVERY_BIT) return `${name} == ${numberText(condition.value)}`;
  return `(${name} & ${numberText(condition.mask)}) == ${numberText(condition.value & condition.mask)}`;
}

/** All of them; empty for none. */
export function conditionsText(conditions: readonly Condition[]): string {
  const parts = conditions.map(conditionWords);
  return parts.length > 1 ? parts.map((part) => (part.startsWith('(') ? `(${part})` : part)).join(' && ') : parts.join('');
}

export function numberText(value: bigint): string {
  return value < 10n ? value.toString() : `0x${value.toString(16)}`;
}

/** `refused, errno EPERM`. */
export function outcomeText(verdict: Verdict): string {
  const text = verdictText(verdict);
  if (verdict.kind === 'allow') return 'allowed';
  if (letsThrough(verdict)) return `allowed, ${text}`;
  return verdict.kind === 'notify' ? 'decided by the proxy, notify' : `refused, ${text}`;
}

/** The policy in one line. */
export function summaryLine({ file, machine, policy: { list, rules, otherwise }, program }: OpenedPolicy): string {
  return `${file} for ${machine}: ${list}list of ${rules.length} ${rules.length === 1 ? 'rule' : 'rules'}, otherwise ${verdictText(otherwise.verdict)}, ${program.length} instructions`;
}

/** Where a rule, or the default, is written. */
export function placeText({ span }: Pick<Rule | Policy['otherwise'], 'span'>): string {
  return `${span.file}:${span.line}`;
}
