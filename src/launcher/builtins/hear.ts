// Init's messages: a failure with what failed, "ready", or a terminal's master. End of file after "ready" is the exec;
// before it, init died without a word.

import { memory } from '../builder.ts';
import { c, call, type LowerContext } from '../lower/context.ts';
import { MESSAGE, MESSAGE_SIZE, STATUS_FD } from '../lower/report.ts';
import { explanation, EXPLANATION_SIZE } from '../lower/step.ts';
import { proxyOf } from './courier.ts';
import { listenerArrived, requireListener } from './notify.ts';
import { unpin } from './affinity.ts';
import { consoleArrived } from './relay.ts';
import { watch, WATCH } from './watch.ts';
import { type Serve, writeRecord } from './write-record.ts';
import { CONTROL, messageHeader, receivedDescriptor } from './terminals.ts';

export function hearInit(ctx: LowerContext, record: Serve['record']): void {
  const { b } = ctx;
  const data = b.buffer('receive.data', MESSAGE_SIZE, 8);
  const again = b.fresh('heard');
  const end = b.fresh('heard');
  const closed = b.fresh('closed');
  const next = { console: b.fresh('heard'), ready: b.fresh('heard'), failed: b.fresh('heard') };
  // All that is there is heard before anything else is looked at: init may have failed and ended since the last round.
  b.label(again);
  // Without the listener calls would hang, so a channel that fails ends the start.
  const failing = proxyOf(ctx) === null ? { onError: end } : { onError: 'init.died', on: [{ errno: 'EAGAIN', label: end }] as const };
  const header = messageHeader(ctx, 'receive', data, MESSAGE_SIZE, b.buffer('receive.control', CONTROL, 8));
  call(ctx, 'recvmsg', ['channel.monitor', header, c(ctx, 'MSG_CMSG_CLOEXEC', 'MSG_DONTWAIT')], { to: 'received', ...failing });
  b.branch('received', 'eq', 0, closed);
  const kind = memory(data, 0, 4);
  b.branch(kind, 'ne', MESSAGE.console, next.console);
  b.set('console', receivedDescriptor(ctx));
  consoleArrived(ctx);
  b.jump(again);
  b.label(next.console);
  b.branch(kind, 'ne', MESSAGE.ready, next.ready);
  if (record !== null) writeRecord(ctx, record);
  b.set('phase', 1);
  b.jump(again);
  b.label(next.ready);
  if (proxyOf(ctx) !== null) {
    const other = b.fresh('heard');
    b.branch(kind, 'ne', MESSAGE.listener, other);
    listenerArrived(ctx);
    b.jump(again);
    b.label(other);
  }
  b.branch(kind, 'eq', MESSAGE.failed, next.failed);
  b.jump(again); // a tty's master: held open, so that programs on its peer see no hang-up
  b.label(next.failed);
  b.set('report.mark', memory(data, 4, 4));
  b.set('failed', 0);
  b.sub('failed', memory(data, 8, 4));
  b.set('explanation.length', memory(data, 12, 4));
  b.copy(messageText(ctx), explanation(ctx), EXPLANATION_SIZE);
  b.call('report');
  b.jump('abort');
  b.label(closed);
  b.branch('phase', 'eq', 0, 'init.died');
  requireListener(ctx);
  b.set('phase', 2);
  unpin(ctx);
  watch(ctx, WATCH.channel, -1);
  b.sys('close', ['channel.monitor']);
  running(ctx);
  b.label(end);
}

const messageText = (ctx: LowerContext) => {
  const data = ctx.b.buffer('receive.data', MESSAGE_SIZE, 8);
  return { ...data, offset: data.offset + 16 };
};

/** Init runs: tell whoever waits for it, and leave the caller's terminal and directory when detached. */
function running(ctx: LowerContext): void {
  const { b, plan } = ctx;
  if (ctx.options.statusFd === true) {
    const head = b.buffer('report.head', 16, 8);
    b.store(head, 0, 4, MESSAGE.running);
    call(ctx, 'write', [STATUS_FD, head, 16], { onError: 'next' });
    b.sys('close', [STATUS_FD]);
  }
  if (!plan.detach) return;
  call(ctx, 'openat', [c(ctx, 'AT_FDCWD'), b.text('/dev/null'), c(ctx, 'O_RDWR', 'O_CLOEXEC'), 0], { to: 'null', onError: 'next' });
  for (const fd of [0, 1, 2]) call(ctx, 'dup3', ['null', fd, 0], { onError: 'next' });
  b.sys('close', ['null']);
  call(ctx, 'chdir', [b.text('/')], { onError: 'next' });
  call(ctx, 'write', ['notify.write', b.text('r'), 1], { onError: 'next' });
  b.sys('close', ['notify.write']);
  b.call('forget');
}
