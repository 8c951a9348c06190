// Configuration files for the room that reads them: text, or an error it can tell apart. The bytes are the user's, so nothing is trusted.

import type { Machine } from './machine.ts';

/** The largest configuration or policy file that is read; LXC's own are a few kilobytes. */
const LARGEST = 16 * 1024 * 1024;

export type FileAnswer =
  | { readonly kind: 'text'; readonly text: string }
  /** `errno`: the kernel's name, EFBIG for a file above 16 MiB, EILSEQ for one with NUL bytes (a program, an image). */
  | { readonly kind: 'error'; readonly errno: string; readonly message: string };
export type ListAnswer =
  | { readonly kind: 'names'; readonly names: readonly string[] }
  | { readonly kind: 'error'; readonly errno: string; readonly message: string };

export interface HostFiles {
  read(path: string): FileAnswer;
  /** The names in a directory, sorted as `ls` would in the C locale. */
  list(path: string): ListAnswer;
}

/** The machine's files as the configuration room asks for them. */
export function hostFiles(machine: Machine): HostFiles {
  return {
    read(path) {
      const found = machine.readAtMost(path, LARGEST);
      if ('errno' in found) return failure(found.errno);
      return found.value.includes('\0') ? failure('EILSEQ') : { kind: 'text', text: found.value };
    },
    list(path) {
      const found = machine.list(path);
      return 'errno' in found ? failure(found.errno) : { kind: 'names', names: [...found.value].sort() };
    },
  };
}

function failure(errno: string): { readonly kind: 'error'; readonly errno: string; readonly message: string } {
  return { kind: 'error', errno, message: MESSAGES[errno] ?? errno };
}

const MESSAGES: Readonly<Record<string, string>> = {
  ENOENT: 'there is no such file',
  ENOTDIR: 'a part of the path is not a directory',
  EISDIR: 'it is a directory',
  EACCES: 'it may not be read by this user',
  EPERM: 'it may not be read by this user',
  ELOOP: 'too many symbolic links',
  ENAMETOOLONG: 'the name is too long',
  EFBIG: 'it is larger than 16 MiB',
  EILSEQ: 'it contains NUL bytes: it is not a text file',
};
