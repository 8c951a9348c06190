// The handshake: init does nothing of its own before the monitor has done what must come first.

import type { Builtin } from '../../model/step.ts';
import { proxyOf } from './courier.ts';
import { dieWith } from './guard.ts';
import { c, call, type LowerContext } from '../lower/context.ts';

/** The monitor's word: one byte. */
export function release(ctx: LowerContext): void {
  const { b } = ctx;
  call(ctx, 'sendto', ['channel.monitor', b.text('g'), 1, c(ctx, 'MSG_NOSIGNAL'), 0, 0]); // a record goes whole or not at all
}

/**
 * End of file instead of a byte: the monitor is gone, and with it all reason to go on. Without waiting, a monitor that died
 * before PDEATHSIG was set is found when init reports ready.
 */
export function awaitGo(ctx: LowerContext, { waits }: Extract<Builtin, { builtin: 'await-go' }>): void {
  const { b } = ctx;
  // With descriptors shared there is no end of file before the monitor's word, so a dead monitor is looked for.
  const shared = proxyOf(ctx) !== null;
  if (shared) dieWith(ctx, 'monitor.pidfd');
  else call(ctx, 'prctl', [c(ctx, 'PR_SET_PDEATHSIG'), c(ctx, 'SIGKILL'), 0, 0, 0]);
  if (!shared) b.sys('close', ['channel.monitor']);
  if (!waits) return;
  const word = b.buffer('word', 8, 8);
  call(ctx, 'read', ['channel.init', word, 8], { to: 'answer' });
  const go = b.fresh('go');
  b.branch('answer', 'eq', 1, go);
  b.exit(125);
  b.label(go);
  if (shared) b.sys('close', ['channel.monitor']);
}
