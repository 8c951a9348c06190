// What is at the paths the compiler asks about. Only these are looked at: the file system is not searched.

import type { HostFacts, PathFact } from '../model/host.ts';
import { type Machine, valueOr } from './machine.ts';
import { type Mount, mountOf } from './mounts.ts';

/** A fact for each path. A symbolic link is told as such; ask for what it names to know more. */
export function readPathFacts(machine: Machine, mounts: readonly Mount[], paths: readonly string[]): HostFacts['paths'] {
  return Object.fromEntries(paths.map((path) => [path, pathFact(machine, mounts, path)]));
}

function pathFact(machine: Machine, mounts: readonly Mount[], path: string): PathFact {
  const found = machine.lstat(path);
  if ('errno' in found) return found.errno === 'ENOENT' || found.errno === 'ENOTDIR' ? { kind: 'missing' } : { kind: 'unreadable', errno: found.errno };
  const { kind, major, minor } = found.value;
  switch (kind) {
    case 'char':
    case 'block':
      return { kind, major, minor };
    case 'dir':
    case 'file': {
      const filesystem = mountOf(mounts, valueOr(machine.realPath(path), path))?.filesystem;
      return filesystem === undefined ? { kind } : { kind, filesystem };
    }
    case 'link':
    case 'other':
      return { kind };
  }
}
