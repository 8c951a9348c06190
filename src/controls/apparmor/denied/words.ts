// What AppArmor's messages call things, in plain words: operations (security/apparmor/include/audit.h, OP_*) and masks of files
// (security/apparmor/file.c, audit_file_mask; aa_perm_to_chr).

import type { AppArmorRecord } from '../../../audit/record.ts';

/** Operations on a name, as `DO WHAT`. Of a network and of mounts other files speak. */
const OPERATIONS: Readonly<Record<string, string>> = {
  exec: 'execute',
  mkdir: 'make the directory',
  rmdir: 'remove the directory',
  mknod: 'make the file or node',
  unlink: 'remove',
  truncate: 'truncate',
  symlink: 'make the symbolic link',
  link: 'make a hard link to',
  rename_src: 'rename away',
  rename_dest: 'rename to',
  chmod: 'change the mode of',
  chown: 'change the owner of',
  getattr: 'look at',
  setattr: 'change attributes of',
  file_mmap: 'map into memory',
  file_lock: 'lock',
  file_perm: 'use the open file',
  file_receive: 'receive the open file',
  file_inherit: 'keep open at the execution of a program',
  change_profile: 'change to the profile',
  change_onexec: 'execute programs under the profile',
  change_hat: 'change to the hat',
  profile_load: 'load the profile',
  profile_replace: 'replace the profile',
  profile_remove: 'remove the profile',
};

/** Longest words first; `r` and `w` come last, as in `make and write`. */
const MASK: readonly (readonly [letter: string, word: string])[] = [
  ['c', 'make'],
  ['d', 'remove'],
  ['a', 'append to'],
  ['r', 'read'],
  ['w', 'write'],
  ['x', 'execute'],
  ['m', 'map executable'],
  ['k', 'lock'],
  ['l', 'link'],
];

/** `make and write` for `wc`; empty when nothing in it is known. */
export function maskWords(mask: string): string {
  const words = MASK.filter(([letter]) => mask.includes(letter)).map(([, word]) => word);
  return words.length < 2 ? words.join('') : `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
}

/** Of an operation on files. */
export function fileWords({ operation, name = 'something', requested = '' }: AppArmorRecord): string {
  const known = OPERATIONS[operation];
  if (known !== undefined) return `${known} ${name}`;
  const words = maskWords(requested);
  return words === '' ? `do '${operation}' on ${name}` : `${words} ${name}`;
}
