// The freezers of a container and what they say: cgroup-v2.rst (cgroup.freeze, cgroup.events), cgroup-v1/freezer-subsystem.rst.
// On a hybrid machine there are two. The unified one is the better: what it holds can be killed, which v1's keeps even from SIGKILL.

import type { CgroupMembership } from '../../model/record.ts';

export type FreezerState = 'thawed' | 'freezing' | 'frozen';

export interface Freezer {
  readonly version: 1 | 2;
  /** The group with the container's limits: all of its processes are in it or further inside. */
  readonly group: string;
}

/** What is read and written of the kernel. `write` throws with the errno in `code`; `read` answers null instead. */
export interface FreezerFiles {
  readonly read: (path: string) => string | null;
  readonly write: (path: string, text: string) => void;
  readonly sleep: (milliseconds: number) => Promise<unknown>;
  readonly now: () => number;
}

type Group = Pick<CgroupMembership, 'version' | 'controllers' | 'limits'>;

/** The better one first; empty for a container that has none. */
export function freezersOf(groups: readonly Group[]): readonly Freezer[] {
  const found = groups.filter(({ version, controllers }) => version === 2 || controllers.includes('freezer'));
  return found.map(({ version, limits }) => ({ version, group: limits })).sort((a, b) => b.version - a.version);
}

/** Null: the group cannot be read, as when the container has just ended. */
export function freezerState({ version, group }: Freezer, { read }: Pick<FreezerFiles, 'read'>): FreezerState | null {
  if (version === 1) {
    const state = read(`${group}/freezer.state`)?.trim().toLowerCase();
    return state === 'thawed' || state === 'freezing' || state === 'frozen' ? state : null;
  }
  const events = /^frozen (\d)$/m.exec(read(`${group}/cgroup.events`) ?? '')?.[1];
  if (events === undefined) return null;
  if (events === '1') return 'frozen';
  return read(`${group}/cgroup.freeze`)?.trim() === '1' ? 'freezing' : 'thawed';
}

/** The state of a container: that of the freezer which holds it most. */
export function worstState(states: readonly (FreezerState | null)[]): FreezerState {
  return states.includes('frozen') ? 'frozen' : states.includes('freezing') ? 'freezing' : 'thawed';
}

export function setFreezer({ version, group }: Freezer, frozen: boolean, { write }: FreezerFiles): void {
  if (version === 1) write(`${group}/freezer.state`, frozen ? 'FROZEN' : 'THAWED');
  else write(`${group}/cgroup.freeze`, frozen ? '1' : '0');
}

/** The nearest group above that was frozen itself and so holds this one, whatever this one says. */
export function frozenAbove({ version, group }: Freezer, { read }: Pick<FreezerFiles, 'read'>): string | null {
  for (let above = parent(group); above !== '/'; above = parent(above)) {
    const own = read(`${above}/${version === 1 ? 'freezer.self_freezing' : 'cgroup.freeze'}`);
    if (own === null) return null; // the root of the hierarchy, which has no such file
    if (own.trim() === '1') return above;
  }
  return null;
}

const parent = (path: string): string => path.slice(0, path.lastIndexOf('/')) || '/';
