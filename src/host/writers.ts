// Who besides the caller and root can change what is at a path: by its own mode (files) and by those of the directories
// above it, along its name and along where its links lead (path_resolution(7), inode(7)).

import { dirname } from 'node:path';
import { type Machine, valueOr } from './machine.ts';

export interface Writer {
  /** The file or directory that is open. */
  readonly path: string;
  /** `everybody`, `group 100`, `user 1000`. */
  readonly whom: string;
}

/** The first of them from the root down, or null. What cannot be looked at says nothing. `itself` false: only the directories above count. */
export function otherWriter(machine: Pick<Machine, 'stat' | 'realPath' | 'ids'>, path: string, itself = true): Writer | null {
  const real = valueOr(machine.realPath(path), path);
  const places = [...new Set([...above(path), ...above(real), ...(itself ? [real] : [])])];
  for (const place of places) {
    const found = machine.stat(place);
    if ('errno' in found) continue;
    const { mode, uid, gid, kind } = found.value;
    // In a sticky directory nobody removes or renames what is another's.
    const shielded = kind === 'dir' && (mode & 0o1000) !== 0;
    if (uid !== 0 && uid !== machine.ids.uid) return { path: place, whom: `user ${uid}` };
    if ((mode & 0o002) !== 0 && !shielded) return { path: place, whom: 'everybody' };
    if ((mode & 0o020) !== 0 && !shielded && gid !== 0 && gid !== machine.ids.gid) return { path: place, whom: `group ${gid}` };
  }
  return null;
}

/** May every user of the machine come to this path: are all directories on the way, and itself, open to others? */
export function everybodyReaches(machine: Pick<Machine, 'stat' | 'realPath'>, path: string): boolean {
  const real = valueOr(machine.realPath(path), path);
  return [...above(real), real].every((place) => {
    const found = machine.stat(place);
    return 'value' in found && (found.value.mode & 0o001) !== 0;
  });
}

/** The directories above an absolute path, outermost first. */
function above(path: string): readonly string[] {
  const directory = dirname(path);
  return directory === path ? [] : [...above(directory), directory];
}
