// Control groups, v1 and v2: admin-guide/cgroup-v1/cgroups.rst, cgroup-v2.rst. Makes the container's groups, limits them before
// init runs anything of its own, and puts init in.

import type { Compiled, Check, Control } from '../../model/control.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { Slot } from '../../model/step.ts';
import { checksOf } from './checks.ts';
import { joinSteps, UNIFIED } from './join.ts';
import { layoutOf } from './layout.ts';
import { makeSteps } from './make.ts';
import { writeSteps } from './write.ts';

export { devicePaths } from './device-rule.ts';

export const cgroups: Control = {
  name: 'cgroups',
  compile(spec: ContainerSpec, host: HostFacts): Compiled {
    const layout = layoutOf(spec, host);
    return {
      steps: [...makeSteps(spec, host, layout), ...writeSteps(layout), ...joinSteps(layout)],
      diagnostics: layout.diagnostics,
    };
  },
  verify(spec: ContainerSpec, host: HostFacts): readonly Check[] {
    return checksOf(layoutOf(spec, host), host);
  },
};

/** One group of a container, for those who come later: attach, info, the state record. */
export interface PayloadPath {
  readonly mountPoint: string;
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
  /** Absolute, below the mount point. */
  readonly path: string;
}

/** Where the container's groups are; empty when it has none of its own. */
export function payloadPaths(spec: ContainerSpec, host: HostFacts): readonly PayloadPath[] {
  return layoutOf(spec, host).groups.map(({ hierarchy, path }) => ({
    mountPoint: hierarchy.mountPoint,
    version: hierarchy.version,
    controllers: hierarchy.controllers,
    path,
  }));
}

/** The slot with the group that clone3 puts init into (CLONE_INTO_CGROUP), null without a unified group. */
export function unifiedSlot(spec: ContainerSpec, host: HostFacts): Slot | null {
  return layoutOf(spec, host).groups.some(({ hierarchy }) => hierarchy.version === 2) ? UNIFIED : null;
}
