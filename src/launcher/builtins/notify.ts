// Notified calls, inside the serve loop: one at a time from the listener to the proxy, and its answer back (seccomp_unotify(2)).
// The monitor never waits in a call: while an answer is due it watches the proxy's end, with a deadline, and goes on with the
// rest. A proxy that is lost, late, or says something else makes the call fail with ENOSYS, and is connected to anew for the next.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { ProxySpec } from '../../model/notify.ts';
import { memory, type Operand } from '../builder.ts';
import { c, call, type LowerContext } from '../lower/context.ts';
import { negative } from '../lower/step.ts';
import { proxyOf, reapCourier } from './courier.ts';
import { exitCode } from './guard.ts';
import { answer, clearCall, fillAnswer, fillMessage, MESSAGE_LENGTH, NOTIF, notifiedCall, proxyMessage, RESPONSE, reserved } from './proxy-message.ts';
import { receivedDescriptor } from './terminals.ts';
import { happened, watch, WATCH } from './watch.ts';

/** A pid in decimal, and a NUL. */
const DIGITS = 24;
const DESCRIPTORS = 3;

/** Places that are not watched yet. Slot `listener` is 0 until the courier has brought it. */
export function beginNotify(ctx: LowerContext): void {
  if (proxyOf(ctx) === null) return;
  for (const place of [WATCH.listener, WATCH.proxy, WATCH.patience]) watch(ctx, place, -1);
}

/** The courier's message. */
export function listenerArrived(ctx: LowerContext): void {
  ctx.b.set('listener', receivedDescriptor(ctx));
  watch(ctx, WATCH.listener, 'listener', 'POLLIN');
}

/** Init runs and the courier has ended: a container without its listener must not go on. */
export function requireListener(ctx: LowerContext): void {
  if (proxyOf(ctx) === null) return;
  ctx.b.branch('listener', 'eq', 0, 'init.died');
  reapCourier(ctx);
}

/** One round of the loop. */
export function passOn(ctx: LowerContext, when: (place: number, body: () => void) => void): void {
  const proxy = proxyOf(ctx);
  if (proxy === null) return;
  when(WATCH.proxy, () => takeAnswer(ctx));
  when(WATCH.patience, () => ctx.b.call('notify-lost'));
  when(WATCH.listener, () => ask(ctx, proxy));
}

/** Receives one call and sends it on; every way that does not succeed answers it. */
function ask(ctx: LowerContext, proxy: ProxySpec): void {
  const { b } = ctx;
  const names = ['connected', 'connect', 'refuse', 'close', 'late', 'sent', 'end', 'open', 'over'] as const;
  const to = Object.fromEntries(names.map((name) => [name, b.fresh(`notify-${name}`)])) as Record<(typeof names)[number], string>;
  b.branch(happened(ctx, WATCH.listener), 'any-bit', c(ctx, 'POLLIN'), to.open);
  // Nobody is left under the filter; or the kernel does not say what is asked: without a listener it answers ENOSYS itself.
  b.label(to.over);
  watch(ctx, WATCH.listener, -1);
  b.sys('close', ['listener']);
  b.jump(to.end);
  b.label(to.open);
  clearCall(ctx);
  call(ctx, 'ioctl', ['listener', c(ctx, 'SECCOMP_IOCTL_NOTIF_RECV'), notifiedCall(ctx)], { onError: to.over, on: [{ errno: 'ENOENT', label: to.end }] });
  b.set('notify.id', memory(notifiedCall(ctx), NOTIF.id.offset, 8));
  b.set('notify.dir', -1);
  b.set('notify.mem', -1);
  openCaller(ctx, to.refuse);
  b.set('notify.tries', 0);
  b.branch('proxy', 'gt', 0, to.connected);
  b.label(to.connect);
  b.add('notify.tries', 1);
  if (proxy.reconnects) connectAgain(ctx, proxy, to.refuse);
  else b.jump(to.refuse);
  b.label(to.connected);
  fillMessage(ctx, proxy.container ?? { monitor: 'monitor.pid', init: 'init.pid' }, Buffer.byteLength(proxy.cookie));
  call(ctx, 'sendmsg', ['proxy', messageTo(ctx, proxy), c(ctx, 'MSG_NOSIGNAL', 'MSG_DONTWAIT')], { onError: to.late });
  b.jump(to.sent);

  // It may have ended since its last answer: once more, to the next one.
  b.label(to.late);
  b.sys('close', ['proxy']);
  b.set('proxy', 0);
  b.branch('notify.tries', 'eq', 0, to.connect);
  b.label(to.refuse);
  b.call('notify-refuse');
  b.jump(to.close);

  b.label(to.sent);
  watch(ctx, WATCH.listener, -1);
  watch(ctx, WATCH.proxy, 'proxy', 'POLLIN');
  setPatience(ctx, proxy.patience);
  b.label(to.close);
  for (const slot of ['notify.dir', 'notify.mem']) b.sys('close', [slot]);
  b.label(to.end);
}

