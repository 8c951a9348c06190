// Seccomp: which system calls the container may make. LXC's policy files, versions 1 and 2, compiled to classic BPF by Holdfast.
//
// Where it differs from LXC (src/lxc/seccomp.c with libseccomp), it is the stricter or the plainer:
// - A section is about calls of its architecture and no others; `kill` ends the process, not one thread of it.
// - Of several lines about a call the strictest holds, whatever their order; of equally strict ones the first.
// - A name, action, section, errno or condition that means nothing is an error; nothing is skipped.
// - Where a list has sections for some conventions of the machine, it lets nothing through by the others (coverage.ts).
// - ipc(2) on i386 is recognised whatever version its first argument has.
// - 64-bit and x32 calls of x86_64, its 32-bit calls, arm calls of arm64: the policy covers them. Calls of any other
//   convention are not possible on these machines, and kill.
// Two calls no filter decides on: since 6.14 the kernel runs none for uretprobe, since 6.18 none for uprobe
// (kernel/seccomp.c, __secure_computing). Made by a program, not by a probe of the kernel's, they only bring it SIGILL.

import type { Check, Compiled, Control } from '../../model/control.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { compileFilter } from './compile.ts';
import { filterSteps, nestingSteps } from './steps.ts';

export { allows, notifies, permission, type Permission } from './allows.ts';
export { compileFilter, type CompiledFilter } from './compile.ts';
export { denyFilter, type Refusal } from './deny.ts';
export { type LoadedFilter, loadFilter } from './load.ts';
export { AUDIT_ARCH, type Condition, type Policy, type Rule, type Verdict } from './policy.ts';
export { filterSteps } from './steps.ts';

function compile(spec: ContainerSpec, host: HostFacts): Compiled {
  const { program: filter, flags, summary, diagnostics } = compileFilter(spec, host);
  if (filter === null || spec.seccomp === null) return { steps: [], diagnostics };
  const { value: policy, why } = spec.seccomp;
  const options = { container: null, reconnects: true, kernel: host.kernel };
  return { steps: [...nestingSteps(policy), ...filterSteps({ filter, flags }, policy, options, why, summary)], diagnostics };
}

/** proc_pid_status(5): 2 is SECCOMP_MODE_FILTER. */
function verify(spec: ContainerSpec, host: HostFacts): readonly Check[] {
  const { program } = compileFilter(spec, host);
  if (program === null || spec.seccomp === null) return [];
  const what = 'a system call filter is loaded in PID 1';
  return [{ what, why: spec.seccomp.why, path: '/proc/{pid}/status', field: 'Seccomp', expect: { kind: 'equals', text: '2' } }];
}

export const seccomp: Control = { name: 'seccomp', compile, verify };
