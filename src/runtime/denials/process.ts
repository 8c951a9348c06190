// What the kernel says of a process that a message names, as long as it is there.

import { readFileSync, readlinkSync } from 'node:fs';

export interface LivingProcess {
  /** Milliseconds since 1970, about. */
  readonly startedAt: number;
  /** Of each hierarchy, below its root. */
  readonly groups: readonly string[];
  readonly pidNamespace: string;
}

/** USER_HZ, which the kernel's interface has been at on every architecture since 2.6 (include/asm-generic/param.h). */
const TICKS_A_SECOND = 100;
/** Of proc_pid_stat(5), counted behind the name: field 22 of the manual. */
const START_TIME = 19;

/** Null when it has gone. */
export function livingProcess(pid: number): LivingProcess | null {
  try {
    const stat = readFileSync(`/proc/${pid}/stat`, 'utf8')
      .replace(/^.*\) /s, '')
      .split(' ');
    const uptime = Number(readFileSync('/proc/uptime', 'utf8').split(' ')[0]);
    return {
      startedAt: Date.now() - uptime * 1000 + (Number(stat[START_TIME]) / TICKS_A_SECOND) * 1000,
      groups: readFileSync(`/proc/${pid}/cgroup`, 'utf8')
        .trimEnd()
        .split('\n')
        .map((line) => line.replace(/^\d+:[^:]*:/, '')),
      pidNamespace: readlinkSync(`/proc/${pid}/ns/pid`),
    };
  } catch {
    return null;
  }
}

/** Its label, without the mode that AppArmor adds; null: none, or it has gone. */
export function labelOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/attr/current`, 'utf8')
      .replace(/[\0\n]+$/, '')
      .replace(/ \((enforce|complain|mixed|kill|unconfined)\)$/, '');
    return text === '' || text === 'unconfined' || text === 'kernel' ? null : text;
  } catch {
    return null;
  }
}

/** The ids that its user namespace maps to, of the host; empty where they are the host's own. */
export function mappedUids(pid: number): readonly { readonly first: number; readonly count: number }[] {
  try {
    const lines = readFileSync(`/proc/${pid}/uid_map`, 'utf8').trimEnd().split('\n');
    return lines.map((line) => line.trim().split(/\s+/).map(Number)).flatMap(([, first = 0, count = 0]) => (first === 0 ? [] : [{ first, count }]));
  } catch {
    return [];
  }
}
