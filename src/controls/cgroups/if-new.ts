// A condition in straight-line code: the rest of a step is only done when an earlier mkdirat made its directory.

import type { Slot, SysCall } from '../../model/step.ts';

/** `made` holds what mkdirat answered: 0, which as a descriptor is open (the monitor sees to 0-2), or -EEXIST, which is none. */
export function ifNew(made: Slot): SysCall {
  return { sys: 'fcntl', args: [{ slot: made }, { flags: ['F_GETFD'] }, 0], skipStep: ['EBADF'] };
}
