// The routine that tells what failed: `holdfast: FILE:LINE: what was tried: reason: what to do`, on standard error, or as a
// record of 16 bytes on descriptor 3 (u32 kind, u32 mark, u32 errno, u32 length of a text that follows).

import { STRUCTS } from '../../kernel/structs.gen.ts';
import { behind, imm, memory } from '../builder.ts';

import { failLabels, type LowerContext } from './context.ts';
import { explanation, EXPLANATION_SIZE } from './step.ts';
import { textTables } from './texts.ts';

/** First word of a record on descriptor 3, and of a message from init to the monitor. */
export const MESSAGE = { failed: 0, ready: 1, console: 2, tty: 3, running: 4, stale: 5 } as const;
export const STATUS_FD = 3;

const PREFIX = 'holdfast: ';
/** Where init's failing calls go (failTo). */
export const INIT_FAILURE = 'init.fail';

/**
 * Emits subroutine `report`. Input: slot `report.mark`; slot `failed` (a negative errno, or 0 for "not confirmed");
 * slot `explanation.length` (the kernel's own sentence in `explanation`, if above 0). Changes nothing but scratch slots.
 */
export function emitReport(ctx: LowerContext): void {
  const { b } = ctx;
  b.label('report');
  b.set('report.errno', 0);
  b.sub('report.errno', 'failed');
  if (ctx.options.statusFd === true) recordReport(ctx);
  else textReport(ctx);
  b.return();
}

function recordReport(ctx: LowerContext): void {
  const { b } = ctx;
  const head = b.buffer('report.head', 16, 8);
  const parts = b.buffer('report.parts', 32, 8);
  const some = b.fresh('report');
  b.store(head, 0, 4, MESSAGE.failed);
  b.store(head, 4, 4, 'report.mark');
  b.store(head, 8, 4, 'report.errno');
  b.branch('explanation.length', 'ge', 0, some);
  b.set('explanation.length', 0);
  b.label(some);
  b.store(head, 12, 4, 'explanation.length');
  b.store(parts, 0, 8, head);
  b.store(parts, 8, 8, 16);
  b.store(parts, 16, 8, explanation(ctx));
  b.store(parts, 24, 8, 'explanation.length');
  b.sys('writev', [STATUS_FD, parts, 2]);
}

/** A report is up to this many pieces: prefix, step, colon, explanation, opening, errno, closing, hint colon, hint, newline. */
const PIECES = 8;

function textReport(ctx: LowerContext): void {
  const { b } = ctx;
  const texts = textTables(ctx);
  const parts = b.buffer('report.parts', PIECES * 16, 8);
  const piece = (index: number, address: Parameters<typeof b.store>[3], length: Parameters<typeof b.store>[3]) => {
    b.store(parts, index * 16, 8, address);
    b.store(parts, index * 16 + 8, 8, length);
  };
  const constantPiece = (index: number, text: string) => piece(index, b.text(text), text.length);
  /** Row `row` of a table of (offset, length) -> piece. */
  const tablePiece = (index: number, table: typeof texts.steps, row: string) => {
    b.set('report.row', row);
    b.shl('report.row', 3);
    b.add('report.row', table);
    b.loadAt('report.at', 'report.row', 0, 4);
    b.loadAt('report.length', 'report.row', 4, 4);
    b.add('report.at', texts.pool);
    piece(index, 'report.at', 'report.length');
  };

  constantPiece(0, PREFIX);
  b.set('report.step', 'report.mark');
  b.shr('report.step', 16);
  tablePiece(1, texts.steps, 'report.step');
  constantPiece(2, ': ');
  // The kernel's sentence begins with a level letter and a space and ends in a newline.
  piece(3, explanation(ctx), 0);
  piece(4, b.text(': '), 0);
  const unexplained = b.fresh('report');
  b.branch('explanation.length', 'le', 3, unexplained);
  b.store(parts, 3 * 16, 8, behind(explanation(ctx), 2));
  b.sub('explanation.length', 3);
  b.store(parts, 3 * 16 + 8, 8, 'explanation.length');
  b.store(parts, 4 * 16 + 8, 8, 2);
  b.label(unexplained);
  const known = b.fresh('report');
  b.set('report.row.errno', 'report.errno');
  b.branch('report.row.errno', 'le', texts.lastErrno, known);
  b.set('report.row.errno', texts.lastErrno);
  b.label(known);
  tablePiece(5, texts.errnos, 'report.row.errno');
  piece(6, b.text(': '), 0);
  constantPiece(7, '\n');
  hint(ctx, texts.hints, (at, length) => {
    // ": hint\n" replaces the bare newline: the hint text is written by a second call.
    b.store(parts, 6 * 16 + 8, 8, 2);
    b.store(parts, 7 * 16, 8, at);
    b.store(parts, 7 * 16 + 8, 8, length);
  }, texts.pool);
  b.sys('writev', [2, parts, PIECES]);
  const done = b.fresh('report');
  b.branch(memory(parts, 6 * 16 + 8, 8), 'eq', 0, done);
  b.sys('write', [2, b.text('\n'), 1]);
  b.label(done);
}

