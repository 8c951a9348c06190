// The console: what the container writes goes to standard output (or, detached, nowhere: an unread pty would stop its writers),
// what is typed goes to the container. Raw mode leaves ^C and the rest to the container's own terminal.

import { STRUCTS } from '../../kernel/structs.gen.ts';
import { imm, memory } from '../builder.ts';
import { c, call, type LowerContext } from '../lower/context.ts';
import { pollEntry, watch, WATCH } from './watch.ts';
import { hasConsole } from './terminals.ts';

/** Not above PIPE_BUF: a pipe that is ready takes that much without blocking. */
const CHUNK = 2048;

const outBuffer = (ctx: LowerContext) => ctx.b.buffer('relay.out', CHUNK, 1);
const inBuffer = (ctx: LowerContext) => ctx.b.buffer('relay.in', CHUNK, 1);

/**
 * The master has come: make it non-blocking, hold its peer open too (else it hangs up whenever the container closes its
 * own), give it the terminal's size and set raw mode.
 */
export function consoleArrived(ctx: LowerContext): void {
  if (!hasConsole(ctx)) return;
  const { b, plan } = ctx;
  call(ctx, 'ioctl', ['console', c(ctx, 'TIOCGPTPEER'), c(ctx, 'O_RDWR', 'O_NOCTTY', 'O_CLOEXEC')], { onError: 'next' });
  // A console that blocks would hold up everything else: this must not fail.
  call(ctx, 'fcntl', ['console', c(ctx, 'F_SETFL'), c(ctx, 'O_RDWR', 'O_NONBLOCK')]);
  watch(ctx, WATCH.console, 'console', 'POLLIN');
  if (plan.detach) return;
  const end = b.fresh('console');
  b.branch('relay.input', 'eq', 0, end);
  resize(ctx);
  setRaw(ctx);
  b.set('in.open', 1);
  b.label(end);
}

/** The terminal's size becomes the console's. */
export function resize(ctx: LowerContext): void {
  if (!hasConsole(ctx) || ctx.plan.detach) return;
  const { b } = ctx;
  const size = b.buffer('winsize', STRUCTS.winsize.size, 8);
  const end = b.fresh('resize');
  b.branch('console', 'lt', 0, end);
  call(ctx, 'ioctl', [0, c(ctx, 'TIOCGWINSZ'), size], { onError: end });
  call(ctx, 'ioctl', ['console', c(ctx, 'TIOCSWINSZ'), size], { onError: 'next' });
  b.label(end);
}

/** As cfmakeraw(3): the container's own terminal has done input and output processing. */
function setRaw(ctx: LowerContext): void {
  const { b } = ctx;
  const raw = b.buffer('termios', STRUCTS.termios.size, 8);
  const field = STRUCTS.termios.fields;
  b.copy(b.buffer('termios.saved', STRUCTS.termios.size, 8), raw, STRUCTS.termios.size);
  const clear = (offset: number, ...flags: readonly Parameters<typeof c>[1][]) => {
    b.set('termios.word', memory(raw, offset, 4));
    b.and('termios.word', imm(0xffffffffn & ~c(ctx, ...flags)));
    b.store(raw, offset, 4, 'termios.word');
  };
  clear(field.c_iflag.offset, 'IGNBRK', 'BRKINT', 'PARMRK', 'ISTRIP', 'INLCR', 'IGNCR', 'ICRNL', 'IXON');
  clear(field.c_oflag.offset, 'OPOST');
  clear(field.c_lflag.offset, 'ECHO', 'ECHONL', 'ICANON', 'ISIG', 'IEXTEN');
  call(ctx, 'ioctl', [0, c(ctx, 'TCSETS'), raw], { onError: 'next' });
}

/**
 * Both directions inside the serve loop, each with one chunk under way: slots `out.at`/`out.length` and `in.at`/`in.length`.
 * What is watched follows from these alone, anew in each round.
 */
export function relay(ctx: LowerContext, when: (place: number, body: () => void) => void): void {
  if (!hasConsole(ctx)) return;
  const { b, plan } = ctx;
  const end = b.fresh('relay');
  b.branch('console', 'lt', 0, end);
  when(WATCH.console, () => {
    if (!plan.detach) unless(ctx, 'in.length', () => writeChunk(ctx, 'console', 'in'));
    readOutput(ctx);
  });
  if (!plan.detach) {
    when(WATCH.output, () => writeChunk(ctx, 1, 'out'));
    when(WATCH.input, () => readInput(ctx));
    watchAnew(ctx);
  }
  b.label(end);
}

