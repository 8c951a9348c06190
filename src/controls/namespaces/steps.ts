// Init's own steps for namespaces: the cgroup namespace, and the name in the uts namespace.

import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { InitStep } from '../../model/step.ts';
import { namespacesWhy } from './check.ts';
import { newNamespaces } from './new.ts';

/** Must come after every step that joins a group: the group of this moment becomes the root that init sees. */
function cgroupNamespaceStep(spec: ContainerSpec): InitStep {
  return {
    who: 'init',
    phase: 'join',
    what: "make a cgroup namespace, whose root is the container's own group",
    why: namespacesWhy(spec),
    actions: [{ sys: 'unshare', args: [{ flags: ['CLONE_NEWCGROUP'] }] }],
    hints: {
      EPERM: 'a cgroup namespace needs CAP_SYS_ADMIN',
      ENOSPC: 'the limit user.max_cgroup_namespaces is reached',
      EINVAL: 'this kernel has no cgroup namespaces',
    },
  };
}

function hostnameStep(name: string, why: InitStep['why']): InitStep {
  return {
    who: 'init',
    phase: 'hostname',
    what: `set the hostname to ${name}`,
    why,
    actions: [{ sys: 'sethostname', args: [{ text: name }, Buffer.byteLength(name)] }],
    hints: { EPERM: 'it needs CAP_SYS_ADMIN over the uts namespace', EINVAL: 'a hostname has at most 64 bytes' },
  };
}

/** The steps of init, where they have an object. */
export function namespaceSteps(spec: ContainerSpec, host: HostFacts): readonly InitStep[] {
  const made = newNamespaces(spec, host);
  return [
    ...(made.includes('cgroup') ? [cgroupNamespaceStep(spec)] : []),
    ...(made.includes('uts') && spec.hostname !== null ? [hostnameStep(spec.hostname.value, spec.hostname.why)] : []),
  ];
}
