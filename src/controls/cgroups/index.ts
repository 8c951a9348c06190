// Control groups, v1 and v2: admin-guide/cgroup-v1/cgroups.rst, cgroup-v2.rst. Makes the container's groups, limits them before
// init runs anything of its own, and puts init in.

import type { Compiled, Check, Control } from '../../model/control.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { Slot } from '../../model/step.ts';
import { listByMonitor } from '../devices/write-list.ts';
import { checksOf } from './checks.ts';
import { delegationInside } from './delegation.ts';
import { type Dwelling, dwelling, enterLater, innerSteps, openForInit } from './inner.ts';
import { joinSteps, UNIFIED } from './join.ts';
import { type Layout, layoutOf } from './layout.ts';
import { makeSteps } from './make.ts';
import { whyGroups } from './wanted.ts';
import { writeSteps } from './write.ts';

export { reading } from './reading.ts';
export { sharedGroup } from './shared.ts';
export { blockDevicePaths } from './block-device.ts';

export const cgroups: Control = {
  name: 'cgroups',
  compile(spec: ContainerSpec, host: HostFacts): Compiled {
    const layout = layoutOf(spec, host);
    return {
      steps: [
        ...makeSteps(spec, host, layout),
        ...writeSteps(layout),
        ...listByMonitor(layout.devices),
        ...living(layout, 'inside').flatMap((group) => [...innerSteps(group, layout), ...delegationInside(spec, host, group)]),
        ...living(layout, 'later').flatMap((group) => openForInit(group, layout)),
        ...joinSteps(layout),
        ...living(layout, 'later').flatMap((group) => enterLater(group, spec, host, layout)),
      ],
      diagnostics: layout.diagnostics,
    };
  },
  verify(spec: ContainerSpec, host: HostFacts): readonly Check[] {
    return checksOf(layoutOf(spec, host));
  },
};

const living = ({ groups, dwellings }: Layout, where: Dwelling) => groups.filter((group) => dwellings.get(group) === where);

/** Does this container ask for control groups of its own, wherever they can be had? */
export function wantsGroups(spec: ContainerSpec, host: HostFacts): boolean {
  return whyGroups(spec, host) !== null;
}

/** One group of a container, for those who come later: attach, info, the state record. */
export interface PayloadPath {
  readonly mountPoint: string;
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
  /** Where its processes are: absolute, below the mount point. */
  readonly path: string;
  /** The group with its limits: the same, or the one around. */
  readonly limits: string;
}

/** Where the container's groups are; empty when it has none of its own. */
export function payloadPaths(spec: ContainerSpec, host: HostFacts): readonly PayloadPath[] {
  const { groups, dwellings } = layoutOf(spec, host);
  return groups.map((group) => ({
    mountPoint: group.hierarchy.mountPoint,
    version: group.hierarchy.version,
    controllers: group.hierarchy.controllers,
    path: dwelling(group, dwellings.get(group) ?? 'group'),
    limits: group.path,
  }));
}

/** The slot with the group that clone3 puts init into (CLONE_INTO_CGROUP), null without a unified group. */
export function unifiedSlot(spec: ContainerSpec, host: HostFacts): Slot | null {
  return layoutOf(spec, host).groups.some(({ hierarchy }) => hierarchy.version === 2) ? UNIFIED : null;
}
