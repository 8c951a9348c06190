// Freezes and thaws a running container: none of its processes runs until it is thawed, and none notices.

import { realMachine } from '../../host/machine.ts';
import { readHostFacts } from '../../host/facts.ts';
import { HoldfastError } from '../../model/error.ts';
import type { ContainerRecord } from '../../model/record.ts';
import { type ContainerState, runningContainer } from '../containers.ts';
import { realGroupFiles } from './files.ts';
import { type Freezer, type FreezerFiles, freezersOf, freezerState, type FreezerState, frozenAbove, setFreezer, worstState } from './groups.ts';
import { notFrozen, processesOf } from './holders.ts';

const STEP_MS = 5;
/** A process in an uninterruptible sleep (a disk that hangs) keeps a freeze from ending: cgroup-v1/freezer-subsystem.rst, FREEZING. */
const FREEZE_SECONDS = 10;
const THAW_MS = 2_000;

export interface FreezeOptions {
  /** Seconds that its processes may take to stop; 10 when not given. */
  readonly timeout?: number;
}

/** Is it frozen now? Whoever did it. A container without a freezer is `thawed`. */
export function freezerStateOf({ cgroups }: Pick<ContainerRecord, 'cgroups'>): FreezerState {
  return worstState(freezersOf(cgroups).map((one) => freezerState(one, realGroupFiles)));
}

/**
 * Resolves when every process is stopped. It is thawed again when that takes too long. Throws `not-running`, `no-freezer`,
 * `cannot-freeze` (with the processes that did not stop) and `forbidden`.
 */
export async function freeze(name: string, { timeout = FREEZE_SECONDS }: FreezeOptions = {}): Promise<void> {
  const [freezer] = freezersFor(recordOf(name));
  await freezeWith(name, freezer, realGroupFiles, { seconds: timeout, holders: notFrozen });
}

/** Resolves when its processes run again. Throws `not-running`, `no-freezer`, `forbidden`, and `cannot-thaw` where a group above is frozen. */
export async function unfreeze(name: string): Promise<void> {
  for (const freezer of freezersFor(recordOf(name))) await thawWith(name, freezer, realGroupFiles);
}

export async function freezeWith(
  name: string,
  freezer: Freezer,
  files: FreezerFiles,
  { seconds, holders }: { readonly seconds: number; readonly holders: (freezer: Freezer) => readonly string[] },
): Promise<void> {
  set(name, freezer, true, files);
  if (await reaches(freezer, 'frozen', files, seconds * 1000)) {
    if (freezerState(freezer, files) === null) throw ended(name);
    return;
  }
  const left = holders(freezer);
  set(name, freezer, false, files);
  const who = left.length === 0 ? 'its processes' : left.join(', ');
  const what = freezer.version === 1 ? 'not all of these had stopped' : 'these had not stopped';
  throw new HoldfastError(`${name} cannot be frozen: after ${seconds} seconds ${what}: ${who}; it was thawed again`, {
    code: 'cannot-freeze',
    path: freezer.group,
  });
}

export async function thawWith(name: string, freezer: Freezer, files: FreezerFiles): Promise<void> {
  if (freezerState(freezer, files) === 'thawed') return;
  set(name, freezer, false, files);
  if (await reaches(freezer, 'thawed', files, THAW_MS)) return;
  const above = frozenAbove(freezer, files);
  const reason = above === null ? `its group ${freezer.group} stays frozen` : `the group above it, ${above}, is frozen`;
  throw new HoldfastError(`${name} cannot be thawed: ${reason}`, { code: 'cannot-thaw', path: above ?? freezer.group });
}

/** A group that is gone has no process that is frozen: the container ended. */
async function reaches(freezer: Freezer, wanted: FreezerState, files: FreezerFiles, milliseconds: number): Promise<boolean> {
  for (const end = files.now() + milliseconds; ; await files.sleep(STEP_MS)) {
    const state = freezerState(freezer, files);
    if (state === wanted || state === null) return true;
    if (files.now() >= end) return false;
  }
}

/**
 * Lets a frozen container come to its end. `ask`: it was asked to end, and must run for that. `kill`: none of its processes runs again;
 * v1's freezer holds even what SIGKILL has ended. True: it was frozen.
 */
export function releaseForStop(record: ContainerRecord, how: 'ask' | 'kill'): boolean {
  const frozen = freezersOf(record.cgroups).filter((one) => ['frozen', 'freezing'].includes(freezerState(one, realGroupFiles) ?? 'gone'));
  for (const freezer of frozen) {
    if (how === 'kill') killFrozen(freezer);
    if (how === 'kill' && freezer.version === 2) continue; // SIGKILL reaches what it holds
    try {
      set(record.name, freezer, false, realGroupFiles);
    } catch (error) {
      if (!(error instanceof HoldfastError && error.code === 'not-running')) throw error;
    }
  }
  return frozen.length > 0;
}

function killFrozen({ version, group }: Freezer): void {
  try {
    if (version === 2) realGroupFiles.write(`${group}/cgroup.kill`, '1');
    // Held by v1 nothing can end, so that no process id can have gone to another.
    else for (const pid of processesOf(group)) process.kill(pid, 'SIGKILL');
  } catch {
    // not ours to kill, or gone; its init is killed by the monitor, and takes the rest along
  }
}

function recordOf(name: string): ContainerRecord {
  return runningContainer(readHostFacts(realMachine()).runDir, name).record;
}

function freezersFor(record: ContainerRecord): readonly [Freezer, ...Freezer[]] {
  const [first, ...more] = freezersOf(record.cgroups);
  if (first !== undefined) return [first, ...more];
  const why = record.cgroups.length === 0 ? 'it has no control group of its own' : "neither the unified hierarchy nor v1's freezer is among its groups";
  throw new HoldfastError(
    `${record.name} cannot be frozen: ${why}; write 'lxc.cgroup.dir = containers' (any name) into its configuration, which makes some, and start it again`,
    { code: 'no-freezer' },
  );
}

function set(name: string, freezer: Freezer, frozen: boolean, files: FreezerFiles): void {
  try {
    setFreezer(freezer, frozen, files);
  } catch (cause) {
    const errno = (cause as NodeJS.ErrnoException).code ?? 'unknown error';
    if (errno === 'ENOENT' || errno === 'ENODEV') throw ended(name, cause);
    const reason = errno === 'EACCES' || errno === 'EPERM' ? `the caller may not write to ${freezer.group}` : `${freezer.group}: ${errno}`;
    throw new HoldfastError(`${name} cannot be ${frozen ? 'frozen' : 'thawed'}: ${reason}`, { code: 'forbidden', errno, path: freezer.group, cause });
  }
}

function ended(name: string, cause?: unknown): HoldfastError {
  return new HoldfastError(`${name} is not running: it has just ended`, { code: 'not-running', cause });
}

/** The word for people: a running container may be frozen. */
export function shownState(state: ContainerState): ContainerState['state'] | Exclude<FreezerState, 'thawed'> {
  const frozen = state.state === 'running' ? freezerStateOf(state.record) : 'thawed';
  return frozen === 'thawed' ? state.state : frozen;
}
