// What to do about an errno, for the steps of this folder. Lower case, no full stop: they stand behind the error.

import type { Hints } from './part.ts';

/** For a step that opens `path` inside the container without following links, to mount something on it. */
export function fixedTargetHints(path: string): Hints {
  return {
    ELOOP: `${path} is a symbolic link in the root file system: make it a directory, or nothing says where the mount would land`,
    ENOTDIR: `${path}, or a directory above it, is not a directory in the root file system`,
    EROFS: `${path} is missing, and the root file system is read-only: make it there`,
    EACCES: `the container's root may not make ${path}: give the root file system to the ids of lxc.idmap`,
    EOVERFLOW: `the root file system belongs to ids that are not mapped: give it to the ids of lxc.idmap`,
  };
}

/** For a new file system of a type. */
export function fileSystemHints(type: string): Hints {
  return {
    ENODEV: `this kernel has no file system of type ${type} (see /proc/filesystems)`,
    EPERM: `${type} cannot be mounted here: not in a user namespace, or not without the namespace it shows`,
  };
}

/** For binding a path of the host. */
export function bindHints(source: string): Hints {
  return {
    ENOENT: `${source} does not exist on the host`,
    EACCES: `the container's root may not reach ${source} on the host: every directory above it must let its ids through`,
    EINVAL: `${source} cannot be bound: it has mounts below that a user namespace may not uncover (use rbind), or it is unbindable`,
    EPERM: `${source} has flags on the host that a user namespace may not take off`,
  };
}
