// The monitor's life after it let init go: one ppoll(2) loop over everything that can happen. It hears init's messages until
// init runs, then relays the console, passes signals on, and ends when init has ended. It never blocks on anything else.

import { call, type LowerContext } from '../lower/context.ts';
import { killInit } from './guard.ts';
import { hearInit } from './hear.ts';
import { beginNotify, passOn } from './notify.ts';
import { SIGSET_SIZE } from './normalise.ts';
import { drainConsole, relay } from './relay.ts';
import { handleSignal } from './signals.ts';
import { happened, places, pollSet, watch, WATCH } from './watch.ts';
import type { Serve } from './write-record.ts';

/** Slot `phase`: 0 init is being set up, 1 it said ready, 2 it runs. Labels used: `abort` (tell nothing more, kill, undo), `ended`. */
export function serve(ctx: LowerContext, { record }: Serve): void {
  const { b } = ctx;
  const loop = 'serve';
  watch(ctx, WATCH.signals, 'signals', 'POLLIN');
  watch(ctx, WATCH.init, 'init.pidfd', 'POLLIN');
  watch(ctx, WATCH.channel, 'channel.monitor', 'POLLIN');
  for (const place of [WATCH.console, WATCH.input, WATCH.output, WATCH.deadline]) watch(ctx, place, -1);
  beginNotify(ctx);
  b.label(loop);
  call(ctx, 'ppoll', [pollSet(ctx), places(ctx), 0, 0, SIGSET_SIZE], { onError: loop, repeats: true });
  const when = (place: number, body: () => void) => {
    const no = b.fresh('serve');
    b.branch(happened(ctx, place), 'eq', 0, no);
    body();
    b.label(no);
  };
  when(WATCH.channel, () => hearInit(ctx, record));
  when(WATCH.signals, () => handleSignal(ctx));
  relay(ctx, when);
  passOn(ctx, when);
  when(WATCH.deadline, () => {
    watch(ctx, WATCH.deadline, -1);
    killInit(ctx);
  });
  b.branch(happened(ctx, WATCH.init), 'eq', 0, loop);
  const heard = b.fresh('serve');
  b.branch('channel.quiet', 'eq', 0, heard);
  b.set('channel.quiet', 0);
  watch(ctx, WATCH.channel, 'channel.monitor', 'POLLIN');
  b.jump(loop);
  b.label(heard);
  drainConsole(ctx);
}
