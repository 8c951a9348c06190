// The monitor as a process of its own: PID 1 of a PID namespace where the caller may make one (the kernel then ends
// everything below it when it dies, also after credentials or labels changed, where PDEATHSIG is lost). What stays outside
// waits for it, passes signals on and gives the terminal back; a detached start only waits until init runs.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import { type Address, memory, result } from '../builder.ts';
import { c, call, type CallOutcome, type LowerContext } from '../lower/context.ts';
import { SIGSET_SIZE } from './normalise.ts';

/** Signal n comes to a guarded monitor as 32 + n, so that it can be told from one the terminal sent to the whole group. */
export const FORWARD_OFFSET = 32;
/** WCONTINUED and the like are of no interest: only the end of a process is waited for. */
const POLL_SIZE = STRUCTS.pollfd.size;

/** The monitor's stack lies this far below the outer process's, which uses next to nothing; both are in one page of memory. */
const STACK_GAP = 1024;
const STACK_SIZE = 512;

export function guard(ctx: LowerContext): void {
  const { b, plan } = ctx;
  if (!plan.detach) call(ctx, 'getpid', [], { to: 'outer.pid' });
  if (!plan.detach) call(ctx, 'pidfd_open', ['outer.pid', 0], { to: 'outer.pidfd' });
  openNotification(ctx);
  const args = b.data('guard.clone', new Uint8Array(STRUCTS.clone_args.size), 8);
  const field = STRUCTS.clone_args.fields;
  const pidfd = b.buffer('guard.pidfd', 4, 8);
  // CLONE_VM: copying an address space and its page faults would cost more than everything else here. The outer process has
  // names of its own for all it writes from here on, and a stack of its own; what it does not share it need not copy.
  b.store(args, field.flags.offset, 8, c(ctx, 'CLONE_PIDFD', 'CLONE_VM', ...(plan.guard ? (['CLONE_NEWPID'] as const) : [])));
  b.store(args, field.pidfd.offset, 8, pidfd);
  b.store(args, field.exit_signal.offset, 8, c(ctx, 'SIGCHLD'));
  b.set('guard.stack', 'caller.stack');
  b.sub('guard.stack', STACK_GAP);
  b.store(args, field.stack.offset, 8, 'guard.stack');
  b.store(args, field.stack_size.offset, 8, STACK_SIZE);
  const inside = b.fresh('monitor');
  call(ctx, 'clone3', [args, STRUCTS.clone_args.size]);
  b.branch(result, 'eq', 0, inside);
  b.set('outer.child', memory(pidfd, 0, 4));
  outer(ctx);
  b.label(inside);
  if (plan.detach) {
    b.sys('close', ['notify.read']);
    call(ctx, 'setsid', []);
  } else dieWithOuter(ctx);
}

/** A detached monitor tells the outer process through a pipe that init runs. */
function openNotification(ctx: LowerContext): void {
  if (!ctx.plan.detach) return;
  const { b } = ctx;
  const ends = b.buffer('notify', 8, 8);
  call(ctx, 'pipe2', [ends, c(ctx, 'O_CLOEXEC')]);
  b.set('notify.read', memory(ends, 0, 4));
  b.set('notify.write', memory(ends, 4, 4));
}

/** PDEATHSIG holds for the monitor: it never changes credentials or executes. Then look whether the outer one is gone already. */
function dieWithOuter(ctx: LowerContext): void {
  dieWith(ctx, 'outer.pidfd');
  ctx.b.sys('close', ['outer.pidfd']);
}

/** The kernel ends this process with its parent; one that had ended before is found by its pidfd. */
export function dieWith(ctx: LowerContext, parent: string): void {
  const { b } = ctx;
  call(ctx, 'prctl', [c(ctx, 'PR_SET_PDEATHSIG'), c(ctx, 'SIGKILL'), 0, 0, 0]);
  const poll = b.buffer('parent.poll', POLL_SIZE, 8);
  const now = b.buffer('zero.timespec', STRUCTS.timespec.size, 8);
  b.store(poll, 0, 4, parent);
  b.store(poll, 4, 2, c(ctx, 'POLLIN'));
  const alive = b.fresh('alive');
  call(ctx, 'ppoll', [poll, 1, now, 0, SIGSET_SIZE], { to: 'outer.gone' });
  b.branch('outer.gone', 'eq', 0, alive);
  b.exit(137);
  b.label(alive);
}