/** Looks for the hint of this step and errno; `found` stores it. */
function hint(ctx: LowerContext, table: ReturnType<typeof textTables>['hints'], found: (at: string, length: string) => void, pool: ReturnType<typeof textTables>['pool']): void {
  const { b } = ctx;
  const next = b.fresh('hint');
  const end = b.fresh('hint');
  const skip = b.fresh('hint');
  b.set('hint.row', table);
  b.label(next);
  b.loadAt('hint.step', 'hint.row', 0, 4);
  b.branch('hint.step', 'eq', imm(0xffffffffn), end);
  b.branch('hint.step', 'ne', 'report.step', skip);
  b.loadAt('hint.errno', 'hint.row', 4, 4);
  b.branch('hint.errno', 'ne', 'report.errno', skip);
  b.loadAt('hint.at', 'hint.row', 8, 4);
  b.loadAt('hint.length', 'hint.row', 12, 4);
  b.add('hint.at', pool);
  found('hint.at', 'hint.length');
  b.jump(end);
  b.label(skip);
  b.add('hint.row', 16);
  b.jump(next);
  b.label(end);
}

/** A line on standard error (nothing where records are wanted): no error, but worth saying. Its pieces are stored once each. */
export function noteLines(ctx: LowerContext, ...pieces: readonly string[]): void {
  if (ctx.options.statusFd === true) return;
  const { b } = ctx;
  const all = [PREFIX, ...pieces, '\n'];
  const parts = b.buffer('note.parts', all.length * STRUCTS.iovec.size, 8);
  for (const [index, text] of all.entries()) {
    b.store(parts, index * STRUCTS.iovec.size, 8, b.text(text));
    b.store(parts, index * STRUCTS.iovec.size + 8, 8, new TextEncoder().encode(text).length);
  }
  b.sys('writev', [2, parts, all.length]);
}

/** Init's failing end: tells the monitor (kind, mark, errno, explanation) and exits. */
export function emitInitFailure(ctx: LowerContext): void {
  const { b } = ctx;
  const head = b.buffer('message.head', 16, 8);
  const parts = b.buffer('message.parts', 32, 8);
  const some = b.fresh('message');
  failLabels(ctx, INIT_FAILURE);
  b.set('report.errno', 0);
  b.sub('report.errno', 'failed');
  b.store(head, 0, 4, MESSAGE.failed);
  b.op({ op: 'store', blob: head.blob, offset: head.offset + 4, width: 4, value: { kind: 'mark' } });
  b.store(head, 8, 4, 'report.errno');
  b.branch('explanation.length', 'ge', 0, some);
  b.set('explanation.length', 0);
  b.label(some);
  b.store(parts, 0, 8, head);
  b.store(parts, 8, 8, 16);
  b.store(parts, 16, 8, explanation(ctx));
  b.store(parts, 24, 8, 'explanation.length');
  b.sys('writev', ['channel.init', parts, 2]);
  b.exit(125);
}

export const MESSAGE_SIZE = 16 + EXPLANATION_SIZE;
