// Verdicts: their words in a policy, their values for the kernel, and which of two is the stricter (seccomp(2)).

import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { ERRNO } from '../../kernel/errno.gen.ts';
import type { Verdict } from './policy.ts';

/**
 * LXC's words, and `kill_process`, `kill_thread` and `log` besides. `kill` ends the process: LXC's kills the thread, which
 * leaves a program of several threads running without one of them, holding its locks.
 */
const WORDS = {
  kill: { kind: 'kill_process' },
  kill_process: { kind: 'kill_process' },
  kill_thread: { kind: 'kill_thread' },
  trap: { kind: 'trap' },
  log: { kind: 'log' },
  allow: { kind: 'allow' },
  notify: { kind: 'notify' },
} as const satisfies Record<string, Verdict>;

/** `errno` is not here: it has a number behind it. */
export const VERDICT_WORDS: Readonly<Record<string, Verdict>> = WORDS;

/** The kernel's order, strictest first, by which it joins several filters. */
const STRICTEST_FIRST = ['kill_process', 'kill_thread', 'trap', 'errno', 'notify', 'log', 'allow'] as const satisfies readonly Verdict['kind'][];

/** Below 0 when `a` is the stricter. */
export function compareStrictness(a: Verdict, b: Verdict): number {
  return STRICTEST_FIRST.indexOf(a.kind) - STRICTEST_FIRST.indexOf(b.kind);
}

/** Is the call made at all? */
export function letsThrough({ kind }: Verdict): boolean {
  return kind === 'allow' || kind === 'log';
}

/** What the filter returns. */
export function returnValue(verdict: Verdict): number {
  switch (verdict.kind) {
    case 'kill_process':
      return CONSTANTS.SECCOMP_RET_KILL_PROCESS;
    case 'kill_thread':
      return CONSTANTS.SECCOMP_RET_KILL_THREAD;
    case 'trap':
      return CONSTANTS.SECCOMP_RET_TRAP;
    case 'errno':
      return CONSTANTS.SECCOMP_RET_ERRNO | verdict.errno;
    case 'notify':
      return CONSTANTS.SECCOMP_RET_USER_NOTIF;
    case 'log':
      return CONSTANTS.SECCOMP_RET_LOG;
    case 'allow':
      return CONSTANTS.SECCOMP_RET_ALLOW;
  }
}

/** As it is written in a policy: `errno EPERM`, `allow`. */
export function verdictText(verdict: Verdict): string {
  if (verdict.kind !== 'errno') return verdict.kind;
  const name = Object.entries(ERRNO).find(([, { number }]) => number === verdict.errno)?.[0];
  return `errno ${name ?? verdict.errno}`;
}
