// How the monitor hears of init: a socket pair of records, no streams.

import { memory } from '../builder.ts';
import { c, call, type LowerContext } from '../lower/context.ts';
import { hasConsole } from './terminals.ts';

/** Slots `channel.monitor`, `channel.init`; `console` is -1 until init sends the console's master. */
export function channels(ctx: LowerContext): void {
  const { b } = ctx;
  const pair = b.buffer('channel', 8, 8);
  call(ctx, 'socketpair', [c(ctx, 'AF_UNIX'), c(ctx, 'SOCK_SEQPACKET', 'SOCK_CLOEXEC'), 0, pair]);
  b.set('channel.monitor', memory(pair, 0, 4));
  b.set('channel.init', memory(pair, 4, 4));
  b.set('console', -1);
  // What takes the place of a terminal where the container has no console; opened here, because its /dev may be anything.
  if (!hasConsole(ctx)) call(ctx, 'openat', [c(ctx, 'AT_FDCWD'), b.text('/dev/null'), c(ctx, 'O_RDWR', 'O_CLOEXEC'), 0], { to: 'console.peer' });
}
