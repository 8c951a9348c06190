// Diagnostics of the mounts control (controls/mounts/): HF400..HF499.

import type { CodeEntry } from '../codes.ts';

export const MOUNT_CODES = {
  // the root file system
  HF400: {
    severity: 'error',
    message: "the root file system cannot be '{path}': it {reason}",
    help: 'correct lxc.rootfs.path, or make the directory',
  },
  HF401: {
    severity: 'error',
    message: "the root file system '{path}' is not an absolute path",
    help: 'write it from / on',
  },
  HF402: {
    severity: 'warning',
    message: "the container's root file system is the host's own",
    help: "for a read-only view of the host's programs leave lxc.rootfs.path out",
  },
  HF403: {
    severity: 'error',
    message: "the overlay's {option} has {bytes} bytes; the kernel takes 255",
    help: 'use shorter paths, or fewer layers (Linux 6.7 takes layers one by one)',
  },
  HF404: {
    severity: 'error',
    message: "lxc.tty.dir is '{value}', which is no name of a directory in /dev",
    help: "write a plain name, e.g. 'lxc', or nothing",
  },

  // entries
  HF410: {
    severity: 'error',
    message: "'{target}' lies outside the container's root file system",
    help: 'write the target as a path inside the container, without the leading slash',
  },
  HF411: {
    severity: 'error',
    message: "'{target}' cannot be mounted on: {reason}",
    help: 'write the target as a path inside the container, without the leading slash',
  },
  HF412: {
    severity: 'error',
    message: "the source '{source}' of a bind mount is not an absolute path",
    help: "write it from / on; for a path inside the container add 'relative' to the options",
  },
  HF413: {
    severity: 'error',
    message: "'{source}' does not exist on the host",
    help: "make it, or add 'optional' to the options",
  },
  HF414: {
    severity: 'error',
    message: "'{source}' is {kind}, and cannot be mounted on what create={create} makes",
    help: 'write create={right}',
  },
  HF415: {
    severity: 'error',
    message: "an entry makes a new mount; '{option}' is about another one",
    help: 'put the flags into the entry that makes the mount',
  },
  HF416: {
    severity: 'error',
    message: "a bind mount does not know the option '{option}'",
    help: 'correct or remove it: an option that does nothing protects nothing',
  },
  HF417: {
    severity: 'error',
    message: "the value of '{option}' has {bytes} bytes; the kernel takes 255",
    help: 'shorten it',
  },
  HF418: {
    severity: 'error',
    message: "'{source}' with type '{type}' is neither a bind mount nor a file system",
    help: "add 'bind' to the options, or name the type of the file system",
  },
} as const satisfies Record<string, CodeEntry>;
