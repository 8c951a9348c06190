// Where running containers are recorded, where compiled launchers are kept and where is remembered what must not be lost, for root and for others.

import type { Machine } from './machine.ts';
import type { User } from './users.ts';

export interface Directories {
  readonly runDir: string;
  readonly cacheDir: string;
  readonly stateDir: string;
}

/**
 * Root: /run and /var/lib (launchers must not lie in /run, which Debian mounts noexec). Others: the session's run-time directory
 * (basedir specification: owned by the user, gone at logout) where there is one, their cache, and their state. Without a home: /tmp would be
 * anyone's, so the directory named is one that nobody can make, and the start says so.
 */
export function findDirectories(machine: Machine, user: User): Directories {
  const { uid } = machine.ids;
  if (uid === 0) return { runDir: '/run/holdfast', cacheDir: '/var/lib/holdfast', stateDir: '/var/lib/holdfast' };
  const cache = `${user.home ?? '/nonexistent'}/.cache/holdfast`;
  const places = [machine.env['XDG_RUNTIME_DIR']?.replace(/\/+$/, ''), `/run/user/${uid}`];
  const run = places.find((path) => path?.startsWith('/') === true && isOwn(machine, path));
  return {
    runDir: run === undefined ? `${cache}/run` : `${run}/holdfast`,
    cacheDir: `${cache}/launchers`,
    stateDir: `${user.home ?? '/nonexistent'}/.local/state/holdfast`,
  };
}

/** XDG_RUNTIME_DIR survives `su` and `sudo -E`: another user's directory is not taken. */
function isOwn(machine: Machine, path: string): boolean {
  const found = machine.stat(path);
  return 'value' in found && found.value.kind === 'dir' && found.value.uid === machine.ids.uid;
}
