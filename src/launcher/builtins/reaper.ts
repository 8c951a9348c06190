// A minimal PID 1 for commands that are no init (pid_namespaces(7)): the kernel drops signals PID 1 has no handler for, and
// orphans are its to reap. It holds the same confinement as the command (label, no_new_privs, filter), no capability, no
// descriptor, and ends with the command's status, whereupon the kernel ends everything else in the namespace.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Action, Builtin, InitStep } from '../../model/step.ts';
import { memory } from '../builder.ts';
import { proxyOf } from './courier.ts';
import { c, call, failLabels, failTo, type LowerContext } from '../lower/context.ts';
import { lowerActions, type LowerBuiltin } from '../lower/step.ts';
import { unpin } from './affinity.ts';
import { exitCode } from './guard.ts';
import { allSignals, SIGSET_SIZE } from './normalise.ts';

export function reaper(ctx: LowerContext, { visible, label }: Extract<Builtin, { builtin: 'reaper' }>, builtin: LowerBuiltin): void {
  const { b } = ctx;
  const args = b.data('reaper.clone', new Uint8Array(STRUCTS.clone_args.size), 8);
  const child = b.fresh('command');
  b.store(args, STRUCTS.clone_args.fields.exit_signal.offset, 8, c(ctx, 'SIGCHLD'));
  // The command's descriptors are the courier's; what is closed below is closed in a copy.
  if (proxyOf(ctx) !== null) b.store(args, STRUCTS.clone_args.fields.flags.offset, 8, c(ctx, 'CLONE_FILES'));
  unpin(ctx);
  if (label.length > 0) openLabelled(ctx);
  call(ctx, 'clone3', [args, STRUCTS.clone_args.size], { to: 'command.pid' });
  b.branch('command.pid', 'eq', 0, child);
  if (label.length > 0) beLabelled(ctx, label, builtin);
  forgetCaller(ctx);
  confine(ctx, visible, builtin);
  serve(ctx);
  b.label(child);
  call(ctx, 'prctl', [c(ctx, 'PR_SET_PDEATHSIG'), c(ctx, 'SIGKILL'), 0, 0, 0]);
  if (label.length > 0) awaitLabelled(ctx);
}

/** The command waits until PID 1 has its label: else it could run, and the start be told as a success, beside one that never gets it. */
function openLabelled(ctx: LowerContext): void {
  const { b } = ctx;
  const ends = b.buffer('labelled', 8, 8);
  call(ctx, 'pipe2', [ends, c(ctx, 'O_CLOEXEC')]);
  b.set('labelled.read', memory(ends, 0, 4));
  b.set('labelled.write', memory(ends, 4, 4));
}

/** A failure is init's: the channel to the monitor is still open, and the end of PID 1 is the end of the command. */
function beLabelled(ctx: LowerContext, label: readonly Action[], builtin: LowerBuiltin): void {
  lowerActions(ctx, label, builtin);
  call(ctx, 'write', ['labelled.write', ctx.b.text('l'), 1]);
}

function awaitLabelled(ctx: LowerContext): void {
  call(ctx, 'read', ['labelled.read', ctx.b.buffer('labelled.word', 8, 8), 1]);
}

/**
 * This process did not exec: the caller's words and environment lie at the top of its stack, and /proc/1/environ would show
 * them to the container. They are overwritten; the command has its own copy of the memory.
 */
function forgetCaller(ctx: LowerContext): void {
  const { b } = ctx;
  const [next, text, done] = ['wipe', 'wipe', 'wipe'].map(b.fresh) as [string, string, string];
  b.set('wipe.entry', 'caller.stack');
  b.set('wipe.lists', 2); // argv and envp, each with a null pointer behind it
  b.label(next);
  b.add('wipe.entry', 8);
  b.loadAt('wipe.at', 'wipe.entry', 0, 8);
  b.branch('wipe.at', 'ne', 0, text);
  b.sub('wipe.lists', 1);
  b.branch('wipe.lists', 'gt', 0, next);
  b.jump(done);
  b.label(text);
  b.loadAt('wipe.letter', 'wipe.at', 0, 1);
  b.branch('wipe.letter', 'eq', 0, next);
  b.storeAt('wipe.at', 0, 1, 0);
  b.add('wipe.at', 1);
  b.jump(text);
  b.label(done);
  call(ctx, 'prctl', [c(ctx, 'PR_SET_NAME'), b.text('holdfast-init'), 0, 0, 0], { onError: 'next' });
}

/** The filter, then every capability away. Failing ends PID 1, and with it the start. */
function confine(ctx: LowerContext, visible: boolean, builtin: LowerBuiltin): void {
  const { b } = ctx;
  const go = b.fresh('reaper');
  const outside = ctx.onError;
  failTo(ctx, 'reaper.fail');
  call(ctx, 'close_range', [0, 0xffffffffn, proxyOf(ctx) === null ? 0 : c(ctx, 'CLOSE_RANGE_UNSHARE')]);
  const filter = ctx.plan.steps.filter((step): step is InitStep => step.who === 'init' && step.phase === 'seccomp');
  lowerActions(
    ctx,
    filter.flatMap((step) => step.actions.flatMap(withoutListener)),
    builtin,
  );
  const header = b.buffer('reaper.cap.header', STRUCTS.cap_user_header.size, 8);
  b.store(header, STRUCTS.cap_user_header.fields.version.offset, 4, c(ctx, '_LINUX_CAPABILITY_VERSION_3'));
  call(ctx, 'capset', [header, b.buffer('reaper.cap.data', 2 * STRUCTS.cap_user_data.size, 8)]);
  // An ordinary user finds and enters his container by /proc/PID/ns, which the kernel hides for a process that changed its ids
  // and did not exec. Root needs no such permission, and so root's launcher stays unreadable inside.
  call(ctx, 'prctl', [c(ctx, 'PR_SET_DUMPABLE'), visible ? 1 : 0, 0, 0, 0]);
  b.jump(go);
  failLabels(ctx, 'reaper.fail');
  b.exit(125);
  b.label(go);
  failTo(ctx, outside);
}

/** The listener is the command's: what this process might be notified of (nothing it does) would give ENOSYS. */
function withoutListener(action: Action): readonly Action[] {
  if ('builtin' in action) return [];
  if (!('sys' in action) || action.save === undefined) return [action];
  const { save: _listener, ...load } = action;
  return [{ ...load, args: load.args.with(1, 0) }];
}

/** Waits for signals (all are blocked): reaps on SIGCHLD, passes any other on to the command. */
function serve(ctx: LowerContext): void {
  const { b } = ctx;
  const wait = b.fresh('reap');
  const one = b.fresh('reap');
  const info = b.buffer('wait.info', STRUCTS.siginfo.size, 8);
  const pid = STRUCTS.siginfo.fields.si_pid.offset;
  b.label(wait);
  b.sys('rt_sigtimedwait', [allSignals(ctx), info, 0, SIGSET_SIZE], { to: 'signal', onError: wait });
  b.branch('signal', 'eq', c(ctx, 'SIGCHLD'), one);
  b.sys('kill', ['command.pid', 'signal']);
  b.jump(wait);
  b.label(one);
  b.store(info, pid, 4, 0);
  b.sys('waitid', [c(ctx, 'P_ALL'), 0, info, c(ctx, 'WEXITED', 'WNOHANG'), 0], { onError: wait });
  b.branch(memory(info, pid, 4), 'eq', 0, wait);
  b.branch(memory(info, pid, 4), 'ne', 'command.pid', one);
  exitCode(ctx, info, 'exit.code');
  b.exit('exit.code');
}
