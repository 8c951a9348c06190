// What a waiting monitor does not need stays in the page cache and out of its memory: the constants (texts, paths, the plan's
// data), which come back by themselves when they are touched again, and the room that the start used.

import type { behind } from '../builder.ts';
import { sizeOf } from '../layout.ts';
import { c, type LowerContext } from '../lower/context.ts';

const PAGE = 4096;
const LARGE = 2048;

/** Subroutine `forget`, to be emitted last: by then all constants are known. */
export function emitForget(ctx: LowerContext): void {
  const { b } = ctx;
  if (!ctx.plan.detach) return;
  b.label('forget');
  const constants = b.program().blobs.filter(({ kind }) => kind === 'ro');
  const last = constants.at(-1);
  if (last !== undefined && last.kind !== 'bss') {
    // From the page in which the first constant begins; the header before it belongs to the same mapping.
    drop(ctx, { kind: 'address', blob: constants[0]?.name ?? last.name, offset: 0 }, { kind: 'address', blob: last.name, offset: last.bytes.length }, 'down');
  }
  // The large buffers lie behind all small ones (launcher/layout.ts); nothing of theirs is of use when a detached init has begun.
  const large = b
    .program()
    .blobs.filter((blob) => blob.kind === 'bss' && blob.size >= LARGE)
    .sort((one, other) => sizeOf(one) - sizeOf(other));
  const [first] = large;
  // A launcher that reports in records has no texts.
  const end = large.find(({ name }) => name === 'texts') ?? large.at(-1);
  if (first !== undefined && end !== undefined)
    drop(ctx, { kind: 'address', blob: first.name, offset: 0 }, { kind: 'address', blob: end.name, offset: 0 }, 'up');
  b.return();
}

type Place = ReturnType<typeof behind>;

function drop(ctx: LowerContext, from: Place, to: Place, round: 'up' | 'down'): void {
  const { b } = ctx;
  const end = b.fresh('forget');
  const mask = ~BigInt(PAGE - 1);
  b.set('forget.from', from);
  if (round === 'up') b.add('forget.from', PAGE - 1);
  b.and('forget.from', mask);
  b.set('forget.length', to);
  if (round === 'down') b.add('forget.length', PAGE - 1);
  b.and('forget.length', mask);
  b.sub('forget.length', 'forget.from');
  b.branch('forget.length', 'le', 0, end);
  b.sys('madvise', ['forget.from', 'forget.length', c(ctx, 'MADV_DONTNEED')]);
  b.label(end);
}
