// The bytes of a filter -> the step that loads it: seccomp(2), the last call before execve (law 7).

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Origin } from '../../model/origin.ts';
import type { SeccompSpec } from '../../model/spec.ts';
import type { InitStep, MonitorStep, Step, SysCall } from '../../model/step.ts';
import { notifies } from './allows.ts';
import { listenStep, type NotifyOptions, notifySteps } from './notify-steps.ts';

const OUTER_FILTER = 'the caller runs under a filter, and lxc.seccomp.allow_nesting = 0 forbids another one: write 1';

const HINTS: NonNullable<InitStep['hints']> = {
  EACCES: 'a filter needs CAP_SYS_ADMIN in the user namespace, or lxc.no_new_privs = 1',
  EINVAL: 'this kernel was built without CONFIG_SECCOMP_FILTER',
  ENOSYS: 'a filter around the caller forbids seccomp, or this kernel has none',
  EPERM: 'a filter around the caller forbids loading another one',
  ENOMEM: 'all filters of a process together may have 32768 instructions, and the caller runs under some already',
};

/** seccomp(SECCOMP_SET_MODE_FILTER, 0, &prog). It binds the process, what it executes and all that it starts, for good. */
export function loadFilter(filter: Uint8Array): SysCall {
  const length = filter.length / STRUCTS.sock_filter.size;
  const program = { len: length, filter: { bytes: filter, note: `${length} instructions of classic BPF` } };
  return { sys: 'seccomp', args: [{ flags: ['SECCOMP_SET_MODE_FILTER'] }, 0, { struct: 'sock_fprog', fields: program }] };
}

/** For init and for attach alike, with the bytes that compileFilter() made. */
export function filterSteps(filter: Uint8Array, policy: SeccompSpec, options: NotifyOptions, why: Origin, summary = ''): readonly Step[] {
  const behind = summary === '' ? '' : `: ${summary}`;
  const common = { what: `load the system call filter${behind}`, why, hints: HINTS };
  if (!notifies(filter) || policy.proxy === undefined) return [{ who: 'init', phase: 'seccomp', ...common, actions: [loadFilter(filter)] }];
  return [...notifySteps(policy, options, why), listenStep(loadFilter(filter), options, common)];
}

/**
 * `lxc.seccomp.allow_nesting = 0` in so many words: no filter on top of another. LXC then starts without the policy; here there
 * is no start. PR_GET_SECCOMP is 0 for a process without a filter (prctl(2)).
 */
export function nestingSteps({ nesting }: SeccompSpec): readonly MonitorStep[] {
  if (nesting === undefined || nesting.value) return [];
  const hints = { EPERM: OUTER_FILTER, EINVAL: 'this kernel has no seccomp' };
  return [
    {
      who: 'monitor',
      phase: 'claim',
      what: 'see that the caller is under no system call filter',
      why: nesting.why,
      actions: [{ sys: 'prctl', args: [{ flags: ['PR_GET_SECCOMP'] }, 0, 0, 0, 0], expect: 0 }],
      hints,
    },
  ];
}
