// What `holdfast cgroup` is asked for: a file of a group by its bare name, or as a configuration writes it.

import { HoldfastError } from '../../model/error.ts';

export interface GroupKey {
  /** Null: whichever hierarchy of the container has it. */
  readonly version: 1 | 2 | null;
  readonly file: string;
}

const PREFIXES = [
  ['lxc.cgroup2.', 2],
  ['lxc.cgroup.', 1],
] as const;

/** `memory.max`, `lxc.cgroup2.memory.max`, `lxc.cgroup.memory.limit_in_bytes`. Throws `usage` for what is no name of a file. */
export function groupKey(text: string): GroupKey {
  const [prefix = '', version = null] = PREFIXES.find(([one]) => text.startsWith(one)) ?? [];
  const file = text.slice(prefix.length);
  // Nothing but letters: no name leads to another directory, whatever is there.
  if (/^[A-Za-z0-9_-]+(?:\.[A-Za-z0-9_-]+)*$/.test(file)) return { version, file };
  const reason = file.includes('/') || file.includes('..') ? 'it leads out of the group' : file === '' ? 'it is empty' : 'no file has such a name';
  throw new HoldfastError(`'${text}' is no file of a control group: ${reason}; expected a name such as memory.max or lxc.cgroup2.memory.max`, {
    code: 'usage',
  });
}

export const controllerOf = (file: string): string => file.split('.')[0] ?? '';

/** Files that are set by a command which knows what they do. */
export function otherCommand({ file }: GroupKey, name: string, sets: boolean): string | null {
  if (controllerOf(file) === 'devices') return `device rules: holdfast device ${name} ls|add|remove`;
  if (!sets) return null;
  if (MEMBERS.has(file)) return `a command is run in the container by: holdfast attach ${name} -- COMMAND`;
  if (file === 'freezer.state' || file === 'cgroup.freeze') return `a container is frozen and thawed by: holdfast freeze ${name}, holdfast unfreeze ${name}`;
  return null;
}

/** The files that say who is in a group. */
export const MEMBERS: ReadonlySet<string> = new Set(['tasks', 'cgroup.procs', 'cgroup.threads']);
