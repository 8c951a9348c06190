// Namespaces: what of the host the container does not even see (namespaces(7)). The plan adds `cloneStep`, which needs to
// know the control group's slot; this control's `join` step must stand behind those of the cgroups control.

import type { Check, Compiled, Control } from '../../model/control.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { checkNamespaces, namespacesWhy } from './check.ts';
import { newNamespaces } from './new.ts';
import { namespaceSteps } from './steps.ts';

export { cloneStep } from './clone.ts';
export { newNamespaces } from './new.ts';

function compile(spec: ContainerSpec, host: HostFacts): Compiled {
  return { steps: namespaceSteps(spec, host), diagnostics: checkNamespaces(spec, host) };
}

/** Each namespace that was made is another one than the caller's. */
function verify(spec: ContainerSpec, host: HostFacts): readonly Check[] {
  return newNamespaces(spec, host).map((namespace) => ({
    what: `the ${namespace} namespace is the container's own`,
    why: namespacesWhy(spec),
    path: `/proc/{pid}/ns/${namespace}`,
    link: true,
    expect: { kind: 'differs-from-caller' },
  }));
}

export const namespaces: Control = { name: 'namespaces', compile, verify };