/** Runs `body` unless the slot is 0. */
function unless(ctx: LowerContext, name: string, body: () => void): void {
  const skip = ctx.b.fresh('relay');
  ctx.b.branch(name, 'eq', 0, skip);
  body();
  ctx.b.label(skip);
}

/** A chunk from the console, if none is under way. Detached, it is dropped. */
function readOutput(ctx: LowerContext): void {
  const { b } = ctx;
  const end = b.fresh('relay');
  const nothing = b.fresh('relay');
  if (!ctx.plan.detach) b.branch('out.length', 'ne', 0, end);
  call(ctx, 'read', ['console', outBuffer(ctx), CHUNK], { to: 'out.length', onError: nothing });
  b.set('out.at', outBuffer(ctx));
  b.jump(end);
  b.label(nothing);
  b.set('out.length', 0);
  b.label(end);
}

function readInput(ctx: LowerContext): void {
  const { b } = ctx;
  const closed = b.fresh('relay');
  const end = b.fresh('relay');
  call(ctx, 'read', [0, inBuffer(ctx), CHUNK], { to: 'in.length', onError: closed });
  b.set('in.at', inBuffer(ctx));
  b.branch('in.length', 'gt', 0, end);
  b.label(closed);
  b.set('in.length', 0);
  b.set('in.open', 0);
  b.label(end);
}

/** Writes what it can of a chunk. An error (a closed pipe) drops it: the container goes on without a reader. */
function writeChunk(ctx: LowerContext, fd: number | string, which: 'in' | 'out'): void {
  const { b } = ctx;
  const gone = b.fresh('relay');
  const end = b.fresh('relay');
  call(ctx, 'write', [fd, `${which}.at`, `${which}.length`], { to: 'written', onError: gone, on: [{ errno: 'EAGAIN', label: end }] });
  b.add(`${which}.at`, 'written');
  b.sub(`${which}.length`, 'written');
  b.jump(end);
  b.label(gone);
  b.set(`${which}.length`, 0);
  b.label(end);
}

function watchAnew(ctx: LowerContext): void {
  const { b } = ctx;
  const busyOut = b.fresh('watch');
  const idleIn = b.fresh('watch');
  const done = b.fresh('watch');
  const console = pollEntry(ctx, WATCH.console);
  b.set('console.events', c(ctx, 'POLLIN'));
  watch(ctx, WATCH.output, -1);
  b.branch('out.length', 'eq', 0, busyOut);
  b.set('console.events', 0);
  watch(ctx, WATCH.output, 1, 'POLLOUT');
  b.label(busyOut);
  watch(ctx, WATCH.input, -1);
  b.branch('in.length', 'eq', 0, idleIn);
  b.or('console.events', c(ctx, 'POLLOUT'));
  b.store(console, 4, 2, 'console.events');
  b.jump(done);
  b.label(idleIn);
  b.store(console, 4, 2, 'console.events');
  b.branch('in.open', 'eq', 0, done);
  watch(ctx, WATCH.input, 0, 'POLLIN');
  b.label(done);
}

/** Init has ended: what is still in the console comes out before the monitor goes. */
export function drainConsole(ctx: LowerContext): void {
  if (!hasConsole(ctx) || ctx.plan.detach) return;
  const { b } = ctx;
  const again = b.fresh('drain');
  const read = b.fresh('drain');
  const done = b.fresh('drain');
  b.branch('console', 'lt', 0, done);
  b.label(again);
  b.branch('out.length', 'le', 0, read);
  call(ctx, 'write', [1, 'out.at', 'out.length'], { to: 'written', onError: done });
  b.add('out.at', 'written');
  b.sub('out.length', 'written');
  b.jump(again);
  b.label(read);
  call(ctx, 'read', ['console', outBuffer(ctx), CHUNK], { to: 'out.length', onError: done });
  b.set('out.at', outBuffer(ctx));
  b.branch('out.length', 'gt', 0, again);
  b.label(done);
}
