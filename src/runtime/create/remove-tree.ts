// Removes a directory and all below it, by descriptors only, as shift/walk.ts goes through it: a name is looked up in the open directory
// that holds it, and no link is followed, so that nobody can lead the way out by exchanging a directory for a link meanwhile.

import { chmodSync, closeSync, constants, fstatSync, lstatSync, openSync, readdirSync, renameSync, rmdirSync, unlinkSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../../model/error.ts';
import { fdPath, O_PATH } from '../shift/walk.ts';

/** Directories below one another that are open at once; what lies deeper is moved up first, since a tree may be deeper than descriptors last. */
const DEEPEST = 64;
const FULL_ACCESS = 0o700;

/** Is it gone, or was it never there? Throws `mounted` for what is mounted below, and Node's errors. */
export function removeTree(path: string): void {
  let top: number;
  try {
    top = openDirectory(path);
  } catch (cause) {
    if (codeOf(cause) === 'ENOENT') return;
    throw cause;
  }
  try {
    const { dev } = fstatSync(top, { bigint: true });
    const tree: Tree = { top, dev, path, moved: 0 };
    // What was moved up is seen by the next round.
    do removeBelow(tree, top, 0);
    while (readdirSync(fdPath(top)).length > 0);
  } finally {
    closeSync(top);
  }
  rmdirSync(path);
}

interface Tree {
  readonly top: number;
  readonly dev: bigint;
  readonly path: string;
  moved: number;
}

const codeOf = (cause: unknown): string | undefined => (cause as NodeJS.ErrnoException).code;

function within(directory: number, name: Buffer): Buffer {
  return Buffer.concat([Buffer.from(`${fdPath(directory)}/`), name]);
}

/** Its owner may have closed a directory to everybody: the caller is its owner, or root over it. */
function openDirectory(path: string | Buffer): number {
  const itself = openSync(path, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    if ((fstatSync(itself).mode & FULL_ACCESS) !== FULL_ACCESS) chmodSync(fdPath(itself), FULL_ACCESS);
    return openSync(fdPath(itself), constants.O_RDONLY | constants.O_DIRECTORY);
  } finally {
    closeSync(itself);
  }
}

function removeBelow(tree: Tree, directory: number, depth: number): void {
  for (const name of readdirSync(fdPath(directory), { encoding: 'buffer' })) {
    const path = within(directory, name);
    if (!lstatSync(path).isDirectory()) unlinkSync(path);
    else if (depth === DEEPEST) moveUp(tree, path);
    else removeDirectory(tree, path, depth);
  }
}

function removeDirectory(tree: Tree, path: Buffer, depth: number): void {
  const below = openDirectory(path);
  try {
    if (fstatSync(below, { bigint: true }).dev !== tree.dev) {
      throw new HoldfastError(`something is mounted below ${tree.path}: unmount it first`, { code: 'mounted', path: tree.path });
    }
    removeBelow(tree, below, depth + 1);
  } finally {
    closeSync(below);
  }
  rmdirSync(path);
}

/** Under a name that is free: rename(2) replaces an empty directory only, and that is to be removed as well. */
function moveUp(tree: Tree, path: Buffer): void {
  for (;;) {
    try {
      tree.moved += 1;
      return renameSync(path, join(fdPath(tree.top), `.holdfast-${tree.moved}`));
    } catch (cause) {
      if (!['ENOTEMPTY', 'EEXIST', 'ENOTDIR'].includes(codeOf(cause) ?? '')) throw cause;
    }
  }
}
