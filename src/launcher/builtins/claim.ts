// One container of a name at a time: a lock held by the monitor alone for as long as it lives, and the record of what runs.
// The lock also tells a running container from what a killed one left (flock(2) ends with its holder).

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Builtin } from '../../model/step.ts';
import { memory } from '../builder.ts';
import { c, call, type LowerContext } from '../lower/context.ts';
import { note } from '../lower/report.ts';

type Claim = Extract<Builtin, { builtin: 'claim' | 'unclaim' }>;

/** Slot `lock` holds the descriptor. A lock whose file was removed meanwhile is no lock: open again. */
export function claim(ctx: LowerContext, { lock, record }: Claim): void {
  const { b, plan } = ctx;
  const again = b.fresh('claim');
  const held = b.fresh('claim');
  const fresh = b.fresh('claim');
  const status = b.buffer('statx', STRUCTS.statx.size, 8);
  b.label(again);
  call(ctx, 'openat', [c(ctx, 'AT_FDCWD'), b.text(lock), c(ctx, 'O_RDWR', 'O_CREAT', 'O_CLOEXEC', 'O_NOFOLLOW'), 0o600], { to: 'lock' });
  call(ctx, 'flock', ['lock', c(ctx, 'LOCK_EX', 'LOCK_NB')]);
  call(ctx, 'statx', ['lock', b.text(''), c(ctx, 'AT_EMPTY_PATH'), c(ctx, 'STATX_NLINK'), status]);
  b.branch(memory(status, STRUCTS.statx.fields.stx_nlink.offset, 4), 'ne', 0, held);
  b.sys('close', ['lock']);
  b.jump(again);
  b.label(held);
  // The holder removes the record before it lets go of the lock: one that is there was left by a killed monitor.
  call(ctx, 'unlinkat', [c(ctx, 'AT_FDCWD'), b.text(record), 0], { on: [{ errno: 'ENOENT', label: fresh }] });
  note(ctx, `${plan.name}: its last monitor was killed; cleaning up what it left`);
  b.label(fresh);
}

export function unclaim(ctx: LowerContext, { lock, record }: Claim): void {
  const { b } = ctx;
  call(ctx, 'unlinkat', [c(ctx, 'AT_FDCWD'), b.text(record), 0], { on: [{ errno: 'ENOENT', label: 'next' }] });
  call(ctx, 'unlinkat', [c(ctx, 'AT_FDCWD'), b.text(lock), 0]);
}
