// The unified hierarchy hands controllers down level by level: cgroup-v2.rst, "Enabling and Disabling" and "No Internal Process Constraint".

import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { MonitorStep } from '../../model/step.ts';
import { writeCalls } from './file-calls.ts';
import type { Group } from './placement.ts';
import type { Assignment } from './values.ts';

export interface Needed {
  readonly names: readonly string[];
  readonly why: Origin;
}

/** The controllers the group's values are about; null when there is nothing to hand down. */
export function controllersFor(group: Group, assignments: readonly Assignment[]): Needed | null {
  if (group.hierarchy.version !== 2) return null;
  const mine = assignments.filter((one) => one.group === group && one.value.controller !== 'cgroup').map(({ value }) => value);
  const [first] = mine;
  return first === undefined ? null : { names: [...new Set(mine.map(({ controller }) => controller))], why: first.why };
}

/**
 * Enables them for the groups inside `path`. It stays so: other containers beside this one may rely on it, and a
 * controller that is enabled for nobody costs nothing.
 */
export function enable(path: string, group: Group, level: number | 'own', needed: Needed | null): readonly MonitorStep[] {
  if (needed === null) return [];
  const text = needed.names.map((name) => `+${name}`).join(' ');
  return [
    {
      who: 'monitor',
      phase: 'cgroup',
      what: `enable ${needed.names.join(', ')} for the groups inside ${path}`,
      why: needed.why,
      actions: writeCalls(`${path}/cgroup.subtree_control`, text, `cgroup.subtree.${group.name}.${level}`),
      hints: {
        EBUSY: `processes are in ${path} itself, and a group that hands controllers down may not have any: start in a group of its own (systemd-run --scope -p Delegate=yes)`,
        ENOENT: `a controller is not handed down to ${path}: see its cgroup.controllers`,
        EACCES: 'the group is not delegated to the caller',
        EINVAL: 'this kernel does not have one of these controllers',
        EOPNOTSUPP: 'the group is threaded (cgroup.type), which these controllers do not allow',
      },
    },
  ];
}

/**
 * In a delegated group the monitor itself is in the way of handing down: it moves into a group beside the container's, as
 * LXC's does. Going back at the end fails where controllers stay enabled; then the empty group goes with its scope.
 */
export function leaveBase(spec: ContainerSpec, group: Group, needed: Needed | null): readonly MonitorStep[] {
  // One with a group of its own has left already.
  if (needed === null || spec.cgroup.monitor !== null) return [];
  const path = `${group.base}/lxc.monitor.${spec.name}`;
  const at = { flags: ['AT_FDCWD'] } as const;
  return [
    {
      who: 'monitor',
      phase: 'cgroup',
      what: `make the group ${path} for the monitor`,
      why: needed.why,
      actions: [{ sys: 'mkdirat', args: [at, { text: path }, 0o755], tolerate: ['EEXIST'] }],
      undo: [{ sys: 'unlinkat', args: [at, { text: path }, { flags: ['AT_REMOVEDIR'] }], tolerate: ['EBUSY', 'ENOTEMPTY', 'ENOENT'] }],
    },
    {
      who: 'monitor',
      phase: 'cgroup',
      what: `move the monitor out of ${group.base}, which is to hand controllers down`,
      why: needed.why,
      actions: writeCalls(`${path}/cgroup.procs`, '0', 'cgroup.monitor'),
      undo: writeCalls(`${group.base}/cgroup.procs`, '0', 'cgroup.monitor.back', ['EBUSY', 'EOPNOTSUPP']),
      hints: { EACCES: 'the group is not delegated to the caller' },
    },
  ];
}
