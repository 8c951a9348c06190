// Conditions that can be got around: the filter sees 64 bits of an argument, and the kernel uses 32 of it. A line that refuses
// ioctl with the command 0x5412 does not match 0x100005412, which the kernel takes for the same (CVE-2019-10063).

import { wordLayout } from '../../bpf/seccomp-data.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import { conditionText } from './conditions.ts';
import { AUDIT_ARCH, type Condition, type Policy, type Rule } from './policy.ts';
import { letsThrough } from './verdicts.ts';

/** Arguments of type int or unsigned int on which policies usually decide (SYSCALL_DEFINE* of the kernel). Not all there are. */
const NARROW: Readonly<Record<string, readonly number[]>> = {
  bpf: [0],
  fcntl: [0, 1],
  getsockopt: [0, 1, 2],
  ioctl: [0, 1],
  keyctl: [0],
  personality: [0],
  prctl: [0],
  setns: [0, 1],
  setsockopt: [0, 1, 2],
  socket: [0, 1, 2],
  socketpair: [0, 1, 2],
  umount2: [1],
  unshare: [0],
};
const LOW = 0xffff_ffffn;

export function checkNarrow({ rules }: Policy): readonly Diagnostic[] {
  return rules.flatMap((rule) =>
    rule.conditions
      .filter((condition) => isNarrow(rule, condition.argument) && avoidable(condition, letsThrough(rule.verdict)))
      .map((condition) => {
        const { argument, value } = condition;
        const exact = condition.kind === 'compare' && condition.operator === 'eq';
        const better = exact
          ? `write [${argument},0x${value.toString(16)},&=,0xffffffff]`
          : 'decide with &= and a mask within 0xffffffff, or refuse what is not exactly allowed';
        return diagnostic('HF221', { name: rule.call.kind === 'name' ? rule.call.name : '', condition: conditionText(condition), better }, rule.span);
      }),
  );
}

/** Calls of 32-bit conventions have no upper halves, so a section for them is none of these. */
function isNarrow({ call, section }: Rule, argument: number): boolean {
  if (section.kind === 'arch' && wordLayout(CONSTANTS[AUDIT_ARCH[section.arch]]).bits === 32) return false;
  return call.kind === 'name' && Object.hasOwn(NARROW, call.name) && (NARROW[call.name]?.includes(argument) ?? false);
}

/** Do bits above 32 turn a refusing line away, or an allowing one on? They only make an argument greater, and another one. */
function avoidable(condition: Condition, allows: boolean): boolean {
  if (condition.kind === 'masked') return !allows && (condition.mask & ~LOW) !== 0n;
  return (allows ? ['ne', 'gt', 'ge'] : ['eq', 'lt', 'le']).includes(condition.operator);
}
