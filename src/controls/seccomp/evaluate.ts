// What a policy says about one call, the slow and obvious way: the meaning that every compiled filter is tested against.

import { type SeccompData, wordLayout } from '../../bpf/seccomp-data.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { syscallNumber } from '../../kernel/syscall-number.ts';
import type { Arch } from '../../kernel/arch.ts';
import { IPC_CALLS, SOCKETCALLS } from './multiplexed.ts';
import { AUDIT_ARCH, type Condition, CONVENTIONS, type Native, type Policy, type Rule, type Verdict } from './policy.ts';
import { compareStrictness, letsThrough } from './verdicts.ts';

const X32_BIT = 2 ** 30;

/** The verdict on one call that arrives on this machine. */
export function evaluate(policy: Policy, machine: Native, { arch: audit, nr, args = [] }: SeccompData): Verdict {
  const number = nr >>> 0;
  const arch = convention(machine, audit, number);
  if (arch === null) return { kind: 'kill_process' };
  // By a convention of 32 bits an argument has no upper half, whatever lies there.
  const { bits } = wordLayout(audit);
  const seen = args.map((arg) => BigInt.asUintN(bits, arg));
  let found: Verdict | null = null;
  for (const rule of policy.rules) {
    if (!matches(rule, machine, arch, number, seen)) continue;
    if (found === null || compareStrictness(rule.verdict, found) < 0) found = rule.verdict;
  }
  return found ?? withoutRule(policy, machine, arch);
}

/** No rule decides: the default, but nothing is let through by a foreign convention that has no section where others have. */
function withoutRule({ rules, otherwise, arches }: Policy, machine: Native, arch: Arch): Verdict {
  if (arches !== undefined) return arches.includes(arch) ? otherwise.verdict : { kind: 'kill_process' };
  const about = ({ section }: Rule, one: Arch) =>
    section.kind === 'all' || (section.kind === 'arch' ? section.arch === one : section.kind === 'native' && one === machine);
  const here = rules.filter((rule) => CONVENTIONS[machine].some((one) => about(rule, one)));
  const leftOut = arch !== machine && here.length > 0 && !here.some((rule) => about(rule, arch));
  return leftOut && letsThrough(otherwise.verdict) ? { kind: 'kill_process' } : otherwise.verdict;
}

/** The calling convention by which a call arrived; null: none of the machine's. */
function convention(machine: Native, audit: number, number: number): Arch | null {
  const x32 = audit === CONSTANTS.AUDIT_ARCH_X86_64 && number >= X32_BIT;
  return CONVENTIONS[machine].find((one) => CONSTANTS[AUDIT_ARCH[one]] === audit && (one === 'x32') === x32) ?? null;
}

function matches({ call, section, verdict, conditions }: Rule, machine: Native, arch: Arch, number: number, args: readonly bigint[]): boolean {
  if (section.kind === 'arch' && section.arch !== arch) return false;
  if (section.kind === 'arches' && !section.arches.includes(arch)) return false;
  if (section.kind === 'native' && arch !== machine) return false;
  if (call.kind === 'number') return call.number === number;
  if (syscallNumber(call.name, arch) === number) return conditions.every((condition) => holds(condition, args));
  if (!isDisguised(call.name, arch, number, args[0] ?? 0n)) return false;
  // The arguments cannot be seen: refuse all of them, allow none.
  return conditions.length === 0 || !letsThrough(verdict);
}

/** Is this socketcall(2) or ipc(2) asking for that call? Both take a word of 32 bits for what they ask. */
function isDisguised(name: string, arch: Arch, number: number, first: bigint): boolean {
  const socketcalls: Readonly<Record<string, number>> = SOCKETCALLS;
  const ipcCalls: Readonly<Record<string, number>> = IPC_CALLS;
  if (number === syscallNumber('socketcall', arch)) return Object.hasOwn(socketcalls, name) && first % 0x1_0000_0000n === BigInt(socketcalls[name] ?? -1);
  return number === syscallNumber('ipc', arch) && Object.hasOwn(ipcCalls, name) && first % 0x10000n === BigInt(ipcCalls[name] ?? -1);
}

/** The definition of each condition on the 64 bits of its argument. */
export function holds(condition: Condition, args: readonly bigint[]): boolean {
  const argument = args[condition.argument] ?? 0n;
  const { value } = condition;
  if (condition.kind === 'masked') return (argument & condition.mask) === (value & condition.mask);
  switch (condition.operator) {
    case 'ne':
      return argument !== value;
    case 'lt':
      return argument < value;
    case 'le':
      return argument <= value;
    case 'eq':
      return argument === value;
    case 'ge':
      return argument >= value;
    case 'gt':
      return argument > value;
  }
}
