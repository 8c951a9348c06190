// The monitor's life after it let init go: one ppoll(2) loop over everything that can happen. It hears init's messages until
// init runs, then relays the console, passes signals on, and ends when init has ended. It never blocks on anything else.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Builtin } from '../../model/step.ts';
import { behind, imm, memory, type Operand } from '../builder.ts';
import { c, call, type LowerContext, uses } from '../lower/context.ts';
import { lz4Compress } from '../lz4.ts';
import { unpackFrom } from '../lower/unpack.ts';
import { hostPid } from './clone.ts';
import { hearInit } from './hear.ts';
import { SIGSET_SIZE } from './normalise.ts';
import { consoleArrived, drainConsole, relay } from './relay.ts';
import { handleSignal } from './signals.ts';

export type Serve = Extract<Builtin, { builtin: 'serve' }>;

/** Places in the poll set. A descriptor of -1 is not watched. */
export const WATCH = { signals: 0, init: 1, channel: 2, console: 3, input: 4, output: 5, deadline: 6 } as const;
const PLACES = 7;
const SIZE = STRUCTS.pollfd.size;

const pollSet = (ctx: LowerContext) => ctx.b.buffer('poll', PLACES * SIZE, 8);

/** Watches a descriptor for `events`; -1 stops watching. */
export function watch(ctx: LowerContext, place: number, fd: Operand, ...events: readonly ('POLLIN' | 'POLLOUT')[]): void {
  ctx.b.store(pollSet(ctx), place * SIZE, 4, fd);
  ctx.b.store(pollSet(ctx), place * SIZE + 4, 2, imm(c(ctx, ...events)));
}
/** The pollfd of a place. */
export const pollEntry = (ctx: LowerContext, place: number) => behind(pollSet(ctx), place * SIZE);
/** What happened at a place. */
export const happened = (ctx: LowerContext, place: number) => memory(pollSet(ctx), place * SIZE + 6, 2);

/** Slot `phase`: 0 init is being set up, 1 it said ready, 2 it runs. Labels used: `abort` (tell nothing more, kill, undo), `ended`. */
export function serve(ctx: LowerContext, { record }: Serve): void {
  const { b } = ctx;
  const loop = 'serve';
  watch(ctx, WATCH.signals, 'signals', 'POLLIN');
  watch(ctx, WATCH.init, 'init.pidfd', 'POLLIN');
  watch(ctx, WATCH.channel, 'channel.monitor', 'POLLIN');
  for (const place of [WATCH.console, WATCH.input, WATCH.output, WATCH.deadline]) watch(ctx, place, -1);
  if (uses(ctx.plan, 'attach-console')) {
    const none = b.fresh('serve');
    b.branch('console', 'lt', 0, none);
    consoleArrived(ctx);
    b.label(none);
  }
  b.label(loop);
  call(ctx, 'ppoll', [pollSet(ctx), PLACES, 0, 0, SIGSET_SIZE], { onError: loop, repeats: true });
  const when = (place: number, body: () => void) => {
    const no = b.fresh('serve');
    b.branch(happened(ctx, place), 'eq', 0, no);
    body();
    b.label(no);
  };
  when(WATCH.channel, () => hearInit(ctx, record));
  when(WATCH.signals, () => handleSignal(ctx));
  relay(ctx, when);
  when(WATCH.deadline, () => {
    watch(ctx, WATCH.deadline, -1);
    killInit(ctx);
  });
  b.branch(happened(ctx, WATCH.init), 'eq', 0, loop);
  drainConsole(ctx);
}

export function killInit(ctx: LowerContext): void {
  call(ctx, 'pidfd_send_signal', ['init.pidfd', c(ctx, 'SIGKILL'), 0, 0], { onError: 'next' });
}

/** The record of what runs: `before`, init's pid on the host, `after`, which is kept packed. */
export function writeRecord(ctx: LowerContext, { path, before, after }: NonNullable<Serve['record']>): void {
  const { b } = ctx;
  const parts = b.buffer('record.parts', 3 * STRUCTS.iovec.size, 8);
  const bytes = (text: string) => new TextEncoder().encode(text);
  const put = (index: number, at: Operand, length: Operand) => {
    b.store(parts, index * STRUCTS.iovec.size, 8, at);
    b.store(parts, index * STRUCTS.iovec.size + 8, 8, length);
  };
  const rest = bytes(after);
  const room = b.buffer('record', rest.length, 8);
  unpackFrom(ctx, lz4Compress(rest), room);
  put(0, b.bytes(bytes(before)), bytes(before).length);
  put(1, hostPid(ctx), 'host.pid.length');
  put(2, room, rest.length);
  call(ctx, 'openat', [c(ctx, 'AT_FDCWD'), b.text(path), c(ctx, 'O_WRONLY', 'O_CREAT', 'O_TRUNC', 'O_CLOEXEC', 'O_NOFOLLOW'), 0o600], { to: 'record' });
  call(ctx, 'writev', ['record', parts, 3]);
  b.sys('close', ['record']);
}
