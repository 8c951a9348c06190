// What each version of Landlock's interface can restrict: landlock(7), Documentation/userspace-api/landlock.rst. The kernel is
// asked again at the start, which fails when it knows less than its release promises.

import type { ConstName } from './constants.gen.ts';

interface Right {
  /** The version that brought it. */
  readonly abi: number;
  readonly constant: ConstName;
}

/** Rights on files and directories. `file`: it makes sense for what is no directory, and only such may be granted on a file. */
export const FS_RIGHTS = {
  execute: { abi: 1, constant: 'LANDLOCK_ACCESS_FS_EXECUTE', file: true },
  write_file: { abi: 1, constant: 'LANDLOCK_ACCESS_FS_WRITE_FILE', file: true },
  read_file: { abi: 1, constant: 'LANDLOCK_ACCESS_FS_READ_FILE', file: true },
  read_dir: { abi: 1, constant: 'LANDLOCK_ACCESS_FS_READ_DIR', file: false },
  remove_dir: { abi: 1, constant: 'LANDLOCK_ACCESS_FS_REMOVE_DIR', file: false },
  remove_file: { abi: 1, constant: 'LANDLOCK_ACCESS_FS_REMOVE_FILE', file: false },
  make_char: { abi: 1, constant: 'LANDLOCK_ACCESS_FS_MAKE_CHAR', file: false },
  make_dir: { abi: 1, constant: 'LANDLOCK_ACCESS_FS_MAKE_DIR', file: false },
  make_reg: { abi: 1, constant: 'LANDLOCK_ACCESS_FS_MAKE_REG', file: false },
  make_sock: { abi: 1, constant: 'LANDLOCK_ACCESS_FS_MAKE_SOCK', file: false },
  make_fifo: { abi: 1, constant: 'LANDLOCK_ACCESS_FS_MAKE_FIFO', file: false },
  make_block: { abi: 1, constant: 'LANDLOCK_ACCESS_FS_MAKE_BLOCK', file: false },
  make_sym: { abi: 1, constant: 'LANDLOCK_ACCESS_FS_MAKE_SYM', file: false },
  refer: { abi: 2, constant: 'LANDLOCK_ACCESS_FS_REFER', file: false },
  truncate: { abi: 3, constant: 'LANDLOCK_ACCESS_FS_TRUNCATE', file: true },
  ioctl_dev: { abi: 5, constant: 'LANDLOCK_ACCESS_FS_IOCTL_DEV', file: true },
} as const satisfies Record<string, Right & { readonly file: boolean }>;
export type FsRight = keyof typeof FS_RIGHTS;

export const NET_RIGHTS = {
  bind: { abi: 4, constant: 'LANDLOCK_ACCESS_NET_BIND_TCP' },
  connect: { abi: 4, constant: 'LANDLOCK_ACCESS_NET_CONNECT_TCP' },
} as const satisfies Record<string, Right>;
export type NetRight = keyof typeof NET_RIGHTS;

export const SCOPES = {
  'abstract-unix-socket': { abi: 6, constant: 'LANDLOCK_SCOPE_ABSTRACT_UNIX_SOCKET' },
  signal: { abi: 6, constant: 'LANDLOCK_SCOPE_SIGNAL' },
} as const satisfies Record<string, Right>;
export type Scope = keyof typeof SCOPES;

/** Versions by the kernel that brought them, newest first. 7 is about logging and restricts nothing more. */
const SINCE = [
  { abi: 7, major: 6, minor: 15 },
  { abi: 6, major: 6, minor: 12 },
  { abi: 5, major: 6, minor: 10 },
  { abi: 4, major: 6, minor: 7 },
  { abi: 3, major: 6, minor: 2 },
  { abi: 2, major: 5, minor: 19 },
  { abi: 1, major: 5, minor: 13 },
] as const;

export const NEWEST_ABI: number = SINCE[0].abi;

/** The version that a kernel of this release has at least. A distribution that brought a newer one back gives more than that. */
export function abiOf({ major, minor }: { readonly major: number; readonly minor: number }): number {
  return SINCE.find((one) => major > one.major || (major === one.major && minor >= one.minor))?.abi ?? 0;
}

/** The rights of a table that a version has, in the order of the table. */
export function rightsOf<Name extends string>(table: Readonly<Record<Name, Right>>, abi: number): readonly Name[] {
  return (Object.keys(table) as Name[]).filter((name) => table[name].abi <= abi);
}
