// Which processes of a group are not stopped by a freezer: where each of their threads waits says it (proc_pid_wchan(5)).

import { readdirSync, readFileSync } from 'node:fs';
import type { Freezer } from './groups.ts';

/** Where the kernel keeps what is frozen: kernel/freezer.c (v1), kernel/signal.c (v2; compiled into get_signal, and where a stopped one is, which counts too). */
const FROZEN_IN: ReadonlySet<string> = new Set(['__refrigerator', 'do_freezer_trap', 'do_signal_stop', 'get_signal']);
const MOST = 10;

/** Every process of the group and of those inside it. */
export function processesOf(group: string): readonly number[] {
  const own = (read(`${group}/cgroup.procs`) ?? '').split('\n').flatMap((line) => (/^[1-9]\d*$/.test(line) ? [Number(line)] : []));
  return [...own, ...folders(group).flatMap((name) => processesOf(`${group}/${name}`))];
}

/**
 * `123 (dd, state D, in folio_wait_bit)` for each, ten at most; a kernel that tells nothing about places names all. Since Linux 6.1 version 1
 * stops a process where it sleeps (TASK_FREEZABLE), in state D: such ones cannot be told from those that do not stop, and are among them.
 */
export function notFrozen({ group }: Freezer): readonly string[] {
  const found = processesOf(group).flatMap((pid) => {
    const places = entries(`/proc/${pid}/task`).map((task) => read(`/proc/${pid}/task/${task}/wchan`) ?? '0');
    const place = places.find((one) => !FROZEN_IN.has(one));
    return place === undefined ? [] : [describe(pid, place)];
  });
  return found.length > MOST ? [...found.slice(0, MOST), `and ${found.length - MOST} more`] : found;
}

function describe(pid: number, place: string): string {
  const status = read(`/proc/${pid}/status`) ?? '';
  const name = /^Name:\t(.*)$/m.exec(status)?.[1] ?? '?';
  const state = /^State:\t(\w)/m.exec(status)?.[1] ?? '?';
  return `${pid} (${name}, state ${state}${place === '0' || place === '' ? '' : `, in ${place}`})`;
}

function folders(path: string): readonly string[] {
  try {
    return readdirSync(path, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
  } catch {
    return []; // gone since
  }
}

function entries(path: string): readonly string[] {
  try {
    return readdirSync(path);
  } catch {
    return [];
  }
}

function read(path: string): string | null {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return null;
  }
}
