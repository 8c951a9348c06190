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

/** So many messages surely find room in the channel: a unix(7) socket holds 200 KiB by default, a message below 1 KiB. */
const QUEUED = 100;

/**
 * How many messages init sends. Where they find room, only the end of the channel is watched for, and they are heard together when
 * init executes or dies: to be woken by each would cost a start two changes of context. Where not, init would wait for ever.
 */
function messagesOf({ plan }: LowerContext): number {
  return plan.steps.flatMap(({ actions }) => actions).filter((action) => 'builtin' in action && action.builtin === 'tty').length;
}

/** Slot `phase`: 0 init is being set up, 1 it said ready, 2 it runs. Labels used: `abort` (tell nothing more, kill, undo), `ended`. */
export function serve(ctx: LowerContext, { record }: Serve): void {
  const { b } = ctx;
  const loop = 'serve';
  watch(ctx, WATCH.signals, 'signals', 'POLLIN');
  watch(ctx, WATCH.init, 'init.pidfd', 'POLLIN');
  watch(ctx, WATCH.channel, 'channel.monitor', ...(messagesOf(ctx) > QUEUED ? (['POLLIN'] as const) : []));
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
  drainConsole(ctx);
}
