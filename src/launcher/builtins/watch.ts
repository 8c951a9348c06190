// The monitor's poll set: which descriptors it watches, and what happened at them (ppoll(2)).

import { STRUCTS } from '../../kernel/structs.gen.ts';
import { behind, imm, memory, type Operand } from '../builder.ts';
import { proxyOf } from './courier.ts';
import { c, type LowerContext } from '../lower/context.ts';

/** Places in the poll set. A descriptor of -1 is not watched. */
export const WATCH = { signals: 0, init: 1, channel: 2, console: 3, input: 4, output: 5, deadline: 6, listener: 7, proxy: 8, patience: 9 } as const;
/** The last three only where calls are notified. */
export const places = (ctx: LowerContext): number => (proxyOf(ctx) === null ? 7 : 10);
const SIZE = STRUCTS.pollfd.size;

export const pollSet = (ctx: LowerContext) => ctx.b.buffer('poll', places(ctx) * SIZE, 8);

/** Watches a descriptor for `events`; -1 stops watching. */
export function watch(ctx: LowerContext, place: number, fd: Operand, ...events: readonly ('POLLIN' | 'POLLOUT')[]): void {
  ctx.b.store(pollSet(ctx), place * SIZE, 4, fd);
  ctx.b.store(pollSet(ctx), place * SIZE + 4, 2, imm(c(ctx, ...events)));
}
/** The pollfd of a place. */
export const pollEntry = (ctx: LowerContext, place: number) => behind(pollSet(ctx), place * SIZE);
/** What happened at a place. */
export const happened = (ctx: LowerContext, place: number) => memory(pollSet(ctx), place * SIZE + 6, 2);
