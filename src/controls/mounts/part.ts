// What the files of this folder hand to each other: a step of init, and the mount points the container sees because of it.

import type { ConstName } from '../../kernel/constants.gen.ts';
import type { Origin } from '../../model/origin.ts';
import type { Action, InitPhase, InitStep } from '../../model/step.ts';

/** A flag of one mount (not of the file system in it), as mount_setattr(2) and fsmount(2) take it. */
export type MountFlag = Extract<
  ConstName,
  `MOUNT_ATTR_${'RDONLY' | 'NOSUID' | 'NODEV' | 'NOEXEC' | 'NOATIME' | 'STRICTATIME' | 'RELATIME' | 'NODIRATIME' | 'NOSYMFOLLOW'}`
>;

/** One mount as the container sees it, known before anything is done. */
export interface MountPoint {
  /** Absolute, as init sees it. */
  readonly target: string;
  /** The type of the file system; null where a host's tree or a part of another mount is bound. */
  readonly type: string | null;
  readonly flags: readonly MountFlag[];
  /** Has it an id map of its own? */
  readonly idmapped?: boolean;
  /** It may be absent: optional entries, files that not every kernel has. */
  readonly optional: boolean;
  readonly why: Origin;
}

export interface Part {
  readonly step: InitStep;
  readonly mounts: readonly MountPoint[];
}

export type Hints = NonNullable<InitStep['hints']>;

/** A step of init without a mount point of its own. */
export function part(phase: InitPhase, what: string, why: Origin, actions: readonly Action[], hints: Hints = {}): Part {
  return { step: { who: 'init', phase, what, why, actions, ...(Object.keys(hints).length > 0 ? { hints } : {}) }, mounts: [] };
}

/** The same part, making these mount points. */
export function making(made: Part, ...mounts: readonly Omit<MountPoint, 'why'>[]): Part {
  return { ...made, mounts: mounts.map((mount) => ({ ...mount, why: made.step.why })) };
}

/** What every file system that holds no program and no device is mounted with. */
export const INERT: readonly MountFlag[] = ['MOUNT_ATTR_NOSUID', 'MOUNT_ATTR_NODEV', 'MOUNT_ATTR_NOEXEC'];
