// One container of a name at a time: a file locked by the monitor alone for as long as it lives, into which it writes what
// runs. The lock also tells a running container from what a killed one left (flock(2) ends with its holder).

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Builtin } from '../../model/step.ts';
import { memory } from '../builder.ts';
import { c, call, failLabels, failTo, type LowerContext } from '../lower/context.ts';
import { note } from '../lower/report.ts';

type Claim = Extract<Builtin, { builtin: 'claim' | 'unclaim' }>;

/** Slot `lock` holds the descriptor. A lock whose file was removed meanwhile is no lock: open again. */
export function claim(ctx: LowerContext, { lock }: Claim): void {
  const { b, plan } = ctx;
  const [again, existing, opened, held, fresh] = ['claim', 'claim', 'claim', 'claim', 'claim'].map(b.fresh) as [string, string, string, string, string];
  const status = b.buffer('statx', STRUCTS.statx.size, 8);
  const at = c(ctx, 'AT_FDCWD');
  const flags = c(ctx, 'O_RDWR', 'O_CREAT', 'O_CLOEXEC', 'O_NOFOLLOW');
  const outside = ctx.onError;
  b.label(again);
  b.set('lock.made', 1);
  call(ctx, 'openat', [at, b.text(lock), flags | c(ctx, 'O_EXCL'), 0o600], { to: 'lock', on: [{ errno: 'EEXIST', label: existing }] });
  b.jump(opened);
  b.label(existing);
  b.set('lock.made', 0);
  call(ctx, 'openat', [at, b.text(lock), flags, 0o600], { to: 'lock' });
  b.label(opened);
  call(ctx, 'flock', ['lock', c(ctx, 'LOCK_EX', 'LOCK_NB')], { onError: CLAIM_FAILURE, on: [{ errno: 'EAGAIN', label: outside }] });
  failTo(ctx, CLAIM_FAILURE);
  call(ctx, 'statx', ['lock', b.text(''), c(ctx, 'AT_EMPTY_PATH'), c(ctx, 'STATX_NLINK', 'STATX_SIZE'), status]);
  b.branch(memory(status, STRUCTS.statx.fields.stx_nlink.offset, 4), 'ne', 0, held);
  b.sys('close', ['lock']);
  b.jump(again);
  giveUp(ctx, lock, outside);
  b.label(held);
  // The holder removes the file before it lets go of the lock: what is written in it was left by a killed monitor.
  failTo(ctx, CLAIM_FAILURE);
  b.branch(memory(status, STRUCTS.statx.fields.stx_size.offset, 8), 'eq', 0, fresh);
  call(ctx, 'ftruncate', ['lock', 0]);
  note(ctx, `${plan.name}: its last monitor was killed; cleaning up what it left`);
  b.label(fresh);
  failTo(ctx, outside);
}

const CLAIM_FAILURE = 'claim-failed';

/** A lock file that this start made goes with it, unless somebody else holds it by now (EAGAIN never comes here). */
function giveUp(ctx: LowerContext, lock: string, outside: string): void {
  const { b } = ctx;
  const keep = b.fresh('claim');
  failLabels(ctx, CLAIM_FAILURE);
  b.branch('lock.made', 'eq', 0, keep);
  b.sys('unlinkat', [c(ctx, 'AT_FDCWD'), b.text(lock), 0]);
  b.label(keep);
  failTo(ctx, outside);
  b.jump(ctx.onExplained);
}

export function unclaim(ctx: LowerContext, { lock }: Claim): void {
  call(ctx, 'unlinkat', [c(ctx, 'AT_FDCWD'), ctx.b.text(lock), 0]);
}
