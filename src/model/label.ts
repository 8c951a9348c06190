// A security label as data: what is written to /proc/PID/attr for it, and what the kernel must say then.

import type { Origin } from './origin.ts';

export interface LabelWrite {
  /** Below /proc/PID/attr: `apparmor/exec`, `exec`, `apparmor/current`, `current`. */
  readonly file: string;
  readonly text: string;
  /** Every byte that a read gives after the write. */
  readonly reads: string;
}

/** The label of a container: entered by whoever executes a program in it, and by the minimal PID 1, which executes nothing. */
export interface LabelEntry {
  readonly module: 'AppArmor' | 'SELinux';
  /** For people. */
  readonly name: string;
  readonly why: Origin;
  /** The kernel puts it on at the next execve(2). Null: only the keyring is labelled. */
  readonly exec: LabelWrite | null;
  /** Put on at once, by the minimal PID 1. Null: it keeps the caller's label. */
  readonly current: LabelWrite | null;
  /** Of the new session keyring. Absent: that of who makes it. */
  readonly keyring?: string;
}
