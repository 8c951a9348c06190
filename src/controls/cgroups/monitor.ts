// lxc.cgroup.dir.monitor: the monitor lives in a group of its own, in every hierarchy. It goes back to where it came from at the end, so
// that its group can be removed (LXC goes to lxc.cgroup.dir.monitor.pivot instead, which stays).

import type { ContainerSpec } from '../../model/spec.ts';
import type { MonitorStep } from '../../model/step.ts';
import { writeCalls } from './file-calls.ts';
import type { Layout } from './layout.ts';
import { levelSteps } from './level.ts';
import { type Group, monitorPlace } from './placement.ts';

/** Nothing without the key: the monitor stays where its caller is. */
export function monitorSteps(spec: ContainerSpec, { groups }: Layout): readonly MonitorStep[] {
  const { monitor } = spec.cgroup;
  const below = monitorPlace(spec)?.below ?? [];
  if (monitor === null || below.length === 0) return [];
  return groups.flatMap((group) => {
    const levels = below.map((_, index) => [group.base, ...below.slice(0, index + 1)].join('/'));
    const path = levels.at(-1) ?? group.base;
    return [
      ...levels.flatMap((level, index) => levelSteps(group, level, `cgroup.monitor.${group.name}.${index}`, monitor.why)),
      {
        who: 'monitor',
        phase: 'cgroup',
        what: `move the monitor to ${path}`,
        why: monitor.why,
        actions: writeCalls(`${path}/${entrance(group)}`, '0', `cgroup.monitor.${group.name}`),
        undo: writeCalls(`${origin(group)}/${entrance(group)}`, '0', `cgroup.monitor.back.${group.name}`),
        hints: {
          EACCES: 'the caller may not move processes into this group',
          EBUSY: 'the group hands controllers down, and may not have processes itself',
          EAGAIN: 'pids.max of a group around is reached',
        },
      } satisfies MonitorStep,
    ];
  });
}

/** v1: one thread is moved without the wait for a grace period that a process takes. */
const entrance = ({ hierarchy }: Group): string => (hierarchy.version === 1 ? 'tasks' : 'cgroup.procs');

/** Where the caller is. */
const origin = ({ hierarchy: { mountPoint, own } }: Group): string => `${mountPoint}${own === '/' ? '' : own}`;
