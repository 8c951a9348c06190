// holdfast.userns.max: how many user namespaces may be made inside. In one a process has every capability again, over what
// belongs to that namespace: what lxc.cap.drop took away, and with it kernel code that was meant to be out of reach.
//
// The kernel's own limit, user.max_user_namespaces, belongs to a user namespace. A container with one of its own is given it
// (controls/limits/sysctls.ts); but its root may raise it with CAP_SYS_RESOURCE, so it holds by itself only without that. For a
// container without one it would be the host's. So 0 is held by a filter in every container, and N > 0 by the limit alone.

import type { Check, Compiled, Control } from '../../model/control.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { loadFilter } from '../seccomp/index.ts';
import { checkUserNamespaces } from './check.ts';
import { userNamespaceFilter } from './filter.ts';

export { undoneDrops } from './check.ts';

function compile(spec: ContainerSpec, host: HostFacts): Compiled {
  const { usernsMax } = spec;
  if (usernsMax === undefined) return { steps: [], diagnostics: [] };
  const diagnostics = checkUserNamespaces(spec, host);
  if (usernsMax.value > 0) return { steps: [], diagnostics };
  const steps = [
    {
      who: 'init',
      // Before the policy, which may refuse to load another filter.
      phase: 'seccomp',
      what: 'load a filter that refuses to make and to enter user namespaces',
      why: usernsMax.why,
      // What the processor speculates stays as it is: that is for the policy to say.
      actions: [loadFilter(userNamespaceFilter(host.arch), ['SECCOMP_FILTER_FLAG_SPEC_ALLOW'])],
      hints: {
        EACCES: 'a filter needs CAP_SYS_ADMIN in the user namespace, or lxc.no_new_privs = 1',
        EINVAL: 'this kernel was built without CONFIG_SECCOMP_FILTER',
      },
    },
  ] as const;
  return { steps, diagnostics };
}

/** proc_pid_status(5): 2 is SECCOMP_MODE_FILTER. The limit of the container's own namespace cannot be read from outside. */
function verify({ usernsMax }: ContainerSpec): readonly Check[] {
  if (usernsMax?.value !== 0) return [];
  const what = 'a filter against user namespaces is loaded in PID 1';
  return [{ what, why: usernsMax.why, path: '/proc/{pid}/status', field: 'Seccomp', expect: { kind: 'equals', text: '2' } }];
}

export const userns: Control = { name: 'userns', compile, verify };
