// A minimal PID 1 for commands that are no init (pid_namespaces(7)): the kernel drops signals PID 1 has no handler for, and
// orphans are its to reap. It holds the same confinement as the command (label, no_new_privs, filter), no capability, no
// descriptor, and ends with the command's status, whereupon the kernel ends everything else in the namespace.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { InitStep } from '../../model/step.ts';
import { memory } from '../builder.ts';
import { c, call, failLabels, failTo, type LowerContext } from '../lower/context.ts';
import { lowerActions, type LowerBuiltin } from '../lower/step.ts';
import { exitCode } from './guard.ts';
import { SIGSET_SIZE } from './normalise.ts';

export function reaper(ctx: LowerContext, builtin: LowerBuiltin): void {
  const { b } = ctx;
  const args = b.data('reaper.clone', new Uint8Array(STRUCTS.clone_args.size), 8);
  const child = b.fresh('command');
  b.store(args, STRUCTS.clone_args.fields.exit_signal.offset, 8, c(ctx, 'SIGCHLD'));
  call(ctx, 'clone3', [args, STRUCTS.clone_args.size], { to: 'command.pid' });
  b.branch('command.pid', 'eq', 0, child);
  confine(ctx, builtin);
  serve(ctx);
  b.label(child);
  call(ctx, 'prctl', [c(ctx, 'PR_SET_PDEATHSIG'), c(ctx, 'SIGKILL'), 0, 0, 0]);
}

/** The filter, then every capability away. Failing ends PID 1, and with it the start. */
function confine(ctx: LowerContext, builtin: LowerBuiltin): void {
  const { b } = ctx;
  const go = b.fresh('reaper');
  const outside = ctx.onError;
  failTo(ctx, 'reaper.fail');
  call(ctx, 'close_range', [0, 0xffffffffn, 0]);
  const filter = ctx.plan.steps.filter((step): step is InitStep => step.who === 'init' && step.phase === 'seccomp');
  lowerActions(
    ctx,
    filter.flatMap((step) => step.actions),
    builtin,
  );
  const header = b.buffer('reaper.cap.header', STRUCTS.cap_user_header.size, 8);
  b.store(header, STRUCTS.cap_user_header.fields.version.offset, 4, c(ctx, '_LINUX_CAPABILITY_VERSION_3'));
  call(ctx, 'capset', [header, b.buffer('reaper.cap.data', 2 * STRUCTS.cap_user_data.size, 8)]);
  // With no more than the container's own rights it may be looked at again: the owner of a user namespace finds and enters
  // the container by /proc/PID/ns, which the kernel hides for a process that changed its ids and did not exec.
  call(ctx, 'prctl', [c(ctx, 'PR_SET_DUMPABLE'), 1, 0, 0, 0]);
  b.jump(go);
  failLabels(ctx, 'reaper.fail');
  b.exit(125);
  b.label(go);
  failTo(ctx, outside);
}

/** Waits for signals (all are blocked): reaps on SIGCHLD, passes any other on to the command. */
function serve(ctx: LowerContext): void {
  const { b } = ctx;
  const wait = b.fresh('reap');
  const one = b.fresh('reap');
  const info = b.buffer('wait.info', STRUCTS.siginfo.size, 8);
  const pid = STRUCTS.siginfo.fields.si_pid.offset;
  b.label(wait);
  b.sys('rt_sigtimedwait', [b.buffer('sigset', SIGSET_SIZE, 8), info, 0, SIGSET_SIZE], { to: 'signal', onError: wait });
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
