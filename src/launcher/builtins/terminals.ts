// Terminals of the container: each is a pty of its own devpts whose peer is attached in /dev and whose master the monitor
// holds. The master travels as a descriptor over the channel (unix(7), SCM_RIGHTS).

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { SyscallName } from '../../kernel/syscalls.gen.ts';
import { memory, type Operand } from '../builder.ts';
import { c, call, type LowerContext, mark, uses } from '../lower/context.ts';
import { MESSAGE } from '../lower/report.ts';

/** A message from init is at most this long; control data is one descriptor (CMSG_SPACE(4) is 24). */
const HEAD = 16;
export const CONTROL = 24;

/**
 * The console: a new pty of the devpts in slot `devpts`. Its peer is attached on slot `console.target` (an O_PATH descriptor
 * of an empty file) and kept in slot `console.peer`, its master goes to the monitor and is closed here.
 */
export function makeConsole(ctx: LowerContext): void {
  openTerminal(ctx, (sys, args, to) => call(ctx, sys, args, to === undefined ? {} : { to }), 'console.target', 'console.peer');
  sendDescriptor(ctx, MESSAGE.console, (sys, args) => call(ctx, sys, args));
  ctx.b.sys('close', ['master']);
}

/** A tty: as the console, but nobody here keeps its peer. All ttys share one subroutine; its calls have one mark. */
export function makeTty(ctx: LowerContext, target: string): void {
  const { b } = ctx;
  b.set('tty.target', target);
  b.set('failed', 0);
  mark(ctx, 'open_tree');
  b.call('make-tty');
  b.branch('failed', 'ne', 0, ctx.onExplained);
}

/** Subroutine `make-tty`. Input: slot `tty.target`. Slot `failed`: 0, or the error of the call that failed. */
export function emitMakeTty(ctx: LowerContext): void {
  const { b } = ctx;
  const failed = b.fresh('tty');
  const end = b.fresh('tty');
  const plain: Emit = (sys, args, to) => b.sys(sys, args, { onError: failed, ...(to === undefined ? {} : { to }) });
  b.label('make-tty');
  openTerminal(ctx, plain, 'tty.target', 'tty.peer');
  sendDescriptor(ctx, MESSAGE.tty, plain);
  b.sys('close', ['master']);
  b.sys('close', ['tty.peer']);
  b.jump(end);
  b.label(failed);
  b.saveResult('failed');
  b.label(end);
  b.return();
}

type Emit = (sys: SyscallName, args: readonly Operand[], to?: string) => void;

function openTerminal(ctx: LowerContext, emit: Emit, target: string, peer: string): void {
  const { b } = ctx;
  emit('openat', ['devpts', b.text('ptmx'), c(ctx, 'O_RDWR', 'O_NOCTTY', 'O_CLOEXEC'), 0], 'master');
  emit('ioctl', ['master', c(ctx, 'TIOCSPTLCK'), b.buffer('zero', 8, 8)]);
  emit('ioctl', ['master', c(ctx, 'TIOCGPTPEER'), c(ctx, 'O_RDWR', 'O_NOCTTY', 'O_CLOEXEC')], peer);
  emit('open_tree', [peer, b.text(''), c(ctx, 'AT_EMPTY_PATH', 'OPEN_TREE_CLONE', 'OPEN_TREE_CLOEXEC')], 'terminal.tree');
  emit('move_mount', ['terminal.tree', b.text(''), target, b.text(''), c(ctx, 'MOVE_MOUNT_F_EMPTY_PATH', 'MOVE_MOUNT_T_EMPTY_PATH')]);
  b.sys('close', ['terminal.tree']);
}

/** The descriptor in slot `master` to the monitor. */
export function sendDescriptor(ctx: LowerContext, kind: number, emit: Emit): void {
  const { b } = ctx;
  const head = b.buffer('message.head', HEAD, 8);
  const control = b.buffer('message.control', CONTROL, 8);
  const header = STRUCTS.cmsghdr.fields;
  b.store(head, 0, 4, kind);
  b.store(control, header.cmsg_len.offset, 8, STRUCTS.cmsghdr.size + 4);
  b.store(control, header.cmsg_level.offset, 4, c(ctx, 'SOL_SOCKET'));
  b.store(control, header.cmsg_type.offset, 4, c(ctx, 'SCM_RIGHTS'));
  b.store(control, STRUCTS.cmsghdr.size, 4, 'master');
  const message = messageHeader(ctx, 'send', head, HEAD, control);
  emit('sendmsg', ['channel.init', message, c(ctx, 'MSG_NOSIGNAL')]);
}

