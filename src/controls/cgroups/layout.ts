// The decision that everything else here carries out: the groups of a container, the values they get, and what is said about it.

import type { Diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { type DeviceEnforcement, enforcementOf, NO_DEVICES } from '../devices/enforcement.ts';
import { missing } from '../missing.ts';
import { type Dwelling, dwellingIn } from './inner.ts';
import { type Group, groupIn, monitorPlace, place } from './placement.ts';
import { assignShared } from './shared.ts';
import { type Assignment, assign } from './values.ts';
import { whyGroups } from './wanted.ts';

export interface Layout {
  /** What asked for the groups. Without groups it is of no use. */
  readonly why: Origin;
  readonly groups: readonly Group[];
  /** In the order in which they are written. */
  readonly assignments: readonly Assignment[];
  /** Values of the group around, which containers share. */
  readonly shared: readonly Assignment[];
  readonly devices: DeviceEnforcement;
  /** The groups that have limits or a device list, with what first asked for them. */
  readonly bindings: ReadonlyMap<Group, Origin>;
  readonly dwellings: ReadonlyMap<Group, Dwelling>;
  readonly diagnostics: readonly Diagnostic[];
}

/** A group in every hierarchy where one can be made, or none when nothing asks for them. */
export function layoutOf(spec: ContainerSpec, host: HostFacts): Layout {
  const why = whyGroups(spec, host);
  const none = {
    groups: [],
    assignments: [],
    shared: [],
    devices: NO_DEVICES,
    bindings: new Map<Group, Origin>(),
    dwellings: new Map<Group, Dwelling>(),
  } as const;
  if (why === null) return { ...none, why: { kind: 'default', text: 'no control group' }, diagnostics: [] };
  const { below, diagnostics } = place(spec);
  if (below.length === 0) return { ...none, why, diagnostics };
  const groups = host.cgroups.filter(({ writable }) => writable).map((one) => groupIn(one, below, spec, host));
  const { assignments, diagnostics: unmet } = assign(spec, host, groups);
  const { assignments: shared, diagnostics: unshared } = assignShared(spec, host, groups);
  const devices = enforcementOf(spec, host, groups);
  const bindings = bindingsOf(assignments, devices);
  const dwellings = new Map(groups.map((group) => [group, dwellingIn(group, spec, host, bindings.has(group))]));
  return {
    why,
    groups,
    assignments,
    shared,
    devices,
    bindings,
    dwellings,
    diagnostics: [...unplaced(spec, host, groups), ...(monitorPlace(spec)?.diagnostics ?? []), ...unshared, ...unmet],
  };
}

function bindingsOf(assignments: readonly Assignment[], { group, rules }: DeviceEnforcement): ReadonlyMap<Group, Origin> {
  const bindings = new Map<Group, Origin>();
  const all = [
    ...assignments.map((one) => ({ group: one.group, why: one.value.why })),
    ...rules.flatMap(({ why }) => (group === null ? [] : [{ group, why }])),
  ];
  for (const one of all) if (!bindings.has(one.group)) bindings.set(one.group, one.why);
  return bindings;
}

/** A place was asked for by name, and there is no hierarchy to have it in. */
function unplaced(spec: ContainerSpec, host: HostFacts, groups: readonly Group[]): readonly Diagnostic[] {
  const { dir, container } = spec.cgroup;
  const place = container ?? dir;
  if (groups.length > 0 || place === null) return [];
  const key = container === null ? 'lxc.cgroup.dir' : 'lxc.cgroup.dir.container';
  const reason = host.cgroups.length === 0 ? 'no control groups are mounted' : 'the caller may make a group in none of the hierarchies';
  return [missing(spec, key, place.why, reason, 'start it as root, or in a delegated group (systemd-run --user --scope -p Delegate=yes)')];
}
