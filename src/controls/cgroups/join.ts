// How init gets into its groups. The monitor opens, init writes: a cold join by the process itself, through a descriptor whose
// opener's rights count, is the fastest way measured, and works from inside a user namespace.

import type { Slot, Step } from '../../model/step.ts';
import { dwelling } from './inner.ts';
import type { Layout } from './layout.ts';
import type { Group } from './placement.ts';

/** Slot of the unified group, for clone3's CLONE_INTO_CGROUP. */
export const UNIFIED: Slot = 'cgroup.unified';

/** v1: `tasks` is opened before the clone, and init writes itself into it. v2: the group is opened, and init is born in it. */
export function joinSteps({ groups, why, devices, dwellings }: Layout): readonly Step[] {
  // `later` begins in the group itself, and goes inside when its list stands.
  const home = (group: Group) => dwelling(group, dwellings.get(group) === 'inside' ? 'inside' : 'group');
  const legacy = groups.filter(({ hierarchy }) => hierarchy.version === 1);
  return [
    ...groups.map((group): Step => {
      const unified = group.hierarchy.version === 2;
      const flags = unified ? (['O_PATH', 'O_DIRECTORY', 'O_CLOEXEC'] as const) : (['O_WRONLY', 'O_CLOEXEC'] as const);
      const path = unified ? home(group) : `${home(group)}/tasks`;
      return {
        who: 'monitor',
        phase: 'open',
        what: unified ? `open ${path}, for init to be cloned into` : `open ${path}, for init to join`,
        why,
        actions: [{ sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: path }, { flags }, 0], save: slotOf(group) }],
      };
    }),
    ...legacy.map((group): Step => {
      const isLate = devices.group === group && devices.moment === 'late';
      return {
        who: 'init',
        phase: isLate ? 'late-join' : 'join',
        what: `join ${home(group)}`,
        why,
        actions: [{ sys: 'write', args: [{ slot: slotOf(group) }, { text: '0' }, 1], expect: 1 }],
        hints: {
          ENOSPC: 'the cpuset has no CPUs or no memory nodes',
          EACCES: 'the caller may not move processes into this group',
          EAGAIN: 'pids.max of the group is reached',
          ESRCH: 'the group was removed while the container started',
          ENODEV: 'the group was removed while the container started',
        },
      };
    }),
  ];
}

function slotOf(group: Group): Slot {
  return group.hierarchy.version === 2 ? UNIFIED : `cgroup.tasks.${group.name}`;
}
