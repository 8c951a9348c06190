// How the listener of init's filter comes to the monitor although init may do nothing but execve(2) behind the filter
// (docs/adr/0006). The courier shares init's descriptors (CLONE_FILES) and a page of memory. Init puts a robust futex into that
// page; at its execve the kernel gives init a copy of the descriptors, then marks the futex and wakes the courier
// (get_robust_list(2); fs/exec.c, begin_new_exec), which sends the listener from the table it is left with, and ends.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { ProxySpec } from '../../model/notify.ts';
import type { Plan } from '../../model/plan.ts';
import type { Builtin } from '../../model/step.ts';
import { memory, result } from '../builder.ts';
import { c, call, type LowerContext } from '../lower/context.ts';
import { MESSAGE } from '../lower/report.ts';
import { dieWith } from './guard.ts';
import { sendDescriptor } from './terminals.ts';

/** The shared page (slot `handover`): the futex, then the listener's number, 0 while there is none. */
const FUTEX = 0;
const LISTENER = 8;

/** Asked for at every step: a plan is looked through once. */
const proxies = new WeakMap<Plan, ProxySpec | null>();

/** The proxy that this launcher asks, if any: then there is a courier. */
export function proxyOf({ plan }: Pick<LowerContext, 'plan'>): ProxySpec | null {
  const known = proxies.get(plan);
  if (known !== undefined) return known;
  const found = plan.steps.flatMap(({ actions }) => actions).find((action) => 'builtin' in action && action.builtin === 'courier');
  const proxy = found !== undefined && 'builtin' in found && found.builtin === 'courier' ? found.proxy : null;
  proxies.set(plan, proxy);
  return proxy;
}

/** Slot `courier.pidfd`. From here on the monitor shares its descriptors too, until it leaves them to init. */
export function courier(ctx: LowerContext): void {
  const { b } = ctx;
  const args = b.data('courier.clone', new Uint8Array(STRUCTS.clone_args.size), 8);
  const field = STRUCTS.clone_args.fields;
  const pidfd = b.buffer('courier.pidfd', 4, 8);
  const [inside, made] = [b.fresh('courier'), b.fresh('courier')];
  b.store(args, field.flags.offset, 8, c(ctx, 'CLONE_PIDFD', 'CLONE_FILES'));
  b.store(args, field.pidfd.offset, 8, pidfd);
  b.store(args, field.exit_signal.offset, 8, c(ctx, 'SIGCHLD'));
  call(ctx, 'clone3', [args, STRUCTS.clone_args.size]);
  b.branch(result, 'eq', 0, inside);
  b.set('courier.pidfd', memory(pidfd, 0, 4));
  b.jump(made);
  b.label(inside);
  carry(ctx);
  b.label(made);
}

/** The courier's whole life. Whatever fails ends it, and the monitor ends a container that comes without its listener. */
function carry(ctx: LowerContext): void {
  const { b } = ctx;
  const [wait, woken, end] = ['courier', 'courier', 'courier'].map(b.fresh) as [string, string, string];
  const { onError } = ctx;
  ctx.onError = end;
  dieWith(ctx, 'monitor.pidfd');
  b.label(wait);
  b.loadAt('courier.word', 'handover', FUTEX, 4);
  b.branch('courier.word', 'any-bit', c(ctx, 'FUTEX_OWNER_DIED'), woken);
  call(ctx, 'futex', ['handover', c(ctx, 'FUTEX_WAIT'), 'courier.word', 0, 0, 0], { onError: wait, repeats: true });
  b.jump(wait);
  b.label(woken);
  b.loadAt('master', 'handover', LISTENER, 8);
  b.branch('master', 'eq', 0, end);
  sendDescriptor(ctx, MESSAGE.listener, (sys, values) => call(ctx, sys, values));
  b.label(end);
  b.exit(0);
  ctx.onError = onError;
}

/** It has ended, or must. */
export function endCourier(ctx: LowerContext): void {
  call(ctx, 'pidfd_send_signal', ['courier.pidfd', c(ctx, 'SIGKILL'), 0, 0], { on: [{ errno: 'ESRCH', label: 'next' }] });
  reapCourier(ctx);
}

/** Waits for its end. */
export function reapCourier(ctx: LowerContext): void {
  call(ctx, 'waitid', [c(ctx, 'P_PIDFD'), 'courier.pidfd', 0, c(ctx, 'WEXITED'), 0], { on: [{ errno: 'ECHILD', label: 'next' }] });
}

/** Init: the futex is its own from here on. */
export function armCourier(ctx: LowerContext): void {
  const { b } = ctx;
  const list = b.buffer('robust.list', STRUCTS.robust_list_head.size, 8);
  const field = STRUCTS.robust_list_head.fields;
  // An empty list points to itself; the one futex is the pending operation, at no distance from its entry.
  b.store(list, field.list.offset, 8, list);
  b.store(list, field.list_op_pending.offset, 8, 'handover');
  call(ctx, 'gettid', [], { to: 'futex.word' });
  b.or('futex.word', c(ctx, 'FUTEX_WAITERS'));
  b.storeAt('handover', FUTEX, 4, 'futex.word');
  call(ctx, 'set_robust_list', [list, STRUCTS.robust_list_head.size]);
}

/** Behind the filter, so without a call. */
export function leaveListener(ctx: LowerContext, { listener }: Extract<Builtin, { builtin: 'leave-listener' }>): void {
  ctx.b.storeAt('handover', LISTENER, 8, listener);
}
