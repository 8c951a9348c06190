// The bytes of a filter -> the step that loads it: seccomp(2), the last call before execve (law 7).

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Origin } from '../../model/origin.ts';
import type { InitStep, SysCall } from '../../model/step.ts';

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
export function filterSteps(filter: Uint8Array, why: Origin, summary = ''): readonly InitStep[] {
  const behind = summary === '' ? '' : `: ${summary}`;
  return [{ who: 'init', phase: 'seccomp', what: `load the system call filter${behind}`, why, actions: [loadFilter(filter)], hints: HINTS }];
}
