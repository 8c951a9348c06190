// Which of a container's groups has a file; and when none has, what to say instead: the other version's file, or names alike.

import { nearest } from '../../config/nearest.ts';
import { equivalentFiles } from '../../kernel/cgroup-equivalents.ts';
import type { CgroupMembership } from '../../model/record.ts';
import { controllerOf, type GroupKey, MEMBERS } from './key.ts';

export type GroupPlace = Pick<CgroupMembership, 'version' | 'controllers' | 'path' | 'limits'>;

/** What is asked of the machine. */
export interface Listing {
  readonly exists: (path: string) => boolean;
  readonly files: (group: string) => readonly string[];
}

export type Found =
  | { readonly kind: 'here'; readonly version: 1 | 2; readonly path: string }
  /** The container has no such file, and the other version's for the same purpose: these of its files. */
  | { readonly kind: 'other-version'; readonly asked: 1 | 2; readonly files: readonly { readonly file: string; readonly path: string }[] }
  | { readonly kind: 'unknown'; readonly near: readonly string[] };

export function findFile(groups: readonly GroupPlace[], key: GroupKey, listing: Listing): Found {
  const here = pathOf(groups, key, listing);
  if (here !== null) return { kind: 'here', ...here };
  for (const asked of key.version === null ? ([1, 2] as const) : [key.version]) {
    const files = equivalentFiles(asked, key.file).flatMap((file) => {
      const found = pathOf(groups, { version: asked === 1 ? 2 : 1, file }, listing);
      return found === null ? [] : [{ file, path: found.path }];
    });
    if (files.length > 0) return { kind: 'other-version', asked, files };
  }
  const names = groups.flatMap(({ version, limits }) => (key.version === null || key.version === version ? listing.files(limits) : []));
  return { kind: 'unknown', near: nearest(key.file, new Set(names)) };
}

/** On a hybrid machine some files (cpu.stat) are in both: the hierarchy that has the controller comes first. */
function pathOf(groups: readonly GroupPlace[], { version, file }: GroupKey, listing: Listing): { readonly version: 1 | 2; readonly path: string } | null {
  const rank = (group: GroupPlace) => (group.controllers.includes(controllerOf(file)) ? 0 : group.version === 2 ? 1 : 2);
  const candidates = groups.filter((group) => version === null || group.version === version).toSorted((a, b) => rank(a) - rank(b));
  for (const group of candidates) {
    const path = `${MEMBERS.has(file) ? group.path : group.limits}/${file}`;
    if (listing.exists(path)) return { version: group.version, path };
  }
  return null;
}
