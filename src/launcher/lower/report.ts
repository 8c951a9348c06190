// The routine that tells what failed: `holdfast: FILE:LINE: what was tried: reason: what to do`, on standard error, or as a
// record of 16 bytes on descriptor 3 (u32 kind, u32 mark, u32 errno, u32 length of a text that follows).

import { STRUCTS } from '../../kernel/structs.gen.ts';
import { type Address, behind, mark, type Operand } from '../builder.ts';

import { failLabels, type LowerContext } from './context.ts';
import { explanation, EXPLANATION_SIZE } from './step.ts';
import { type Texts, textTables } from './texts.ts';
import { unpackFrom } from './unpack.ts';

/** First word of a record on descriptor 3, and of a message from init to the monitor. */
export const MESSAGE = { failed: 0, ready: 1, console: 2, tty: 3, running: 4, stale: 5, listener: 6 } as const;
export const STATUS_FD = 3;

const PREFIX = 'holdfast: ';
/** Where init's failing calls go (failTo). */
export const INIT_FAILURE = 'init.fail';

/**
 * Emits subroutine `report`. Input: slot `report.mark`; slot `failed` (a negative errno, or 0 for "not confirmed");
 * slot `explanation.length` (the kernel's own sentence in `explanation`, if above 0). Changes nothing but scratch slots. Two more entries: `report-here`
 * for the last mark, and `report-undo`, which has no sentence of the kernel's either.
 */
export function emitReport(ctx: LowerContext): void {
  const { b } = ctx;
  b.label('report-undo');
  b.set('explanation.length', 0);
  b.label('report-here');
  b.set('report.mark', mark);
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

/** A report's pieces: prefix, step, colon, explanation, colon, errno, colon, hint, newline. */
const PIECES = 9;

function textReport(ctx: LowerContext): void {
  const { b } = ctx;
  const texts = textTables(ctx.plan);
  const pool = b.buffer('texts', texts.length, 8);
  const parts = b.buffer('report.parts', PIECES * STRUCTS.iovec.size, 8);
  const piece = (index: number, at: Operand, length: Operand) => {
    b.store(parts, index * STRUCTS.iovec.size, 8, at);
    b.store(parts, index * STRUCTS.iovec.size + 8, 8, length);
  };
  /** The (offset, length) at a pointer plus `offset` -> piece. */
  const pooled = (index: number, pointer: string, offset: number) => {
    b.loadAt('report.at', pointer, offset, 2);
    b.loadAt('report.length', pointer, offset + 2, 2);
    b.add('report.at', pool);
    piece(index, 'report.at', 'report.length');
  };
  unpackTexts(ctx, texts, pool);
  b.set('report.step', 'report.mark');
  b.shr('report.step', 16);
  // Rows of 6 bytes: 4 and 2 times the number.
  b.set('report.row', 'report.step');
  b.shl('report.row', 1);
  b.set('report.twice', 'report.row');
  b.shl('report.row', 1);
  b.add('report.row', 'report.twice');
  b.add('report.row', behind(pool, texts.tables.steps));
  piece(0, b.text(PREFIX), PREFIX.length);
  pooled(1, 'report.row', 0);
  piece(2, b.text(': '), 2);
  explained(ctx, piece);
  errnoPiece(ctx, texts, pool, pooled);
  piece(6, b.text(': '), 0);
  piece(7, pool, 0);
  b.loadAt('hint.row', 'report.row', 4, 2);
  b.add('hint.row', pool);
  hintPiece(ctx, () => {
    pooled(7, 'hint.row', 2);
    b.store(parts, 6 * STRUCTS.iovec.size + 8, 8, 2);
  });
  piece(8, b.text('\n'), 1);
  b.sys('writev', [2, parts, PIECES]);
}

/** Once: a second report finds them unpacked. The routine is written out here, because subroutines do not nest. */
function unpackTexts(ctx: LowerContext, texts: Texts, pool: Address): void {
  const { b } = ctx;
  const done = b.fresh('unpacked');
  b.branch('texts.unpacked', 'ne', 0, done);
  unpackFrom(ctx, texts.packed, pool);
  b.set('texts.unpacked', 1);
  b.label(done);
}

type PutPiece = (index: number, at: Operand, length: Operand) => void;

/** The kernel's own sentence, if there is one: it begins with a level letter and a space and ends in a newline. */
function explained(ctx: LowerContext, piece: PutPiece): void {
  const { b } = ctx;
  const none = b.fresh('report');
  piece(3, behind(explanation(ctx), 2), 0);
  piece(4, b.text(': '), 0);
  b.branch('explanation.length', 'le', 3, none);
  b.sub('explanation.length', 3);
  piece(3, behind(explanation(ctx), 2), 'explanation.length');
  piece(4, b.text(': '), 2);
  b.label(none);
}

function errnoPiece(ctx: LowerContext, texts: Texts, pool: Address, pooled: (index: number, pointer: string, offset: number) => void): void {
  const { b } = ctx;
  const known = b.fresh('report');
  b.set('report.text', 'report.errno');
  b.branch('report.text', 'le', texts.lastErrno, known);
  b.set('report.text', texts.lastErrno);
  b.label(known);
  b.shl('report.text', 2);
  b.add('report.text', behind(pool, texts.tables.errnos));
  pooled(5, 'report.text', 0);
}

/** Looks through the step's hints (slot `hint.row`) for the errno; `found` uses the row. */
function hintPiece(ctx: LowerContext, found: () => void): void {
  const { b } = ctx;
  const next = b.fresh('hint');
  const end = b.fresh('hint');
  const skip = b.fresh('hint');
  b.label(next);
  b.loadAt('hint.errno', 'hint.row', 0, 2);
  b.branch('hint.errno', 'eq', 0, end);
  b.branch('hint.errno', 'ne', 'report.errno', skip);
  found();
  b.jump(end);
  b.label(skip);
  b.add('hint.row', 6);
  b.jump(next);
  b.label(end);
}

/** A line on standard error (nothing where records are wanted): no error, but worth saying. */
export function note(ctx: LowerContext, text: string, end?: { readonly at: Operand; readonly length: Operand }): void {
  if (ctx.options.statusFd === true) return;
  const { b } = ctx;
  const begin = `${PREFIX}${text}`;
  const parts = b.buffer('note.parts', 3 * STRUCTS.iovec.size, 8);
  const pieces: readonly (readonly [Operand, Operand])[] = [
    [b.text(begin), new TextEncoder().encode(begin).length],
    [end?.at ?? 0, end?.length ?? 0],
    [b.text('\n'), 1],
  ];
  for (const [index, [at, length]] of pieces.entries()) {
    b.store(parts, index * STRUCTS.iovec.size, 8, at);
    b.store(parts, index * STRUCTS.iovec.size + 8, 8, length);
  }
  b.sys('writev', [2, parts, pieces.length]);
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
  b.store(head, 12, 4, 'explanation.length');
  b.store(parts, 0, 8, head);
  b.store(parts, 8, 8, 16);
  b.store(parts, 16, 8, explanation(ctx));
  b.store(parts, 24, 8, 'explanation.length');
  b.sys('writev', ['channel.init', parts, 2]);
  b.exit(125);
}

export const MESSAGE_SIZE = 16 + EXPLANATION_SIZE;