/** /proc/PID of the caller and its memory. The pid may be another's by now, so the kernel is asked whether the call still waits. */
function openCaller(ctx: LowerContext, refuse: string): void {
  const { b } = ctx;
  const name = b.buffer('notify.pid', DIGITS, 8);
  b.decimal(memory(notifiedCall(ctx), NOTIF.pid.offset, 4), name, 'notify.end');
  b.add('notify.end', name);
  b.storeAt('notify.end', 0, 1, 0);
  call(ctx, 'openat', ['notify.proc', name, c(ctx, 'O_RDONLY', 'O_DIRECTORY', 'O_CLOEXEC'), 0], { to: 'notify.dir', onError: refuse });
  const opened = b.fresh('memory');
  const inside = b.fresh('memory');
  openMemory(ctx, inside, refuse);
  b.jump(opened);
  b.label(inside);
  openMemoryInside(ctx, refuse);
  b.label(opened);
  const id = b.buffer('notify.valid', 8, 8);
  b.store(id, 0, 8, 'notify.id');
  call(ctx, 'ioctl', ['listener', c(ctx, 'SECCOMP_IOCTL_NOTIF_ID_VALID'), id], { onError: refuse });
}

/** EACCES: an ordinary user's monitor, for a caller with another id of its user namespace. */
function openMemory(ctx: LowerContext, inside: string, refuse: string): void {
  const flags = c(ctx, 'O_RDWR', 'O_CLOEXEC');
  call(ctx, 'openat', ['notify.dir', ctx.b.text('mem'), flags, 0], { to: 'notify.mem', onError: refuse, on: [{ errno: 'EACCES', label: inside }] });
}

/** The owner of a user namespace has all rights inside: a child enters it and opens the file in these very descriptors; its status is the number. */
function openMemoryInside(ctx: LowerContext, refuse: string): void {
  const { b } = ctx;
  const args = b.data('helper.clone', new Uint8Array(STRUCTS.clone_args.size), 8);
  const info = b.buffer('helper.wait', STRUCTS.siginfo.size, 8);
  const field = STRUCTS.clone_args.fields;
  const [child, failed, done] = ['memory', 'memory', 'memory'].map(b.fresh) as [string, string, string];
  b.store(args, field.flags.offset, 8, c(ctx, 'CLONE_FILES'));
  b.store(args, field.exit_signal.offset, 8, c(ctx, 'SIGCHLD'));
  b.set('notify.mem', -1);
  call(ctx, 'clone3', [args, STRUCTS.clone_args.size], { to: 'helper', onError: refuse });
  b.branch('helper', 'eq', 0, child);
  call(ctx, 'waitid', [c(ctx, 'P_PID'), 'helper', info, c(ctx, 'WEXITED'), 0], { onError: refuse });
  exitCode(ctx, info, 'notify.mem');
  b.branch('notify.mem', 'gt', 2, done);
  b.set('notify.mem', -1);
  b.jump(refuse);
  b.label(child);
  call(ctx, 'setns', ['init.pidfd', c(ctx, 'CLONE_NEWUSER')], { onError: failed });
  call(ctx, 'openat', ['notify.dir', b.text('mem'), c(ctx, 'O_RDWR', 'O_CLOEXEC'), 0], { to: 'notify.mem', onError: failed });
  b.exit('notify.mem');
  b.label(failed);
  b.exit(0);
  b.label(done);
}

function connectAgain(ctx: LowerContext, { address }: ProxySpec, refuse: string): void {
  const { b } = ctx;
  const failed = b.fresh('connect');
  const done = b.fresh('connect');
  call(ctx, 'socket', [c(ctx, 'AF_UNIX'), c(ctx, 'SOCK_SEQPACKET', 'SOCK_CLOEXEC', 'SOCK_NONBLOCK'), 0], { to: 'proxy', onError: failed });
  call(ctx, 'connect', ['proxy', b.bytes(address, 8), address.length], { onError: failed });
  b.jump(done);
  b.label(failed);
  b.sys('close', ['proxy']);
  b.set('proxy', 0);
  b.jump(refuse);
  b.label(done);
}

