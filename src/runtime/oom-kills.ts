// Whom the kernel killed for want of memory in a control group: its log has one line for each, with the group whose limit was reached
// and the group of the process (mm/oom_kill.c, dump_oom_summary; the format of records: Documentation/ABI/testing/dev-kmsg).

import { closeSync } from 'node:fs';
import type { PayloadPath } from '../controls/cgroups/index.ts';
import { kernelRecords, openKernelLog } from './kernel-log.ts';

export interface OomKill {
  /** Since the machine booted (CLOCK_MONOTONIC). */
  readonly microseconds: number;
  /** The group whose limit was reached, and the one the process was in: paths below the mount of the hierarchy. */
  readonly limited: string;
  readonly group: string;
  readonly command: string;
  readonly pid: number;
}

const RECORD = /^\d+,\d+,(\d+),[^;]*;oom-kill:constraint=CONSTRAINT_MEMCG,(.*)$/;
/** A group's name may have anything in it but a slash; the words around are fixed. */
const WORDS = /oom_memcg=(.*),task_memcg=(.*),task=(.*),pid=(\d+),uid=\d+$/;

/** The kill that a record of the kernel's log tells of; null for any other. */
export function parseOomKill(record: string): OomKill | null {
  const [, microseconds, words = ''] = RECORD.exec(record.split('\n', 1)[0] ?? '') ?? [];
  const [, limited = '', group = '', command = '', pid] = WORDS.exec(words) ?? [];
  if (microseconds === undefined || pid === undefined) return null;
  return { microseconds: Number(microseconds), limited, group, command, pid: Number(pid) };
}

/** All kills that the kernel's log still has, oldest first; null when the caller may not read it (kernel.dmesg_restrict). */
export function oomKills(): readonly OomKill[] | null {
  const log = openKernelLog();
  if (typeof log !== 'number') return null;
  try {
    return [...kernelRecords(log)].flatMap((record) => parseOomKill(record) ?? []);
  } finally {
    closeSync(log);
  }
}

/** The kernel stamps its log with a clock of its own, which runs a little apart from CLOCK_MONOTONIC. */
const APART = 1_000_000;

/** Those in groups of a container from this moment on, asked for when it has ended. */
export function killsFromNow(groups: readonly PayloadPath[]): () => readonly OomKill[] {
  const memory = groups.find(({ controllers }) => controllers.includes('memory'));
  if (memory === undefined) return () => [];
  const own = memory.limits.slice(memory.mountPoint.length);
  const since = Number(process.hrtime.bigint() / 1000n) - APART;
  return () => (oomKills() ?? []).filter(({ group, microseconds }) => microseconds >= since && isWithin(group, own));
}

/** Is the group this one, or inside of it? */
export function isWithin(group: string, around: string): boolean {
  return group === around || group.startsWith(around.endsWith('/') ? around : `${around}/`);
}

/** `dd (process 71) in /tenants/acme/lxc.payload.web was killed: the memory limit of /tenants/acme was reached`. */
export function oomKillText({ command, pid, group, limited }: OomKill): string {
  return `${command} (process ${pid}) in ${group} was killed: the memory limit of ${limited} was reached`;
}
