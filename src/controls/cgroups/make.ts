// The steps that make the groups: the levels above, what a new level needs before it can take anything, and the group itself.

import type { HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { MonitorStep, Slot, Step, SysCall } from '../../model/step.ts';
import { cpusetOfParent, cpusetOfPayload } from './cpuset.ts';
import { delegation } from './delegation.ts';
import { ifNew } from './if-new.ts';
import type { Layout } from './layout.ts';
import type { Group } from './placement.ts';
import { controllersFor, enable, leaveBase } from './subtree.ts';

/** For every hierarchy in turn: levels, controllers, the group, its delegation. */
export function makeSteps(spec: ContainerSpec, host: HostFacts, layout: Layout): readonly Step[] {
  return layout.groups.flatMap((group) => {
    const controllers = controllersFor(group, layout.assignments);
    const above = [group.base, ...group.parents];
    return [
      ...(group.base === group.hierarchy.mountPoint ? [] : leaveBase(spec, group, controllers)),
      ...above.flatMap((path, level) => [
        ...(level === 0 ? [] : parentSteps(group, path, `cgroup.made.${group.name}.${level}`, layout.why)),
        ...enable(path, group, level, controllers),
      ]),
      payload(group, layout.why),
      ...cpusetOfPayload(group, layout),
      ...delegation(spec, host, group),
    ];
  });
}

/** Marks a level that a start made, so that the last container in it removes it, and a level of the administrator's stays. */
const MARK = 'user.holdfast.made';
const DIRECTORY_MODE = 0o755;
const AT = { flags: ['AT_FDCWD'] } as const;

/**
 * One level above the container's group, made where it is missing. Who made it takes it back; the mark, an extended attribute of
 * the group itself (kernfs, Linux 5.7), tells those who come later, also after a kill, that it may be removed once it is empty.
 */
function parentSteps(group: Group, path: string, made: Slot, why: Origin): readonly MonitorStep[] {
  const remove: SysCall = {
    sys: 'unlinkat',
    args: [AT, { text: path }, { flags: ['AT_REMOVEDIR'] }],
    tolerate: ['ENOTEMPTY', 'EBUSY', 'ENOENT', 'EACCES', 'EPERM'],
  };
  return [
    {
      who: 'monitor',
      phase: 'cgroup',
      what: `make the group ${path} where it is missing`,
      why,
      actions: [{ sys: 'mkdirat', args: [AT, { text: path }, DIRECTORY_MODE], save: made, tolerate: ['EEXIST'] }],
      undo: [ifNew(made), remove],
      hints: MAKING,
    },
    {
      who: 'monitor',
      phase: 'cgroup',
      what: `mark ${path} to be removed by the last container in it, if it is new`,
      why,
      actions: [
        ifNew(made),
        { sys: 'setxattr', args: [{ text: path }, { text: MARK }, { text: '1' }, 1, 0], tolerate: ['EOPNOTSUPP', 'EPERM', 'EACCES', 'ENOSPC', 'ENOENT'] },
      ],
      undo: [
        {
          sys: 'getxattr',
          args: [{ text: path }, { text: MARK }, { buffer: 'cgroup.mark', size: 8 }, 8],
          skipStep: ['ENODATA', 'EOPNOTSUPP', 'ENOENT', 'EACCES', 'EPERM'],
        },
        remove,
      ],
    },
    ...cpusetOfParent(group, path, made, why),
  ];
}

function payload(group: Group, why: Origin): MonitorStep {
  return {
    who: 'monitor',
    phase: 'cgroup',
    what: `make the group ${group.path}`,
    why,
    actions: [{ builtin: 'cgroup', path: group.path }],
    undo: [{ builtin: 'cgroup-remove', path: group.path }],
    hints: {
      ...MAKING,
      EBUSY: 'a group of this name exists and has processes in it: another container, or what a killed one left (see its cgroup.procs)',
      EEXIST: 'a group of this name exists and cannot be replaced',
    },
  };
}

const MAKING: NonNullable<MonitorStep['hints']> = {
  EACCES: 'the caller may not make groups here',
  EROFS: 'the control groups are mounted read-only, as inside a container',
  ENOENT: 'the group above is gone: another container that ended this moment removed it, or the hierarchy was unmounted; start again',
  EAGAIN: 'the limit on groups (cgroup.max.descendants or cgroup.max.depth) of a group above is reached',
  ENOSPC: 'the kernel has no room for another group of this controller',
};
