// Every file below a directory, by descriptors only: a name is looked up in the open directory that holds it, one component and without
// following a link, so that nobody can lead the way out of the tree by exchanging a directory for a link (path_resolution(7)).
// Node has no openat(2): /proc/self/fd/N/NAME is the same lookup (proc_pid_fd(5)).

import { closeSync, constants, fstatSync, openSync, readdirSync } from 'node:fs';

/** O_PATH, which Node does not name (fcntl.h of asm-generic): a descriptor of the file itself, of a link as well, and of what may not be opened. */
export const O_PATH = 0o10000000;

export interface Found {
  /** An O_PATH descriptor, open while `visit` runs. */
  readonly file: number;
  readonly ino: bigint;
  /** Type and permissions (inode(7)). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  readonly links: number;
}

/** How a call reaches the very file of a descriptor. */
export const fdPath = (file: number): string => `/proc/self/fd/${file}`;

export interface Tree {
  readonly file: number;
  readonly dev: bigint;
  readonly ino: bigint;
}

/** Opens the topmost directory. The path is root's own word; only what is below is not trusted. */
export function openTree(path: string): Tree {
  const file = openSync(path, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  const { dev, ino } = fstatSync(file, { bigint: true });
  return { file, dev, ino };
}

/** Calls `visit` for batches of files, the topmost directory in the first. What is mounted below is left out, and counted. */
export function walk(tree: Tree, batchSize: number, visit: (batch: readonly Found[]) => void): { readonly mounted: number } {
  let batch: Found[] = [];
  let mounted = 0;
  const flush = () => {
    try {
      if (batch.length > 0) visit(batch);
    } finally {
      for (const { file } of batch) closeSync(file);
      batch = [];
    }
  };
  const take = (file: number): Found | null => {
    const { dev, ino, mode, uid, gid, nlink } = fstatSync(file, { bigint: true });
    if (dev !== tree.dev) {
      closeSync(file);
      mounted += 1;
      return null;
    }
    const found = { file, ino, mode: Number(mode), uid: Number(uid), gid: Number(gid), links: Number(nlink) };
    batch.push(found);
    return found;
  };
  const descend = (directory: number) => {
    for (const name of readdirSync(fdPath(directory), { encoding: 'buffer' })) {
      const found = take(openSync(Buffer.concat([Buffer.from(`${fdPath(directory)}/`), name]), O_PATH | constants.O_NOFOLLOW));
      if (found === null) continue;
      const below = isKind(found.mode, constants.S_IFDIR) ? openSync(fdPath(found.file), constants.O_RDONLY | constants.O_DIRECTORY) : null;
      if (batch.length >= batchSize) flush();
      if (below !== null) {
        try {
          descend(below);
        } finally {
          closeSync(below);
        }
      }
    }
  };
  try {
    const top = openSync(fdPath(tree.file), constants.O_RDONLY | constants.O_DIRECTORY);
    try {
      take(openSync(fdPath(tree.file), O_PATH));
      descend(top);
    } finally {
      closeSync(top);
    }
    flush();
  } catch (cause) {
    for (const { file } of batch) closeSync(file);
    batch = [];
    throw cause;
  }
  return { mounted };
}

export function isKind(mode: number, kind: number): boolean {
  return (mode & constants.S_IFMT) === kind;
}
