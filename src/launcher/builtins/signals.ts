// What a signal to the monitor means: end (politely, then by force), resize, or pass on to init.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import { memory } from '../builder.ts';
import { c, call, type LowerContext, uses } from '../lower/context.ts';
import { FORWARD_OFFSET, killInit } from './guard.ts';
import { resize } from './relay.ts';
import { watch, WATCH } from './watch.ts';

/**
 * Reads one signal. While init is set up any ending signal ends the start. Afterwards: TERM, INT, HUP ask init to end and
 * set a deadline, a second INT (or QUIT) kills; PWR asks without a deadline; the others go to init as they are.
 */
export function handleSignal(ctx: LowerContext): void {
  const { b, plan } = ctx;
  const end = b.fresh('signal');
  const polite = b.fresh('signal');
  const kill = b.fresh('signal');
  const ending = b.fresh('signal');
  const size = STRUCTS.signalfd_siginfo.size;
  const info = b.buffer('signal.info', size, 8);
  const is = (name: Parameters<typeof c>[1], label: string) => b.branch('signal', 'eq', c(ctx, name), label);

  call(ctx, 'read', ['signals', info, size], { onError: end });
  b.set('signal', memory(info, STRUCTS.signalfd_siginfo.fields.ssi_signo.offset, 4));
  const notResize = b.fresh('signal');
  b.branch('signal', 'ne', c(ctx, 'SIGWINCH'), notResize);
  resize(ctx);
  b.jump(end);
  b.label(notResize);
  if (plan.guard && !plan.detach) {
    // The terminal sends to the whole group: the outer process got the same signal and passes it on, once.
    const direct = b.fresh('signal');
    const accepted = b.fresh('signal');
    b.branch('signal', 'lt', FORWARD_OFFSET, direct);
    b.sub('signal', FORWARD_OFFSET);
    b.jump(accepted);
    b.label(direct);
    b.branch(memory(info, STRUCTS.signalfd_siginfo.fields.ssi_code.offset, 4), 'eq', c(ctx, 'SI_KERNEL'), end);
    b.label(accepted);
  }
  for (const name of ['SIGCHLD', 'SIGPIPE', 'SIGTSTP', 'SIGTTIN', 'SIGTTOU', 'SIGCONT'] as const) is(name, end);
  for (const name of ['SIGTERM', 'SIGINT', 'SIGHUP', 'SIGQUIT', 'SIGPWR'] as const) is(name, ending);
  call(ctx, 'pidfd_send_signal', ['init.pidfd', 'signal', 0, 0], { onError: 'next' });
  b.jump(end);

  b.label(ending);
  const runs = b.fresh('signal');
  b.branch('phase', 'eq', 2, runs);
  b.set('exit.code', 128);
  b.add('exit.code', 'signal');
  b.jump('abort.with.code');
  b.label(runs);
  is('SIGQUIT', kill);
  is('SIGPWR', polite);
  // Only an interrupt from the keyboard means impatience: TERM and HUP may reach us twice, by the group and by name.
  const first = b.fresh('signal');
  b.branch('halting', 'eq', 0, first);
  b.branch('signal', 'eq', c(ctx, 'SIGINT'), kill);
  b.jump(end);
  b.label(first);
  b.set('halting', 1);
  setDeadline(ctx);
  b.label(polite);
  // A minimal PID 1 passes on what it gets; an init system is asked in its own words.
  const asked = b.fresh('signal');
  if (uses(plan, 'reaper')) b.branch('signal', 'ne', c(ctx, 'SIGPWR'), asked);
  b.set('signal', plan.halt.signal);
  b.label(asked);
  call(ctx, 'pidfd_send_signal', ['init.pidfd', 'signal', 0, 0], { onError: 'next' });
  b.jump(end);
  b.label(kill);
  killInit(ctx);
  b.label(end);
}

/** A timer that kills init when it has not ended in time. */
function setDeadline(ctx: LowerContext): void {
  const { b, plan } = ctx;
  const none = b.fresh('deadline');
  const spec = b.buffer('deadline', STRUCTS.itimerspec.size, 8);
  call(ctx, 'timerfd_create', [c(ctx, 'CLOCK_MONOTONIC'), c(ctx, 'TFD_CLOEXEC')], { to: 'deadline', onError: none });
  // it_value is the second timespec; a zero time would disarm the timer.
  b.store(spec, STRUCTS.timespec.size, 8, Math.max(plan.halt.seconds, 0));
  b.store(spec, STRUCTS.timespec.size + 8, 8, plan.halt.seconds > 0 ? 0 : 1);
  call(ctx, 'timerfd_settime', ['deadline', 0, spec, 0], { onError: none });
  watch(ctx, WATCH.deadline, 'deadline', 'POLLIN');
  b.label(none);
}
