// `[index,value,operator]` and `[index,value,operator,mask]` -> a condition on one argument.

import { ARGUMENTS } from '../../bpf/seccomp-data.ts';
import type { Arch } from '../../kernel/arch.ts';
import { diagnostic, type Diagnostic } from '../../model/diagnostic.ts';
import { assertNever } from '../../bpf/assert.ts';
import type { Condition, Operator } from './policy.ts';
import { type NoValue, readValue } from './values.ts';
import type { Word } from './words.ts';

/** libseccomp's names (seccomp_rule_add(3)), which profiles use too. */
export const COMPARISONS: Readonly<Record<string, Operator | 'masked'>> = {
  SCMP_CMP_NE: 'ne',
  SCMP_CMP_LT: 'lt',
  SCMP_CMP_LE: 'le',
  SCMP_CMP_EQ: 'eq',
  SCMP_CMP_GE: 'ge',
  SCMP_CMP_GT: 'gt',
  SCMP_CMP_MASKED_EQ: 'masked',
};
const OPERATORS: Readonly<Record<string, Operator | 'masked'>> = {
  ...COMPARISONS,
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '==': 'eq',
  '>=': 'ge',
  '>': 'gt',
  '&=': 'masked',
};

export interface ReadCondition {
  readonly condition: Condition | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** `word` begins with its bracket; `arches`: whose calls it is about. */
export function readCondition(word: Word, arches: readonly Arch[]): ReadCondition {
  const wrong = (problem: string): ReadCondition => ({ condition: null, diagnostics: [diagnostic('HF205', { condition: word.text, problem }, word.span)] });
  if (!word.text.endsWith(']')) return wrong('its closing bracket is missing');
  const [index = '', value = '', operator = '', mask, ...more] = word.text
    .slice(1, -1)
    .split(',')
    .map((part) => part.trim());
  if (more.length > 0) return wrong('it has more than four parts');
  if (!/^\d$/.test(index) || Number(index) >= ARGUMENTS) return wrong(`'${index}' is no argument, which are 0 to ${ARGUMENTS - 1}`);
  const number = readValue(value, arches);
  if (typeof number !== 'bigint') return noValue(number, word, wrong);
  const meaning = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (meaning === undefined) return wrong(`'${operator}' is no operator, which are ${Object.keys(OPERATORS).slice(7).join(' ')} or SCMP_CMP_*`);
  if (meaning !== 'masked') {
    if (mask !== undefined) return wrong(`'${operator}' takes no mask: only &= (SCMP_CMP_MASKED_EQ) does`);
    return { condition: { kind: 'compare', argument: Number(index), operator: meaning, value: number }, diagnostics: [] };
  }
  // LXC takes 0 for a mask that is not there, and then the condition holds for every value.
  if (mask === undefined) return wrong(`'${operator}' needs a mask as its fourth part`);
  const bits = readValue(mask, arches);
  if (typeof bits !== 'bigint') return noValue(bits, word, wrong);
  if (bits === 0n) {
    const { text, span } = word;
    return { condition: null, diagnostics: [diagnostic('HF231', { condition: text }, span)] };
  }
  const outside = (number & ~bits) !== 0n;
  const effective = `0x${(number & bits).toString(16)}`;
  return {
    condition: { kind: 'masked', argument: Number(index), mask: bits, value: number & bits },
    diagnostics: outside ? [diagnostic('HF217', { condition: word.text, value: effective }, word.span)] : [],
  };
}

function noValue({ kind, text, help }: NoValue, { span }: Word, wrong: (problem: string) => ReadCondition): ReadCondition {
  if (kind === 'malformed') return wrong(`'${text}' is no number of 64 bits`);
  const found = kind === 'unknown' ? diagnostic('HF232', { name: text, suggestion: help }, span) : diagnostic('HF233', { name: text, problem: help }, span);
  return { condition: null, diagnostics: [found] };
}

/** As it is written in a policy. */
export function conditionText(condition: Condition): string {
  switch (condition.kind) {
    case 'compare': {
      const operator = Object.entries(OPERATORS).findLast(([, one]) => one === condition.operator)?.[0] ?? '';
      return `[${condition.argument},${condition.value},${operator}]`;
    }
    case 'masked':
      return `[${condition.argument},0x${condition.value.toString(16)},&=,0x${condition.mask.toString(16)}]`;
    default:
      return assertNever(condition);
  }
}
