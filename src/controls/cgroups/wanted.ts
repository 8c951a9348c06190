// Does this container get control groups of its own, and what asked for them? Groups nobody needs cost a start time and leave traces.

import { CAPABILITIES } from '../../kernel/capabilities.gen.ts';
import type { HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { keptCapabilities } from '../capabilities/wanted.ts';
import { newNamespaces } from '../namespaces/new.ts';

const OWN_ROOT: Origin = { kind: 'law', text: "a container that can mount the control groups itself does not see the host's" };

/** The reason, or null when it stays in the caller's groups. */
export function whyGroups(spec: ContainerSpec, host: HostFacts): Origin | null {
  const { values, shared, dir, container, monitor, inner } = spec.cgroup;
  const place = container ?? dir ?? monitor ?? inner;
  if (place !== null) return place.why;
  if (values[0] !== undefined) return values[0].why;
  if (shared[0] !== undefined) return shared[0].why;
  if (spec.mountAuto.cgroup !== null) return spec.mountAuto.cgroup.why;
  // mount(2) of cgroup and cgroup2 asks for CAP_SYS_ADMIN in the user namespace that owns the cgroup namespace.
  const canMount = keptCapabilities(spec, host).has(CAPABILITIES.sys_admin) && newNamespaces(spec, host).includes('cgroup');
  return canMount ? OWN_ROOT : null;
}
