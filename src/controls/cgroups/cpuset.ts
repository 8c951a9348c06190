// What a new v1 cpuset group needs before anything else: admin-guide/cgroup-v1/cpusets.rst. It has neither CPUs nor memory nodes
// and takes no process (ENOSPC) until it is given both.

import type { Origin } from '../../model/origin.ts';
import type { MonitorStep, Slot, SysCall } from '../../model/step.ts';
import { writeCalls } from './file-calls.ts';
import { ifNew } from './if-new.ts';
import type { Layout } from './layout.ts';
import type { Group } from './placement.ts';

const FILES = { cpus: 'cpuset.cpus', mems: 'cpuset.mems' } as const;
type What = keyof typeof FILES;

/** The container's own group gets of the base what the configuration does not give it. */
export function cpusetOfPayload(group: Group, { assignments, why }: Layout): readonly MonitorStep[] {
  const given = new Set(assignments.filter((one) => one.group === group).map(({ value }) => value.file));
  const absent = (['cpus', 'mems'] as const).filter((what) => !given.has(FILES[what]));
  return inherit(group, group.path, absent, [], '', why);
}

/** A level above it gets both, but only if it is new: `made` holds what mkdirat answered. An administrator's level keeps what it has. */
export function cpusetOfParent(group: Group, path: string, made: Slot, why: Origin): readonly MonitorStep[] {
  return inherit(group, path, ['cpus', 'mems'], [ifNew(made)], ' if it is new', why);
}

function inherit(group: Group, path: string, files: readonly What[], guard: readonly SysCall[], condition: string, why: Origin): readonly MonitorStep[] {
  const { cpuset, version } = group.hierarchy;
  if (version !== 1 || cpuset === undefined || files.length === 0) return [];
  return [
    {
      who: 'monitor',
      phase: 'cgroup',
      what: `give ${path} ${files.map((what) => `${FILES[what]} = ${cpuset[what]}`).join(' and ')}, as the group above${condition}`,
      why,
      actions: [
        ...guard,
        ...files.flatMap((what) => writeCalls(`${path}/${FILES[what]}`, cpuset[what], `cgroup.${what}.${path.slice(group.base.length + 1)}`)),
      ],
      hints: {
        EACCES: 'the group above has fewer CPUs or memory nodes: give lxc.cgroup.cpuset.cpus and lxc.cgroup.cpuset.mems',
        ENOSPC: 'the group above has no CPUs or no memory nodes',
        EINVAL: 'a CPU or memory node went offline: start again',
      },
    },
  ];
}
