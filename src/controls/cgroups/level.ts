// Levels above the groups of containers: the first start makes one, the last container in it removes it.

import type { Origin } from '../../model/origin.ts';
import type { MonitorStep, Slot, SysCall } from '../../model/step.ts';
import { cpusetOfParent } from './cpuset.ts';
import { ifNew } from './if-new.ts';
import type { Group } from './placement.ts';

/**
 * An extended attribute of the group itself (kernfs, Linux 5.7): a start made it, so that the last container in it removes it; a level of
 * the administrator's has none, and stays.
 */
export const MARK = 'user.holdfast.made';
const AT = { flags: ['AT_FDCWD'] } as const;

/**
 * One level above the container's group, made where it is missing. Who made it takes it back; the mark, set when it is finished, tells
 * those who come later, also after a kill, that it may be removed once it is empty.
 */
export function levelSteps(group: Group, path: string, made: Slot, why: Origin): readonly MonitorStep[] {
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
      actions: [{ builtin: 'group-level', path, mark: MARK, made }],
      undo: [ifNew(made), remove],
      hints: MAKING,
    },
    ...cpusetOfParent(group, path, made, why),
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
  ];
}

export const MAKING: NonNullable<MonitorStep['hints']> = {
  EACCES: 'the caller may not make groups here',
  EROFS: 'the control groups are mounted read-only, as inside a container',
  ENOENT: 'the group above is gone: another container that ended this moment removed it, or the hierarchy was unmounted; start again',
  EAGAIN: 'the limit on groups (cgroup.max.descendants or cgroup.max.depth) of a group above is reached',
  ENOSPC: 'the kernel has no room for another group of this controller',
};
