// Who changes a file at this moment: a symbolic link beside it that names the process (symlink(2) is atomic and says who in one step).

import { lstatSync, readFileSync, readlinkSync, renameSync, symlinkSync, unlinkSync } from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { HoldfastError } from '../model/error.ts';

/** How long another one is waited for, in milliseconds: an edit takes a few, a change to a running container that of a start. */
const PATIENCE = { edit: 2_000, change: 30_000 } as const;
const PAUSE = 20;

/** Calls `work` while no other Holdfast changes the file. The lock of a process that has ended is taken over. */
export function whileLocked<T>(path: string, work: () => T): T {
  const lock = takeFor(path, PATIENCE.edit);
  try {
    return work();
  } finally {
    unlinkSync(lock);
  }
}

/** The same for work that waits. */
export async function whileLockedAsync<T>(path: string, work: () => Promise<T>): Promise<T> {
  const lock = takeFor(path, PATIENCE.change);
  try {
    return await work();
  } finally {
    unlinkSync(lock);
  }
}

function takeFor(path: string, patience: number): string {
  const lock = join(dirname(path), `.${basename(path)}.holdfast-edit`);
  take(lock, nameOfProcess(process.pid) ?? `${process.pid}`, path, patience);
  return lock;
}

function take(lock: string, own: string, path: string, patience: number): void {
  let pid = '';
  for (let attempt = 0; attempt < patience / PAUSE; attempt++) {
    try {
      return symlinkSync(own, lock);
    } catch (cause) {
      if ((cause as NodeJS.ErrnoException).code !== 'EEXIST') throw cause;
    }
    const holder = holderOf(lock);
    if (holder === null) continue;
    [pid = ''] = holder.split(':', 1);
    if (/^\d+$/.test(pid) && nameOfProcess(Number(pid)) !== holder) abandon(lock, holder, `${lock}.${process.pid}`);
    else pause(PAUSE);
  }
  throw new HoldfastError(`'${path}' is being changed by another process (${pid}); ${lock} says so`, { code: 'busy', path });
}

function pause(milliseconds: number): void {
  Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0, milliseconds);
}

/** Takes the lock of a dead process away, and puts it back when meanwhile it is somebody else's. */
function abandon(lock: string, holder: string, aside: string): void {
  try {
    renameSync(lock, aside);
    if (readlinkSync(aside) === holder) unlinkSync(aside);
    else renameSync(aside, lock);
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code !== 'ENOENT') throw cause; // another one was faster
  }
}

function holderOf(lock: string): string | null {
  try {
    return lstatSync(lock).isSymbolicLink() ? readlinkSync(lock) : '';
  } catch {
    return null;
  }
}

/** PID and start time (field 22 of proc_pid_stat(5)): numbers of processes are used again. Null when there is no such process. */
function nameOfProcess(pid: number): string | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
    return `${pid}:${stat.slice(stat.lastIndexOf(')') + 2).split(' ')[19]}`;
  } catch {
    return null;
  }
}
