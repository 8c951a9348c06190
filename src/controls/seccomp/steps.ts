// The bytes of a filter -> the step that loads it: seccomp(2), the last call before execve (law 7).

import type { FilterFlag } from '../../model/filter-flag.ts';
import type { Origin } from '../../model/origin.ts';
import type { SeccompSpec } from '../../model/spec.ts';
import type { InitStep, MonitorStep, Step } from '../../model/step.ts';
import { notifies } from './allows.ts';
import { type LoadedFilter, loadFilter } from './load.ts';
import { listenStep, type NotifyOptions, notifySteps } from './notify-steps.ts';

const OUTER_FILTER = 'the caller runs under a filter, and lxc.seccomp.allow_nesting = 0 forbids another one: write 1';

const HINTS: NonNullable<InitStep['hints']> = {
  EACCES: 'a filter needs CAP_SYS_ADMIN in the user namespace, or lxc.no_new_privs = 1',
  EINVAL: 'this kernel was built without CONFIG_SECCOMP_FILTER',
  ENOSYS: 'a filter around the caller forbids seccomp, or this kernel has none',
  EPERM: 'a filter around the caller forbids loading another one',
  ENOMEM: 'all filters of a process together may have 32768 instructions, and the caller runs under some already',
};

/** For init and for attach alike, with the bytes and the flags of compileFilter(). */
export function filterSteps(loaded: LoadedFilter, policy: SeccompSpec, options: NotifyOptions, why: Origin, summary = ''): readonly Step[] {
  const { filter, flags } = loaded;
  const behind = [summary, ...flags.map((flag) => FLAG_TEXTS[flag])].filter((text) => text !== '').join('; ');
  const common = { what: `load the system call filter${behind === '' ? '' : `: ${behind}`}`, why, hints: HINTS };
  if (!notifies(filter) || policy.proxy === undefined) return [{ who: 'init', phase: 'seccomp', ...common, actions: [loadFilter(filter, flags)] }];
  return [...notifySteps(policy, options, why), listenStep(loaded, options, common)];
}

const FLAG_TEXTS: Readonly<Record<FilterFlag, string>> = {
  SECCOMP_FILTER_FLAG_LOG: 'what it refuses is logged',
  SECCOMP_FILTER_FLAG_SPEC_ALLOW: 'Speculative Store Bypass stays as it is',
};

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
