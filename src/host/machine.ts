// The one door to the machine: everything host/ knows comes through these few reads, so that every layout can be a fixture.
// Answers carry the errno by name instead of throwing: a missing file is a fact like any other.

import {
  accessSync,
  closeSync,
  constants,
  lstatSync,
  openSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  readSync,
  realpathSync,
  statSync,
  writeSync,
} from 'node:fs';
import type { Stats } from 'node:fs';
import { release, userInfo } from 'node:os';
import { StringDecoder } from 'node:string_decoder';

export type Answer<T> = { readonly value: T } | { readonly errno: string };

export interface FileStat {
  readonly kind: 'dir' | 'file' | 'link' | 'char' | 'block' | 'other';
  /** Permission bits with set-user-id, set-group-id and sticky: inode(7). */
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** The device a node stands for; 0:0 for anything else. */
  readonly major: number;
  readonly minor: number;
}

export interface Machine {
  /** The whole text of a file of the kernel's or the system's. */
  readText(path: string): Answer<string>;
  /** The whole text of a file that may be anything; EFBIG when it has more bytes than `limit`. */
  readAtMost(path: string, limit: number): Answer<string>;
  /** The first bytes of a file, at most `count`. */
  readHead(path: string, count: number): Answer<Uint8Array>;
  /** What a file of the kernel's answers to `question`, both through one descriptor (a transaction of selinuxfs). It changes nothing. */
  ask(path: string, question: string): Answer<string>;
  readLink(path: string): Answer<string>;
  realPath(path: string): Answer<string>;
  list(path: string): Answer<readonly string[]>;
  stat(path: string): Answer<FileStat>;
  /** As `stat`, of a symbolic link itself. */
  lstat(path: string): Answer<FileStat>;
  /** May the caller write there? access(2): false on a read-only file system too. */
  canWrite(path: string): boolean;
  readonly env: Readonly<Record<string, string | undefined>>;
  readonly ids: {
    readonly uid: number;
    readonly gid: number;
    /** Node's name of the architecture it was built for: `x64`, `arm64`. */
    readonly arch: string;
    /** uname(2), e.g. `6.1.0-37-amd64`. */
    readonly release: string;
    /** By the system's name service, which may be slow (NSS): asked only where /etc/passwd does not know the id. */
    userName(): string | null;
  };
}

/** The value, or what to take instead when there is none. */
export function valueOr<T>(answer: Answer<T>, otherwise: T): T {
  return 'value' in answer ? answer.value : otherwise;
}

/** The machine this runs on. */
export function realMachine(): Machine {
  return {
    // One call into the kernel's side of Node: a third of the time of open, read, read, close.
    readText: (path) => answer(() => readFileSync(path, 'utf8')),
    readAtMost: (path, limit) => answer(() => readAtMost(path, limit)),
    readHead: (path, count) => answer(() => readHead(path, count)),
    ask: (path, question) => answer(() => ask(path, question)),
    readLink: (path) => answer(() => readlinkSync(path)),
    realPath: (path) => answer(() => realpathSync.native(path)),
    list: (path) => answer(() => readdirSync(path)),
    stat: (path) => answer(() => fileStat(statSync(path))),
    lstat: (path) => answer(() => fileStat(lstatSync(path))),
    canWrite: (path) => 'value' in answer(() => accessSync(path, constants.W_OK)),
    env: process.env,
    ids: {
      uid: process.geteuid?.() ?? 0,
      gid: process.getegid?.() ?? 0,
      arch: process.arch,
      release: release(),
      userName: () =>
        valueOr<string | null>(
          answer(() => userInfo().username),
          null,
        ),
    },
  };
}

/** Calls it; a system error becomes its name, anything else is a fault of the program and goes on. */
function answer<T>(ask: () => T): Answer<T> {
  try {
    return { value: ask() };
  } catch (error) {
    if (error instanceof Error && 'code' in error && typeof error.code === 'string') return { errno: error.code };
    throw error;
  }
}

const ROOM = 64 * 1024;

/** Reads to the end, but no further than `limit`: pipes and devices have no size to ask for before. */
function readAtMost(path: string, limit: number): string {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOCTTY);
  try {
    const room = Buffer.allocUnsafe(ROOM);
    const decoder = new StringDecoder('utf8');
    let text = '';
    let size = 0;
    for (;;) {
      const count = readSync(fd, room, 0, ROOM, null);
      if (count === 0) return text + decoder.end();
      size += count;
      if (size > limit) throw Object.assign(new Error(`${path} has more than ${limit} bytes`), { code: 'EFBIG' });
      text += decoder.write(room.subarray(0, count));
    }
  } finally {
    closeSync(fd);
  }
}

function readHead(path: string, count: number): Uint8Array {
  const fd = openSync(path, constants.O_RDONLY | constants.O_NOCTTY);
  try {
    const room = Buffer.alloc(count);
    return room.subarray(0, readSync(fd, room, 0, count, 0));
  } finally {
    closeSync(fd);
  }
}

function ask(path: string, question: string): string {
  const fd = openSync(path, constants.O_RDWR);
  try {
    writeSync(fd, question);
    const room = Buffer.alloc(ROOM);
    return room.toString('utf8', 0, readSync(fd, room, 0, ROOM, 0));
  } finally {
    closeSync(fd);
  }
}

function fileStat(stats: Stats): FileStat {
  return { kind: kindOf(stats), mode: stats.mode & 0o7777, uid: stats.uid, gid: stats.gid, ...deviceOf(stats.rdev) };
}

function kindOf(stats: Stats): FileStat['kind'] {
  if (stats.isDirectory()) return 'dir';
  if (stats.isFile()) return 'file';
  if (stats.isSymbolicLink()) return 'link';
  if (stats.isCharacterDevice()) return 'char';
  if (stats.isBlockDevice()) return 'block';
  return 'other';
}

/** makedev(3) backwards: the low 8 bits of the minor, 12 of the major, then the rest of the minor; the kernel has 12 + 20 bits. */
export function deviceOf(rdev: number): { readonly major: number; readonly minor: number } {
  return { major: (rdev >>> 8) & 0xfff, minor: (rdev & 0xff) | ((rdev >>> 12) & 0xfff00) };
}
