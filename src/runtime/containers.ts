// The containers that run: their records in the run directory, and whether these files are locked (the kernel's own list of
// locks, /proc/locks, says by whom). A record without a holder is what a killed monitor left; it counts as not running.

import { readdirSync, readFileSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { HoldfastError } from '../model/error.ts';
import type { ContainerRecord } from '../model/record.ts';
import { lockFile } from '../plan/claim.ts';
import { parseRecord } from '../plan/record.ts';

export interface RunningContainer {
  readonly record: ContainerRecord;
  /** The monitor's process id on the host. */
  readonly monitor: number;
  readonly startedAt: Date;
}

export type ContainerState =
  | { readonly state: 'stopped' }
  /** The lock is held, and init has not said "ready". */
  | { readonly state: 'starting'; readonly monitor: number }
  | ({ readonly state: 'running' } & RunningContainer);

/** `major:minor:inode` in hexadecimal and decimal as proc_locks(5) writes it -> the holder's pid. */
function lockHolders(): ReadonlyMap<string, number> {
  const holders = new Map<string, number>();
  for (const line of readFileSync('/proc/locks', 'utf8').split('\n')) {
    const [, kind, , , pid, file] = line.trim().split(/\s+/);
    if (kind === 'FLOCK' && pid !== undefined && file !== undefined) holders.set(file, Number(pid));
  }
  return holders;
}

function lockKey(path: string): string | undefined {
  const found = statSync(path, { throwIfNoEntry: false });
  if (found === undefined) return undefined;
  const hex = (number: number) => number.toString(16).padStart(2, '0');
  // glibc's makedev: 12 bits of major above 8 of minor, the rest of the minor above those.
  const major = (found.dev >>> 8) & 0xfff;
  const minor = (found.dev & 0xff) | ((found.dev >>> 12) & 0xfff00);
  return `${hex(major)}:${hex(minor)}:${found.ino}`;
}

function readRecord(path: string): { readonly record: ContainerRecord; readonly startedAt: Date } | undefined {
  try {
    const record = parseRecord(readFileSync(path, 'utf8'));
    return record === null ? undefined : { record, startedAt: statSync(path).mtime };
  } catch {
    return undefined; // gone since
  }
}

/** What is known of one name. */
export function containerState(runDir: string, name: string, holders = lockHolders()): ContainerState {
  const file = lockFile(runDir, name);
  const key = lockKey(file);
  const monitor = key === undefined ? undefined : holders.get(key);
  if (monitor === undefined) return { state: 'stopped' };
  const found = readRecord(file);
  return found === undefined ? { state: 'starting', monitor } : { state: 'running', monitor, ...found };
}

/** All that run or start, by name. */
export function runningContainers(runDir: string): ReadonlyMap<string, ContainerState> {
  let files: readonly string[] = [];
  try {
    files = readdirSync(runDir);
  } catch {
    return new Map(); // nothing has been started yet
  }
  const holders = lockHolders();
  const names = files.filter((file) => file.endsWith('.lock')).map((file) => file.slice(0, -'.lock'.length));
  const states = names.sort().map((name) => [name, containerState(runDir, name, holders)] as const);
  return new Map(states.filter(([, { state }]) => state !== 'stopped'));
}

/** The file that is in the directory of a container for as long as it is being made or removed, as LXC has it. */
export const PARTIAL = 'partial';

/** Names of containers that are defined below an lxcpath: directories with a readable `config` that are finished. */
export function definedContainers(lxcpath: string): readonly string[] {
  const isFile = (name: string, file: string) => statSync(join(lxcpath, name, file), { throwIfNoEntry: false })?.isFile() === true;
  try {
    return readdirSync(lxcpath).filter((name) => isFile(name, 'config') && !isFile(name, PARTIAL));
  } catch {
    return [];
  }
}

/** The running container of this name. Throws `not-running`. */
export function runningContainer(runDir: string, name: string): RunningContainer {
  const state = containerState(runDir, name);
  if (state.state === 'running') return state;
  throw new HoldfastError(state.state === 'starting' ? `${name} is still starting` : `${name} is not running`, { code: 'not-running' });
}
