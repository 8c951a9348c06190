// Rulesets in words, and the rights that the words stand for.

import { FS_RIGHTS, type FsRight } from '../../kernel/landlock.ts';
import type { Ruleset } from '../../model/landlock.ts';

export const READ: readonly FsRight[] = ['execute', 'read_file', 'read_dir'];
/** All that one does with files of one's own; device nodes are none. */
export const WRITE: readonly FsRight[] = [
  ...READ,
  'write_file',
  'remove_dir',
  'remove_file',
  'make_dir',
  'make_reg',
  'make_sock',
  'make_fifo',
  'make_sym',
  'refer',
  'truncate',
];
export const DEVICE: readonly FsRight[] = ['read_file', 'write_file', 'truncate', 'ioctl_dev'];

export const isFileRight = (right: FsRight): boolean => FS_RIGHTS[right].file;

const same = (one: readonly FsRight[], other: readonly FsRight[]) => one.length === other.length && one.every((right) => other.includes(right));

const WORDS: readonly (readonly [word: string, rights: readonly FsRight[]])[] = [
  ['read', READ],
  ['write', WRITE],
  ['use', DEVICE],
];

/** The word that the language has for these rights, or their names. */
function wordFor(rights: readonly FsRight[]): string {
  return WORDS.find(([, known]) => same(known, rights))?.[0] ?? rights.join(',');
}

/** `read /; write /tmp /var; use /dev/null; bind 80; no signals outwards`. */
export function rulesetText({ paths, ports, network, scopes }: Ruleset): string {
  const byWord = new Map<string, string[]>();
  for (const { path, rights } of paths) byWord.set(wordFor(rights), [...(byWord.get(wordFor(rights)) ?? []), path]);
  const granted = [...byWord].map(([word, where]) => `${word} ${where.join(' ')}`);
  const open = network.map((right) => {
    const numbers = ports.filter((rule) => rule.rights.includes(right)).map(({ port }) => port);
    return numbers.length === 0 ? `${right} nowhere` : `${right} ${numbers.join(' ')}`;
  });
  return [...granted, ...open, ...scopes.map((scope) => `no ${scope} outwards`)].join('; ');
}
