// `[index,value,operator]` and `[index,value,operator,mask]` -> a condition on one argument.

import { ARGUMENTS } from '../../bpf/seccomp-data.ts';
import { diagnostic, type Diagnostic } from '../../model/diagnostic.ts';
import { assertNever } from '../../bpf/assert.ts';
import type { Condition, Operator } from './policy.ts';
import type { Word } from './words.ts';

const OPERATORS: Readonly<Record<string, Operator | 'masked'>> = {
  SCMP_CMP_NE: 'ne',
  SCMP_CMP_LT: 'lt',
  SCMP_CMP_LE: 'le',
  SCMP_CMP_EQ: 'eq',
  SCMP_CMP_GE: 'ge',
  SCMP_CMP_GT: 'gt',
  SCMP_CMP_MASKED_EQ: 'masked',
  '!=': 'ne',
  '<': 'lt',
  '<=': 'le',
  '==': 'eq',
  '>=': 'ge',
  '>': 'gt',
  '&=': 'masked',
};
const WORD_BITS = 64;

export interface ReadCondition {
  readonly condition: Condition | null;
  readonly diagnostics: readonly Diagnostic[];
}

/** `word` begins with its bracket. */
export function readCondition(word: Word): ReadCondition {
  const wrong = (problem: string): ReadCondition => ({ condition: null, diagnostics: [diagnostic('HF205', { condition: word.text, problem }, word.span)] });
  if (!word.text.endsWith(']')) return wrong('its closing bracket is missing');
  const [index = '', value = '', operator = '', mask, ...more] = word.text
    .slice(1, -1)
    .split(',')
    .map((part) => part.trim());
  if (more.length > 0) return wrong('it has more than four parts');
  if (!/^\d$/.test(index) || Number(index) >= ARGUMENTS) return wrong(`'${index}' is no argument, which are 0 to ${ARGUMENTS - 1}`);
  const number = readWord(value);
  if (number === null) return wrong(`'${value}' is no number of 64 bits`);
  const meaning = Object.hasOwn(OPERATORS, operator) ? OPERATORS[operator] : undefined;
  if (meaning === undefined) return wrong(`'${operator}' is no operator, which are ${Object.keys(OPERATORS).slice(7).join(' ')} or SCMP_CMP_*`);
  if (meaning !== 'masked') {
    if (mask !== undefined) return wrong(`'${operator}' takes no mask: only &= (SCMP_CMP_MASKED_EQ) does`);
    return { condition: { kind: 'compare', argument: Number(index), operator: meaning, value: number }, diagnostics: [] };
  }
  // LXC takes 0 for a mask that is not there, and then the condition holds for every value.
  if (mask === undefined) return wrong(`'${operator}' needs a mask as its fourth part`);
  const bits = readWord(mask);
  if (bits === null) return wrong(`'${mask}' is no number of 64 bits`);
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

/** Decimal, 0x hexadecimal or 0 octal, as strtoull(3) reads it. */
function readWord(text: string): bigint | null {
  const octal = /^0[0-7]+$/.test(text);
  if (!octal && !/^(0x[0-9a-f]+|0|[1-9][0-9]*)$/i.test(text)) return null;
  const value = BigInt(octal ? `0o${text}` : text);
  return value === BigInt.asUintN(WORD_BITS, value) ? value : null;
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
