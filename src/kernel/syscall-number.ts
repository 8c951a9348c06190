// System call numbers by name.
import { type Arch, syscallTable } from './arch.ts';
import type { Machine } from './constant.ts';
import type { SyscallName } from './syscalls.gen.ts';

/**
 * The number of a system call (syscalls(2)); undefined where that architecture has no call of that name.
 * @example syscallNumber('openat2', 'arm64') // 437
 */
export function syscallNumber(name: SyscallName, arch: Machine): number;
export function syscallNumber(name: string, arch: Arch): number | undefined;
export function syscallNumber(name: string, arch: Arch): number | undefined {
  const table = syscallTable(arch);
  return Object.hasOwn(table, name) ? table[name] : undefined;
}