/** The outer process: never returns. */
function outer(ctx: LowerContext): void {
  const { b, plan } = ctx;
  const poll = b.buffer('outer.poll', 3 * POLL_SIZE, 8);
  const watch = (index: number, fd: string) => {
    b.store(poll, index * POLL_SIZE, 4, fd);
    b.store(poll, index * POLL_SIZE + 4, 2, c(ctx, 'POLLIN'));
  };
  watch(0, 'outer.child');
  watch(1, 'signals');
  if (plan.detach) watch(2, 'notify.read');
  const wait = b.fresh('outer');
  const ended = b.fresh('outer');
  const signal = b.fresh('outer');
  b.label(wait);
  call(ctx, 'ppoll', [poll, plan.detach ? 3 : 2, 0, 0, SIGSET_SIZE], { onError: wait, repeats: true });
  if (plan.detach) {
    // A byte: init runs. End of file without one: the monitor is ending, its status says why.
    const ending = b.fresh('outer');
    b.branch(memory(poll, 2 * POLL_SIZE + 6, 2), 'eq', 0, ending);
    call(ctx, 'read', ['notify.read', b.buffer('notify.byte', 1, 1), 1], { to: 'notified', onError: 'next' });
    b.store(poll, 2 * POLL_SIZE, 4, -1);
    b.branch('notified', 'ne', 1, ending);
    b.exit(0);
    b.label(ending);
  }
  b.branch(memory(poll, 6, 2), 'ne', 0, ended);
  b.branch(memory(poll, POLL_SIZE + 6, 2), 'ne', 0, signal);
  b.jump(wait);
  b.label(signal);
  forward(ctx, wait);
  b.jump(wait);
  b.label(ended);
  const info = b.buffer('outer.wait', STRUCTS.siginfo.size, 8);
  call(ctx, 'waitid', [c(ctx, 'P_PIDFD'), 'outer.child', info, c(ctx, 'WEXITED'), 0]);
  exitCode(ctx, info, 'outer.code');
  b.call('restore-terminal');
  b.exit('outer.code');
}

/** One pending signal to the monitor. SIGCHLD and what the terminal does to the whole group stay here. */
function forward(ctx: LowerContext, next: string): void {
  const { b } = ctx;
  const info = b.buffer('outer.signal.info', STRUCTS.signalfd_siginfo.size, 8);
  call(ctx, 'read', ['signals', info, STRUCTS.signalfd_siginfo.size], { onError: next });
  b.set('outer.signal', memory(info, STRUCTS.signalfd_siginfo.fields.ssi_signo.offset, 4));
  for (const name of ['SIGCHLD', 'SIGWINCH'] as const) b.branch('outer.signal', 'eq', c(ctx, name), next);
  b.branch('outer.signal', 'ge', FORWARD_OFFSET, next);
  b.add('outer.signal', FORWARD_OFFSET);
  call(ctx, 'pidfd_send_signal', ['outer.child', 'outer.signal', 0, 0], { onError: 'next' });
}

/** waitid(2) on a pidfd; slot `exit.code`: the exit status, or 128 + the signal. */
export function reap(ctx: LowerContext, pidfd: string, outcome: CallOutcome = {}): void {
  const { b } = ctx;
  const info = b.buffer('wait.info', STRUCTS.siginfo.size, 8);
  call(ctx, 'waitid', [c(ctx, 'P_PIDFD'), pidfd, info, c(ctx, 'WEXITED'), 0], outcome);
  exitCode(ctx, info, 'exit.code');
}

/** The exit status in what waitid(2) wrote to `info`, or 128 + the signal. */
export function exitCode(ctx: LowerContext, info: Address, to: string): void {
  const { b } = ctx;
  const exited = b.fresh('status');
  b.set(to, memory(info, STRUCTS.siginfo.fields.si_status.offset, 4));
  b.branch(memory(info, STRUCTS.siginfo.fields.si_code.offset, 4), 'eq', c(ctx, 'CLD_EXITED'), exited);
  b.add(to, 128);
  b.label(exited);
}

/** SIGKILL to init; that it has ended already is fine. */
export function killInit(ctx: LowerContext): void {
  call(ctx, 'pidfd_send_signal', ['init.pidfd', c(ctx, 'SIGKILL'), 0, 0], { onError: 'next' });
}