/** struct msghdr of the message, with the descriptors that LXC sends, in its order: the caller, its memory, the listener. */
function messageTo(ctx: LowerContext, { cookie }: ProxySpec): Operand {
  const { b } = ctx;
  const vectors = b.buffer('notify.vectors', 2 * STRUCTS.iovec.size, 8);
  const header = b.buffer('notify.header', STRUCTS.msghdr.size, 8);
  const length = STRUCTS.cmsghdr.size + 4 * DESCRIPTORS;
  const control = b.buffer('notify.control', STRUCTS.cmsghdr.size + 16, 8);
  const field = STRUCTS.msghdr.fields;
  const parts = cookie === '' ? 1 : 2;
  b.store(vectors, 0, 8, proxyMessage(ctx));
  b.store(vectors, 8, 8, MESSAGE_LENGTH);
  if (parts === 2) b.store(vectors, STRUCTS.iovec.size, 8, b.text(cookie));
  if (parts === 2) b.store(vectors, STRUCTS.iovec.size + 8, 8, Buffer.byteLength(cookie));
  b.store(control, STRUCTS.cmsghdr.fields.cmsg_len.offset, 8, length);
  b.store(control, STRUCTS.cmsghdr.fields.cmsg_level.offset, 4, c(ctx, 'SOL_SOCKET'));
  b.store(control, STRUCTS.cmsghdr.fields.cmsg_type.offset, 4, c(ctx, 'SCM_RIGHTS'));
  for (const [index, slot] of ['notify.dir', 'notify.mem', 'listener'].entries()) b.store(control, STRUCTS.cmsghdr.size + 4 * index, 4, slot);
  b.store(header, field.msg_iov.offset, 8, vectors);
  b.store(header, field.msg_iovlen.offset, 8, parts);
  b.store(header, field.msg_control.offset, 8, control);
  b.store(header, field.msg_controllen.offset, 8, STRUCTS.cmsghdr.size + 16);
  return header;
}

/** The answer goes to the kernel as it is, if it is one; to whom it was due may have ended meanwhile. */
function takeAnswer(ctx: LowerContext): void {
  const { b } = ctx;
  const [lost, done, end] = ['answer', 'answer', 'answer'].map(b.fresh) as [string, string, string];
  const flags = c(ctx, 'MSG_DONTWAIT', 'MSG_TRUNC');
  call(ctx, 'recvfrom', ['proxy', proxyMessage(ctx), MESSAGE_LENGTH, flags, 0, 0], {
    to: 'notify.length',
    onError: lost,
    on: [{ errno: 'EAGAIN', label: end }],
  });
  b.branch('notify.length', 'ne', MESSAGE_LENGTH, lost);
  b.branch(reserved(ctx), 'ne', 0, lost);
  b.branch(memory(answer(ctx), RESPONSE.id.offset, 8), 'ne', 'notify.id', lost);
  call(ctx, 'ioctl', ['listener', c(ctx, 'SECCOMP_IOCTL_NOTIF_SEND'), answer(ctx)], { onError: lost, on: [{ errno: 'ENOENT', label: done }] });
  b.label(done);
  b.call('notify-idle');
  b.jump(end);
  b.label(lost);
  b.call('notify-lost');
  b.label(end);
}

/** Seconds from now; 0 disarms. Without a timer there is no deadline, as for a call that is made to fail in a test. */
function setPatience(ctx: LowerContext, seconds: number): void {
  const { b } = ctx;
  const spec = b.buffer('notify.patience', STRUCTS.itimerspec.size, 8);
  const [made, none] = [b.fresh('patience'), b.fresh('patience')];
  if (seconds > 0) {
    b.branch('patience', 'gt', 0, made);
    call(ctx, 'timerfd_create', [c(ctx, 'CLOCK_MONOTONIC'), c(ctx, 'TFD_CLOEXEC')], { to: 'patience', onError: none });
    b.label(made);
  }
  b.store(spec, STRUCTS.timespec.size, 8, seconds);
  b.sys('timerfd_settime', ['patience', 0, spec, 0]);
  if (seconds === 0) return watch(ctx, WATCH.patience, -1);
  watch(ctx, WATCH.patience, 'patience', 'POLLIN');
  b.label(none);
}

/** Subroutines, which do not nest: `notify-refuse` answers ENOSYS, `notify-idle` waits for the next call, `notify-lost` both, without the proxy. */
export function emitNotify(ctx: LowerContext): void {
  if (proxyOf(ctx) === null) return;
  const { b } = ctx;
  const refuse = () => {
    fillAnswer(ctx, negative('ENOSYS'));
    b.sys('ioctl', ['listener', c(ctx, 'SECCOMP_IOCTL_NOTIF_SEND'), answer(ctx)]);
  };
  const idle = () => {
    watch(ctx, WATCH.proxy, -1);
    setPatience(ctx, 0);
    watch(ctx, WATCH.listener, 'listener', 'POLLIN');
  };
  b.label('notify-refuse');
  refuse();
  b.return();
  b.label('notify-lost');
  b.sys('close', ['proxy']);
  b.set('proxy', 0);
  refuse();
  b.label('notify-idle');
  idle();
  b.return();
}
