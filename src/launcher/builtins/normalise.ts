// What the caller hands down is made the same for every start: signals, descriptors, umask; and the terminal is looked at.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import { type Address, memory } from '../builder.ts';
import { c, call, type LowerContext } from '../lower/context.ts';
import { STATUS_FD } from '../lower/report.ts';
import { pin } from './affinity.ts';

export const SIGSET_SIZE = 8;
/** All signals, as rt_sigprocmask(2) takes them. */
export const allSignals = (ctx: LowerContext): Address => ctx.b.bytes(new Uint8Array(SIGSET_SIZE).fill(0xff), SIGSET_SIZE);
const HIGHEST_FD = 0xffffffffn;

export function normalise(ctx: LowerContext): void {
  const { b } = ctx;
  pin(ctx);
  const action = b.buffer('sigaction', STRUCTS.kernel_sigaction.size, 8);
  // An ignored SIGCHLD is inherited and would make waitid(2) answer ECHILD.
  call(ctx, 'rt_sigaction', [c(ctx, 'SIGCHLD'), action, 0, SIGSET_SIZE]);
  const set = allSignals(ctx);
  call(ctx, 'rt_sigprocmask', [c(ctx, 'SIG_SETMASK'), set, 0, SIGSET_SIZE]);
  openStandardDescriptors(ctx);
  call(ctx, 'close_range', [ctx.options.statusFd === true ? STATUS_FD + 1 : 3, HIGHEST_FD, 0]);
  // 0 for the modes of device nodes; init gets 022.
  call(ctx, 'umask', [0]);
  // A signalfd gives each reader its own signals: this one serves the outer process as well as the monitor.
  call(ctx, 'signalfd4', [-1, set, SIGSET_SIZE, c(ctx, 'SFD_CLOEXEC', 'SFD_NONBLOCK')], { to: 'signals' });
  if (!ctx.plan.detach) lookAtTerminal(ctx);
}

/** A closed 0, 1 or 2 would be given to the next file that is opened: /dev/null takes its place (as glibc does for setuid programs). */
function openStandardDescriptors(ctx: LowerContext): void {
  const { b } = ctx;
  const again = b.fresh('stdio');
  b.label(again);
  call(ctx, 'openat', [c(ctx, 'AT_FDCWD'), b.text('/dev/null'), c(ctx, 'O_RDWR'), 0], { to: 'null' });
  b.branch('null', 'lt', 3, again);
}

/**
 * Slots `tty.0` .. `tty.2`: is it a terminal? `relay.input`: is standard input one, with us in its foreground? A background
 * job must not change the terminal's modes under whoever is in the foreground.
 */
function lookAtTerminal(ctx: LowerContext): void {
  const { b } = ctx;
  const saved = b.buffer('termios.saved', STRUCTS.termios.size, 8);
  const scratch = b.buffer('termios', STRUCTS.termios.size, 8);
  for (const fd of [2, 1, 0]) {
    const none = b.fresh('tty');
    call(ctx, 'ioctl', [fd, c(ctx, 'TCGETS'), fd === 0 ? saved : scratch], { onError: none });
    b.set(`tty.${fd}`, 1);
    b.label(none);
  }
  const end = b.fresh('tty');
  b.branch('tty.0', 'eq', 0, end);
  const group = b.buffer('foreground.group', 4, 4);
  call(ctx, 'ioctl', [0, c(ctx, 'TIOCGPGRP'), group], { onError: end });
  call(ctx, 'getpgid', [0], { to: 'own.group' });
  b.branch(memory(group, 0, 4), 'ne', 'own.group', end);
  b.set('relay.input', 1);
  b.label(end);
}

/** Subroutine `restore-terminal`: the modes of standard input as they were. */
export function emitRestoreTerminal(ctx: LowerContext): void {
  const { b } = ctx;
  const end = b.fresh('restore');
  b.label('restore-terminal');
  if (!ctx.plan.detach) {
    b.branch('relay.input', 'eq', 0, end);
    b.sys('ioctl', [0, c(ctx, 'TCSETS'), b.buffer('termios.saved', STRUCTS.termios.size, 8)]);
    b.label(end);
  }
  b.return();
}
