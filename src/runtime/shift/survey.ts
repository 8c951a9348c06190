// A tree before it is changed: how many files, and which of them have another name outside of it, which would be changed there, too.

import { constants } from 'node:fs';
import { type Found, isKind, type Tree, walk } from './walk.ts';

export interface Survey {
  readonly files: number;
  /** What is mounted below, and was left out. */
  readonly mounted: number;
  /** What is wrong with the first file that has a name outside; null: none has. */
  readonly outside: string | null;
}

/** `root` is for the message; `visit` sees every file once for each of its names. */
export function survey(tree: Tree, root: string, batchSize: number, visit: (found: Found) => void): Survey {
  const names = new Map<bigint, { found: number; links: number }>();
  let files = 0;
  const { mounted } = walk(tree, batchSize, (batch) => {
    for (const found of batch) {
      files += 1;
      visit(found);
      if (isKind(found.mode, constants.S_IFDIR) || found.links === 1) continue;
      names.set(found.ino, { found: (names.get(found.ino)?.found ?? 0) + 1, links: found.links });
    }
  });
  const outside = [...names].filter(([, { found, links }]) => found < links).map(([ino]) => ino);
  return { files, mounted, outside: outside.length === 0 ? null : outsideText(root, outside) };
}

function outsideText(root: string, [first, ...rest]: readonly bigint[]): string {
  const more = rest.length > 0 ? ` and ${rest.length} more` : '';
  return `a file in it (inode ${first})${more} has another name outside of it (find ${root} -inum ${first}): remove one of the two`;
}
