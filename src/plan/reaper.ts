// What the minimal PID 1 in front of a command needs of the kernel: where a filter refuses one of these, the command is PID 1 itself.

import type { SyscallName } from '../kernel/syscalls.gen.ts';

export const REAPER_CALLS: readonly SyscallName[] = ['capset', 'prctl', 'rt_sigtimedwait', 'waitid', 'kill', 'exit_group'];
