// Calls that a run made -> the smallest allowlist under which it can be made again. A call whose dangers lie in one argument is
// narrowed to the values that were used; the rest are allowed whatever their arguments, which differ from run to run.

import type { SeccompData } from '../../../bpf/seccomp-data.ts';
import { CONSTANTS as C } from '../../../kernel/constants.gen.ts';
import { callName } from '../calls.ts';
import { conditionText } from '../conditions.ts';
import { AUDIT_ARCH, type Condition, CONVENTIONS } from '../policy.ts';
import { sectionName } from '../sections.ts';
import type { Arch, Native } from './architecture.ts';

/** Notifies of everything but the call that starts init, which is one of the machine's own: what a run is made under to be learned. */
export function learningPolicy(machine: Native): string {
  return `2\nallowlist notify\n[${sectionName(machine)}]\nexecve allow\n`;
}

/** The argument that decides what a call is, of which the kernel uses these bits. */
const NARROWED: Readonly<Record<string, { readonly argument: number; readonly mask: bigint }>> = {
  // Threads and processes differ in harmless flags: only new namespaces are held.
  clone: {
    argument: 0,
    mask: BigInt((C.CLONE_NEWNS | C.CLONE_NEWCGROUP | C.CLONE_NEWUTS | C.CLONE_NEWIPC | C.CLONE_NEWUSER | C.CLONE_NEWPID | C.CLONE_NEWNET) >>> 0),
  },
  unshare: { argument: 0, mask: 0xffff_ffffn },
  setns: { argument: 1, mask: 0xffff_ffffn },
  socket: { argument: 0, mask: 0xffff_ffffn },
  socketpair: { argument: 0, mask: 0xffff_ffffn },
  ioctl: { argument: 1, mask: 0xffff_ffffn },
  personality: { argument: 0, mask: 0xffff_ffffn },
  prctl: { argument: 0, mask: 0xffff_ffffn },
  // Many calls through one, told apart by this argument (multiplexed.ts).
  socketcall: { argument: 0, mask: 0xffff_ffffn },
  ipc: { argument: 0, mask: 0xffffn },
};

/** A policy of LXC's language. Numbers that no table names are left out, and said in a comment. */
export function learnedPolicy(calls: readonly SeccompData[], machine: Native, about: string): string {
  const lines = [`2`, 'allowlist errno EPERM', `# ${about.replaceAll(/[^\x20-\x7e]/g, '?')}`];
  for (const arch of CONVENTIONS[machine]) {
    const own = calls.filter((call) => conventionOf(call, machine) === arch);
    // The one call that a container cannot be started without.
    const rules = new Set(arch === machine ? ['execve'] : []);
    for (const call of own) rules.add(ruleText(call, arch));
    if (rules.size > 0) lines.push(`[${sectionName(arch)}]`, ...[...rules].sort());
  }
  return `${lines.join('\n')}\n`;
}

function conventionOf({ arch, nr }: SeccompData, machine: Native): Arch | undefined {
  const own = CONVENTIONS[machine].filter((one) => C[AUDIT_ARCH[one]] === arch);
  return own.find((one) => callName(nr, one) !== undefined) ?? own[0];
}

function ruleText({ nr, args = [] }: SeccompData, arch: Arch): string {
  const name = callName(nr, arch);
  if (name === undefined) return `# call ${nr}, which has no name here, was made`;
  const narrowed = Object.hasOwn(NARROWED, name) ? NARROWED[name] : undefined;
  if (narrowed === undefined) return name;
  const { argument, mask } = narrowed;
  const condition: Condition = { kind: 'masked', argument, mask, value: (args[argument] ?? 0n) & mask };
  return `${name} allow ${conditionText(condition)}`;
}
