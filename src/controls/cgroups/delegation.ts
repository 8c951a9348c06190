// A container with ids of its own gets its groups to make more in (systemd does): cgroup-v2.rst, "Delegation", /sys/kernel/cgroup/delegate.

import type { HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { MonitorStep } from '../../model/step.ts';
import { plannedIdmap } from '../idmap/effective.ts';
import { dwelling } from './inner.ts';
import type { Group } from './placement.ts';

/** What may be written by whom the group is delegated to; the limits themselves stay root's. '' is the directory. */
const FILES = { 1: ['', '/tasks', '/cgroup.procs'], 2: ['', '/cgroup.procs', '/cgroup.threads', '/cgroup.subtree_control'] } as const;

/** Only root can give files away: for others the groups are the caller's, who is the container's root anyway. */
export function delegation(spec: ContainerSpec, host: HostFacts, group: Group): readonly MonitorStep[] {
  return spec.cgroup.inner === null ? give(spec, host, group, group.path) : [];
}

/** Where a group inside was asked for by name (lxc.cgroup.dir.container.inner), that is the one to give, and the limits stay around it. */
export function delegationInside(spec: ContainerSpec, host: HostFacts, group: Group): readonly MonitorStep[] {
  return spec.cgroup.inner === null ? [] : give(spec, host, group, dwelling(group, 'inside'));
}

function give(spec: ContainerSpec, host: HostFacts, group: Group, path: string): readonly MonitorStep[] {
  const user = rootOutside(spec, host, 'u');
  const owner = rootOutside(spec, host, 'g');
  if (host.uid !== 0 || user === null || owner === null) return [];
  return [
    {
      who: 'monitor',
      phase: 'cgroup',
      what: `give ${path} to the container's root, user ${user.id}, without its limits`,
      why: user.why,
      actions: FILES[group.hierarchy.version].map((file) => ({
        sys: 'fchownat' as const,
        args: [{ flags: ['AT_FDCWD' as const] }, { text: `${path}${file}` }, user.id, owner.id, 0],
      })),
      hints: { EPERM: 'it takes CAP_CHOWN, and ids that are mapped in the user namespace of the caller' },
    },
  ];
}

function rootOutside(spec: ContainerSpec, host: HostFacts, kind: 'u' | 'g'): { readonly id: number; readonly why: Origin } | null {
  const range = plannedIdmap(spec, host)?.find(({ value }) => value.kind === kind && value.inside === 0);
  return range === undefined ? null : { id: range.value.outside, why: range.why };
}
