// prctl(2) as an action, with its unused arguments zero: several operations refuse anything else.

import type { ConstName } from '../../kernel/constants.gen.ts';
import type { Arg, SysCall } from '../../model/step.ts';

/** One prctl call; missing arguments are 0. */
export function prctl(operation: ConstName, ...args: readonly Arg[]): SysCall {
  return { sys: 'prctl', args: [{ flags: [operation] }, args[0] ?? 0, args[1] ?? 0, args[2] ?? 0, args[3] ?? 0] };
}

/** The kernel kills init when the monitor ends; cleared whenever ids change, so it is asked for again after that. */
export const DIE_WITH_MONITOR: SysCall = prctl('PR_SET_PDEATHSIG', { flags: ['SIGKILL'] });
