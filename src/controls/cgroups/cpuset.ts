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

/** The container's own group gets what the configuration does not give it, of the group around: that may have less than the base. */
export function cpusetOfPayload(group: Group, { assignments, why }: Layout): readonly MonitorStep[] {
  const given = new Set(assignments.filter((one) => one.group === group).map(({ value }) => value.file));
  const absent = (['cpus', 'mems'] as const).filter((what) => !given.has(FILES[what]));
  const around = group.parents.at(-1);
  return around === undefined ? inherit(group, group.path, absent, [], '', why) : absent.flatMap((what) => copied(group, around, what, why));
}

const TEXT = 4096;

/** Read and written as it is: nobody knows before the start what the group around has by then. */
function copied(group: Group, around: string, what: What, why: Origin): readonly MonitorStep[] {
  if (group.hierarchy.version !== 1 || group.hierarchy.cpuset === undefined) return [];
  const [from, to, length] = ['from', 'to', 'length'].map((one) => `cgroup.${what}.${one}`) as [Slot, Slot, Slot];
  const at = { flags: ['AT_FDCWD'] } as const;
  const buffer = { buffer: 'cgroup.cpuset', size: TEXT };
  return [
    {
      who: 'monitor',
      phase: 'cgroup',
      what: `give ${group.path} the ${FILES[what]} of ${around}`,
      why,
      actions: [
        { sys: 'openat', args: [at, { text: `${around}/${FILES[what]}` }, { flags: ['O_RDONLY', 'O_CLOEXEC'] }, 0], save: from },
        { sys: 'read', args: [{ slot: from }, buffer, TEXT], save: length },
        { sys: 'close', args: [{ slot: from }] },
        { sys: 'openat', args: [at, { text: `${group.path}/${FILES[what]}` }, { flags: ['O_WRONLY', 'O_CLOEXEC'] }, 0], save: to },
        { sys: 'write', args: [{ slot: to }, buffer, { slot: length }] },
        { sys: 'close', args: [{ slot: to }] },
      ],
      hints: { EACCES: 'the group around has changed: start again', ENOSPC: `${around} has none: give it some (holdfast.cgroup.parent.${FILES[what]})` },
    },
  ];
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
