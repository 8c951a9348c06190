// Makes the files of a new root file system. Nobody else can come to them meanwhile: the directory above is the caller's alone.

import { chmodSync, constants, copyFileSync, lchownSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { TreeEntry } from './tree-entry.ts';

/** The id that a file is given here for an id of the container; null: the caller has but one, and it is that. */
export type IdsHere = { readonly uid: (inside: number) => number; readonly gid: (inside: number) => number } | null;

/** `top` is an empty directory. Throws Node's errors. */
export function makeTree(top: string, entries: readonly TreeEntry[], ids: IdsHere): void {
  for (const entry of entries) {
    const path = join(top, entry.path);
    switch (entry.kind) {
      case 'dir':
        if (entry.path !== '') mkdirSync(path, { mode: 0o700 });
        break;
      case 'file':
        writeFileSync(path, entry.text, { flag: 'wx', mode: 0o600 });
        break;
      case 'copy':
        copyFileSync(entry.from, path, constants.COPYFILE_EXCL);
        break;
      case 'link':
        symlinkSync(entry.to, path);
        break;
    }
    if (ids !== null) lchownSync(path, ids.uid(entry.uid ?? 0), ids.gid(entry.gid ?? 0));
    if (entry.kind !== 'link') chmodSync(path, entry.mode); // behind it: chown(2) clears set-user-ID bits
  }
}
