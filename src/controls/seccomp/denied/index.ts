// A call that a filter refused -> the line of the policy that says so, and the change to it that would allow the call.

import type { SeccompRecord } from '../../../audit/record.ts';
import { CONSTANTS as C } from '../../../kernel/constants.gen.ts';
import type { DenialExplanation, Remedy } from '../../../model/denial.ts';
import { callName } from '../calls.ts';
import { AUDIT_ARCH, CONVENTIONS } from '../policy.ts';
import { returnValue, verdictText } from '../verdicts.ts';
import { type Arch, callNameOf } from '../explain/architecture.ts';
import { type Case, casesOf } from '../explain/cases.ts';
import { DANGERS } from '../explain/dangers.ts';
import type { OpenedPolicy } from '../explain/open.ts';
import { conditionsText, placeText } from '../explain/text.ts';

export interface PolicyLine {
  /** The policy as it is now; null: none, or it cannot be read. */
  readonly opened: OpenedPolicy | null;
  /** Where lxc.seccomp.profile stands. */
  readonly place: string | null;
}

export function explainSeccomp(record: SeccompRecord, { opened, place }: PolicyLine): DenialExplanation {
  const machine = opened === null ? undefined : conventionOf(record, opened);
  const name = nameOf(record, opened);
  const found = opened === null || machine === undefined ? [] : casesWith(record, opened, machine);
  const outcome = OUTCOMES[record.action] ?? 'refused';
  const tried = `make the call ${name}${machine === undefined || opened?.machine === machine ? '' : ` of ${machine}`}`;
  if (opened === null) return { tried, outcome, rule: `a filter that is not this container's policy: it has none, or it cannot be read`, remedy: null };
  const [first] = found;
  if (first === undefined) {
    return { tried, outcome, rule: `no line of ${opened.file} as it is now: it has changed since, or another filter lies around it`, remedy: null };
  }
  return { tried, outcome, rule: ruleText(first, opened, place), remedy: remedyFor(first, opened, name) };
}

/** Could this policy have given this answer? */
export function answersSo(record: SeccompRecord, opened: OpenedPolicy): boolean {
  const arch = conventionOf(record, opened);
  return arch !== undefined && casesWith(record, opened, arch).length > 0;
}

const OUTCOMES: Readonly<Record<number, DenialExplanation['outcome']>> = {
  [C.SECCOMP_RET_KILL_PROCESS]: 'killed',
  [C.SECCOMP_RET_KILL_THREAD]: 'killed',
  [C.SECCOMP_RET_TRAP]: 'killed',
  [C.SECCOMP_RET_LOG]: 'allowed',
};

/** The first of the machine's conventions with that AUDIT_ARCH_* in which the number is a call. */
function conventionOf({ arch, syscall }: SeccompRecord, { machine }: OpenedPolicy): Arch | undefined {
  const own = CONVENTIONS[machine].filter((one) => C[AUDIT_ARCH[one]] === arch);
  return own.find((one) => callName(syscall, one) !== undefined) ?? own[0];
}

function nameOf({ arch, syscall }: SeccompRecord, opened: OpenedPolicy | null): string {
  return callNameOf({ machine: opened?.machine ?? 'x86_64' }, syscall, arch) ?? `number ${syscall}`;
}

/** The message does not have the number of an error, nor the arguments. */
function casesWith({ syscall, action }: SeccompRecord, opened: OpenedPolicy, arch: Arch): readonly Case[] {
  return casesOf(opened, arch, syscall).filter(({ verdict }) => (returnValue(verdict) & C.SECCOMP_RET_ACTION_FULL) >>> 0 === action);
}

function ruleText({ conditions, verdict, rule }: Case, { policy }: OpenedPolicy, place: string | null): string {
  const when = conditions.length === 0 ? '' : `, where ${conditionsText(conditions)}`;
  const by = place === null ? '' : ` (lxc.seccomp.profile, ${place})`;
  const says = `${placeText(rule ?? policy.otherwise)} says '${verdictText(verdict)}'`;
  return rule === null ? `no line allows it, and ${says}${by}` : `${says}${when}${by}`;
}

function remedyFor({ rule, conditions }: Case, { policy, file }: OpenedPolicy, name: string): Remedy {
  const word = /^number (\d+)$/.exec(name)?.[1] ?? name;
  const danger = DANGERS.find(({ calls, args }) => calls.includes(name) && (args === undefined || conditions.length > 0));
  const risk = danger === undefined ? `nothing is known against ${name}; every call that is open is more of the kernel to attack` : `${name} ${danger.why}`;
  if (rule !== null) {
    return { lines: [`remove '${name}' from line ${rule.span.line}`], where: rule.span.file, risk };
  }
  // Only a profile in JSON names its architectures.
  const lines = policy.arches === undefined ? [word] : [`"${word}" among the names of an entry with SCMP_ACT_ALLOW`];
  return { lines, where: file, risk };
}
