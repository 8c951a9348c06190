// Which wall an attempt ran into, as far as its errno and the call that failed tell.

import { readFileSync } from 'node:fs';
import type { ErrnoName } from '../../src/kernel/errno.gen.ts';
import type { SyscallName } from '../../src/kernel/syscalls.gen.ts';
import type { Attempt } from './attempt.ts';
import type { Answer } from './program.ts';

const BY_ERRNO: Readonly<Partial<Record<ErrnoName, string>>> = {
  ENOENT: 'is not there',
  ENODEV: 'is not there',
  ENXIO: 'is not there',
  ENOTDIR: 'is not there',
  ENOTBLK: 'is not there',
  ENOSYS: 'filter or kernel',
  EROFS: 'read-only mount',
  ESRCH: 'PID namespace',
  ECONNREFUSED: 'network namespace',
  ETXTBSY: 'kernel',
  EINVAL: 'kernel',
  EBUSY: 'kernel',
  EFAULT: 'kernel',
  E2BIG: 'kernel',
};
/** What asks for a capability that common.conf takes away (sys_time, sys_module, sys_rawio). */
const BY_CAPABILITY: readonly SyscallName[] = ['settimeofday', 'clock_settime'];
/** EPERM is a module's here: Landlock's to mounts, a policy's to files. */
const BY_MODULE: readonly SyscallName[] = ['mount', 'umount2', 'move_mount', 'pivot_root', 'mount_setattr', 'openat', 'mknodat'];

let filtered: ReadonlySet<string> | undefined;
/** The calls that LXC's common.seccomp names. */
function filteredCalls(): ReadonlySet<string> {
  filtered ??= new Set(readFileSync('/usr/share/lxc/config/common.seccomp', 'utf8').match(/^\w+(?= errno)/gm) ?? []);
  return filtered;
}

/** Empty for what was allowed. */
export function layerOf({ group, calls }: Attempt, answer: Answer | undefined): string {
  if (answer === undefined || answer.verdict === 'allowed') return '';
  if (answer.verdict === 'killed') return 'filter';
  const sys = calls[answer.call]?.sys;
  const known = BY_ERRNO[answer.verdict as ErrnoName];
  if (known !== undefined) return known;
  if (sys === undefined) return '';
  if (filteredCalls().has(sys)) return 'filter';
  if (group === 'node' && sys === 'openat') return 'device rules';
  if (answer.verdict === 'EACCES') return 'security module';
  if (BY_CAPABILITY.includes(sys)) return 'capability';
  return BY_MODULE.includes(sys) ? 'security module or capability' : 'capability or namespace';
}