/** A struct msghdr with one area of data and room for one descriptor. */
export function messageHeader(
  ctx: LowerContext,
  name: string,
  data: ReturnType<LowerContext['b']['buffer']>,
  length: number,
  control: typeof data,
): typeof data {
  const { b } = ctx;
  const vector = b.buffer(`${name}.vector`, STRUCTS.iovec.size, 8);
  const header = b.buffer(`${name}.header`, STRUCTS.msghdr.size, 8);
  const field = STRUCTS.msghdr.fields;
  b.store(vector, 0, 8, data);
  b.store(vector, 8, 8, length);
  b.store(header, field.msg_iov.offset, 8, vector);
  b.store(header, field.msg_iovlen.offset, 8, 1);
  b.store(header, field.msg_control.offset, 8, control);
  b.store(header, field.msg_controllen.offset, 8, CONTROL);
  return header;
}

/** The descriptor in a received message's control data. */
export const receivedDescriptor = (ctx: LowerContext) => memory(ctx.b.buffer('receive.control', CONTROL, 8), STRUCTS.cmsghdr.size, 4);

/**
 * A pty of the container that was entered, if any of 0-2 is a terminal: the caller's own never gets in (CVE-2016-10124). The
 * container's /dev/ptmx is whatever its root made it, so this process opens it only when it has no more rights than that
 * root; the ioctls refuse anything but a pty, O_NONBLOCK a fifo's wait. The master goes to the monitor.
 */
export function attachConsole(ctx: LowerContext): void {
  const { b } = ctx;
  const none = b.fresh('attach');
  b.set('tty.any', 'tty.0');
  b.or('tty.any', 'tty.1');
  b.or('tty.any', 'tty.2');
  b.branch('tty.any', 'eq', 0, none);
  call(ctx, 'openat', [c(ctx, 'AT_FDCWD'), b.text('/dev/ptmx'), c(ctx, 'O_RDWR', 'O_NOCTTY', 'O_CLOEXEC', 'O_NONBLOCK'), 0], { to: 'master' });
  call(ctx, 'ioctl', ['master', c(ctx, 'TIOCSPTLCK'), b.buffer('zero', 8, 8)]);
  call(ctx, 'ioctl', ['master', c(ctx, 'TIOCGPTPEER'), c(ctx, 'O_RDWR', 'O_NOCTTY', 'O_CLOEXEC')], { to: 'console.peer' });
  sendDescriptor(ctx, MESSAGE.console, (sys, args) => call(ctx, sys, args));
  b.sys('close', ['master']);
  b.label(none);
}

/** Does the plan give the container a console? */
export const hasConsole = (ctx: LowerContext): boolean => uses(ctx.plan, 'console') || uses(ctx.plan, 'attach-console');

/**
 * A session of its own. Where the caller's 0, 1 or 2 is a terminal (and always when detached) the console takes its place,
 * or /dev/null when there is no console; files and pipes are passed on as they are.
 */
export function session(ctx: LowerContext, controllingTerminal: boolean): void {
  const { b } = ctx;
  call(ctx, 'setsid', []);
  const console = hasConsole(ctx);
  if (console && controllingTerminal) {
    const none = b.fresh('session');
    b.branch('console.peer', 'eq', 0, none);
    call(ctx, 'ioctl', ['console.peer', c(ctx, 'TIOCSCTTY'), 0]);
    b.label(none);
  }
  for (const fd of [0, 1, 2]) {
    const keep = b.fresh('stdio');
    if (!ctx.plan.detach) b.branch(`tty.${fd}`, 'eq', 0, keep);
    call(ctx, 'dup3', ['console.peer', fd, 0]);
    b.label(keep);
  }
}
