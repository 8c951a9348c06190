// Groups that containers share are made by the first and removed by the last: a start that finds one must not lose it to a container
// that ends at this moment, nor find it half set up. So they take turns: a lock on the directory of running containers.

import type { Origin } from '../../model/origin.ts';
import type { MonitorStep, Step, SysCall } from '../../model/step.ts';

const TURN = 'cgroup.turn';

/** The lock ends with its holder, also with a killed one (flock(2)); what is done in between are calls that do not wait. */
function take(runDir: string): readonly SysCall[] {
  return [
    { sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: runDir }, { flags: ['O_RDONLY', 'O_DIRECTORY', 'O_CLOEXEC'] }, 0], save: TURN },
    { sys: 'flock', args: [{ slot: TURN }, { flags: ['LOCK_EX'] }] },
  ];
}

const GIVE: SysCall = { sys: 'close', args: [{ slot: TURN }] };

/** The steps between taking a turn and giving it away; undone in a turn of their own. */
export function oneAtATime(steps: readonly Step[], runDir: string, why: Origin): readonly Step[] {
  const step = { who: 'monitor', phase: 'cgroup', why } as const;
  const before: MonitorStep = { ...step, what: 'wait for others that make or remove groups at this moment', actions: take(runDir), undo: [GIVE] };
  const after: MonitorStep = { ...step, what: 'let others make and remove groups', actions: [GIVE], undo: take(runDir) };
  return [before, ...steps, after];
}
