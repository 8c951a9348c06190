// What to do about an errno, for the steps of this folder. Lower case, no full stop: they stand behind the error, which has
// named the paths already; so many steps share one sentence, and a launcher carries it once.

import type { Hints } from './part.ts';

/** For a step that opens a path inside the container without following links, to mount something on it. */
export const FIXED_TARGET_HINTS: Hints = {
  ELOOP: 'it is a symbolic link in the root file system: make it a directory, or nothing says where the mount would land',
  ENOTDIR: 'it, or a directory above it, is not a directory in the root file system',
  EROFS: 'it is missing, and the root file system is read-only: make it there',
  EACCES: "the container's root may not make it: give the root file system to the ids of lxc.idmap",
  EOVERFLOW: 'the root file system belongs to ids that are not mapped: give it to the ids of lxc.idmap',
};

/** For a new file system. */
export const FILE_SYSTEM_HINTS: Hints = {
  ENODEV: 'this kernel has no file system of this type (see /proc/filesystems)',
  EPERM: 'this type cannot be mounted here: not in a user namespace, or not without the namespace it shows',
};

/** For binding a path of the host. */
export const BIND_HINTS: Hints = {
  ENOENT: 'the source does not exist on the host',
  EACCES: "the container's root may not reach the source on the host: every directory above it must let its ids through",
  EINVAL: 'the source cannot be bound: it has mounts below that a user namespace may not uncover (use rbind), or it is unbindable',
  EPERM: 'the source has flags on the host that a user namespace may not take off',
};
