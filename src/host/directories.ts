// Where running containers are recorded and where compiled launchers are kept, for root and for others.

import type { Machine } from './machine.ts';
import type { User } from './users.ts';

export interface Directories {
  readonly runDir: string;
  readonly cacheDir: string;
}

/**
 * Root: /run and /var/lib (launchers must not lie in /run, which Debian mounts noexec). Others: the session's run-time directory
 * (basedir specification: owned by the user, gone at logout) where there is one, and their cache. Without a home: /tmp would be
 * anyone's, so the directory named is one that nobody can make, and the start says so.
 */
export function findDirectories(machine: Machine, user: User): Directories {
  const { uid } = machine.ids;
  if (uid === 0) return { runDir: '/run/holdfast', cacheDir: '/var/lib/holdfast' };
  const cache = `${user.home ?? '/nonexistent'}/.cache/holdfast`;
  const places = [machine.env['XDG_RUNTIME_DIR']?.replace(/\/+$/, ''), `/run/user/${uid}`];
  const run = places.find((path) => path?.startsWith('/') === true && isOwn(machine, path));
  return { runDir: run === undefined ? `${cache}/run` : `${run}/holdfast`, cacheDir: `${cache}/launchers` };
}

/** XDG_RUNTIME_DIR survives `su` and `sudo -E`: another user's directory is not taken. */
function isOwn(machine: Machine, path: string): boolean {
  const found = machine.stat(path);
  return 'value' in found && found.value.kind === 'dir' && found.value.uid === machine.ids.uid;
}
