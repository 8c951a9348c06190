// What root of a container may try against its walls, as kernel calls, and how each must end.

import type { ConstName } from '../../src/kernel/constants.gen.ts';
import type { ErrnoName } from '../../src/kernel/errno.gen.ts';
import type { Arg, SysCall } from '../../src/model/step.ts';

/** What confines the container besides namespaces, the shipped common.conf and /proc and /sys that can be written. */
export const MODES = ['landlock', 'apparmor', 'selinux'] as const;
export type Mode = (typeof MODES)[number];

/** A call; `prepares`: what it answers is no verdict, and the next is made in any case. */
export type AttemptCall = Pick<SysCall, 'sys' | 'args' | 'save'> & { readonly prepares?: boolean };

export interface Attempt {
  readonly group: string;
  /** Unique within its group. */
  readonly what: string;
  /** In a process of its own. The first that fails ends it; when none does, it was allowed. */
  readonly calls: readonly AttemptCall[];
  /** The modes in which it may succeed, since it harms nobody outside. */
  readonly allowed?: readonly Mode[];
  /** Why Holdfast may let it happen where LXC's profile does not: what it takes, and which attempt shows that nothing is reached by it. */
  readonly harmless?: string;
  /** How it may fail; absent: with what walls answer. */
  readonly errnos?: readonly ErrnoName[];
}

/** What walls answer: security modules EACCES and EPERM, capabilities and filters EPERM, read-only mounts EROFS. */
export const WALLS: readonly ErrnoName[] = ['EACCES', 'EPERM', 'EROFS'];

export const flags = (...names: readonly ConstName[]): Arg => ({ flags: names });
export const text = (value: string): Arg => ({ text: value });
export const slot = (name: string): Arg => ({ slot: name });
export const HERE = flags('AT_FDCWD');

export const openFor = (access: ConstName, path: string, save?: string): AttemptCall => ({
  sys: 'openat',
  args: [HERE, text(path), flags(access, 'O_CLOEXEC', 'O_NONBLOCK'), 0],
  ...(save === undefined ? {} : { save }),
});

export const mount = (source: string, target: string, type: string, words: readonly ConstName[] = [], data: string | null = null): AttemptCall => ({
  sys: 'mount',
  args: [text(source), text(target), text(type), flags(...words), data === null ? 0 : text(data)],
});

/** A copy of the mounts, so that what one attempt mounts is not there for the next; where that may be done, one that tells nobody. */
export const OWN_MOUNTS: readonly AttemptCall[] = [
  { sys: 'unshare', args: [flags('CLONE_NEWNS')], prepares: true },
  { ...mount('none', '/', 'none', ['MS_REC', 'MS_PRIVATE']), prepares: true },
];
