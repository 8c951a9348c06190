// Takes flock(2) of the open file it is given as descriptor 3, waits for it if need be, and ends: the lock is the open file's, and so
// stays with whoever opened it, until that process closes it or dies. Node has no call for it.

import { constant } from '../kernel/constant.ts';
import { ERRNO } from '../kernel/errno.gen.ts';
import { createBuilder } from './builder.ts';
import type { Program } from './ir.ts';

/** The descriptor of the file that is locked. */
export const LOCKED_FD = 3;

/** Ends with 0 when the lock is taken, else with 1. */
export function lockTaker(): Program {
  const b = createBuilder();
  b.label('again');
  b.sys('flock', [LOCKED_FD, constant('LOCK_EX', 'x86_64')], { onError: 'failed', on: [{ errno: ERRNO.EINTR.number, label: 'again' }] });
  b.exit(0);
  b.label('failed');
  b.exit(1);
  return b.program();
}
