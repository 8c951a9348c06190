// What a policy says about one call, the slow and obvious way: the meaning that every compiled filter is tested against.

import { type SeccompData, wordLayout } from '../../bpf/seccomp-data.ts';
import type { Machine } from '../../kernel/constant.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { syscallNumber } from '../../kernel/syscall-number.ts';
import { type Arch, SYSCALLS } from '../../kernel/syscalls.gen.ts';
import { IPC_CALLS, SOCKETCALLS } from './multiplexed.ts';
import { type Condition, CONVENTIONS, type Policy, type Rule, type Verdict } from './policy.ts';
import { compareStrictness, letsThrough } from './verdicts.ts';

const X32_BIT = 2 ** 30;

/** The verdict on one call that arrives on this machine. */
export function evaluate(policy: Policy, machine: Machine, { arch: audit, nr, args = [] }: SeccompData): Verdict {
  const number = nr >>> 0;
  const arch = convention(audit, number);
  if (arch === null || !CONVENTIONS[machine].includes(arch)) return { kind: 'kill_process' };
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
function withoutRule({ rules, otherwise }: Policy, machine: Machine, arch: Arch): Verdict {
  const about = ({ section }: Rule, one: Arch) =>
    section.kind === 'all' || (section.kind === 'arch' ? section.arch === one : section.kind === 'native' && one === machine);
  const here = rules.filter((rule) => CONVENTIONS[machine].some((one) => about(rule, one)));
  const leftOut = arch !== machine && here.length > 0 && !here.some((rule) => about(rule, arch));
  return leftOut && letsThrough(otherwise.verdict) ? { kind: 'kill_process' } : otherwise.verdict;
}

/** The calling convention by which a call arrived; null: none of the tables. */
function convention(audit: number, number: number): Arch | null {
  if (audit === CONSTANTS.AUDIT_ARCH_X86_64) return number >= X32_BIT ? 'x32' : 'x86_64';
  if (audit === CONSTANTS.AUDIT_ARCH_I386) return 'i386';
  if (audit === CONSTANTS.AUDIT_ARCH_AARCH64) return 'arm64';
  return audit === CONSTANTS.AUDIT_ARCH_ARM ? 'arm' : null;
}

function matches({ call, section, verdict, conditions }: Rule, machine: Machine, arch: Arch, number: number, args: readonly bigint[]): boolean {
  if (section.kind === 'foreign') return false;
  if (section.kind === 'arch' && section.arch !== arch) return false;
  if (section.kind === 'native' && arch !== machine) return false;
  if (call.kind === 'number') return call.number === number;
  if (syscallNumber(call.name, arch) === number) return conditions.every((condition) => holds(condition, args));
  if (!isDisguised(call.name, arch, number, args[0] ?? 0n)) return false;
  // The arguments cannot be seen: refuse all of them, allow none.
  return conditions.length === 0 || !letsThrough(verdict);
}

/** i386: is this socketcall(2) or ipc(2) asking for that call? */
function isDisguised(name: string, arch: Arch, number: number, first: bigint): boolean {
  if (arch !== 'i386') return false;
  const socketcalls: Readonly<Record<string, number>> = SOCKETCALLS;
  const ipcCalls: Readonly<Record<string, number>> = IPC_CALLS;
  if (number === SYSCALLS.i386.socketcall) return Object.hasOwn(socketcalls, name) && first === BigInt(socketcalls[name] ?? -1);
  return number === SYSCALLS.i386.ipc && Object.hasOwn(ipcCalls, name) && first % 0x10000n === BigInt(ipcCalls[name] ?? -1);
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
