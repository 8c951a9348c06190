// The launcher's own unpacking of an LZ4 block (launcher/lz4.ts), in the IR.

import { type Address, behind } from '../builder.ts';
import type { LowerContext } from './context.ts';

/** Unpacks a block that is put into constant memory, to `room`. */
export function unpackFrom(ctx: LowerContext, block: Uint8Array, room: Address): void {
  const packed = ctx.b.bytes(block);
  ctx.b.set('unpack.from', packed);
  ctx.b.set('unpack.end', behind(packed, block.length));
  ctx.b.set('unpack.to', room);
  unpack(ctx);
}

/**
 * Unpacks, in place. Input: slots `unpack.from` (address of the block), `unpack.end` (its end), `unpack.to` (room for the
 * unpacked bytes, which must be enough: the block is our own).
 */
function unpack(ctx: LowerContext): void {
  const { b } = ctx;
  const next = b.fresh('unpack');
  const done = b.fresh('unpack');
  const byte = () => {
    b.loadAt('unpack.byte', 'unpack.from', 0, 1);
    b.add('unpack.from', 1);
  };
  /** A length in slot `unpack.count` that is 15 goes on in the bytes that follow. */
  const longer = () => {
    const more = b.fresh('unpack');
    const enough = b.fresh('unpack');
    b.branch('unpack.count', 'ne', 15, enough);
    b.label(more);
    byte();
    b.add('unpack.count', 'unpack.byte');
    b.branch('unpack.byte', 'eq', 255, more);
    b.label(enough);
  };
  b.label(next);
  byte();
  b.set('unpack.token', 'unpack.byte');
  b.set('unpack.count', 'unpack.token');
  b.shr('unpack.count', 4);
  longer();
  b.copy('unpack.from', 'unpack.to', 'unpack.count');
  b.add('unpack.from', 'unpack.count');
  b.add('unpack.to', 'unpack.count');
  b.branch('unpack.from', 'ge', 'unpack.end', done);
  b.loadAt('unpack.source', 'unpack.from', 0, 2);
  b.add('unpack.from', 2);
  b.set('unpack.count', 'unpack.token');
  b.and('unpack.count', 15);
  longer();
  b.add('unpack.count', 4);
  b.set('unpack.back', 'unpack.source');
  b.set('unpack.source', 'unpack.to');
  b.sub('unpack.source', 'unpack.back');
  // The copy may overlap its own source, which then repeats: byte by byte.
  const repeat = b.fresh('unpack');
  b.label(repeat);
  b.loadAt('unpack.byte', 'unpack.source', 0, 1);
  b.storeAt('unpack.to', 0, 1, 'unpack.byte');
  b.add('unpack.source', 1);
  b.add('unpack.to', 1);
  b.sub('unpack.count', 1);
  b.branch('unpack.count', 'gt', 0, repeat);
  b.jump(next);
  b.label(done);
}
