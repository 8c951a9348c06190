// Symbolic arguments of a step's call -> IR values: strings and constant structures become blobs, run-time values stores.

import type { StructName } from '../../kernel/structs.gen.ts';
import { STRUCTS } from '../../kernel/structs.gen.ts';
import type { Arg } from '../../model/step.ts';
import { assert } from '../assert.ts';
import { type Address, imm, type Operand, slot, type Width } from '../builder.ts';
import { c, type LowerContext } from './context.ts';

interface Layout {
  readonly size: number;
  readonly fields: Readonly<Record<string, { readonly offset: number; readonly size: number }>>;
}
export const layoutOf = (name: StructName): Layout => STRUCTS[name];

/** Is the argument known when the launcher is made, i.e. not a pointer and not a slot? Then its value, else null. */
function constantOf(ctx: LowerContext, arg: Arg): bigint | null {
  if (typeof arg === 'number' || typeof arg === 'bigint') return BigInt(arg);
  if ('flags' in arg) return c(ctx, ...arg.flags);
  if ('sizeof' in arg) return BigInt(layoutOf(arg.sizeof).size);
  return null;
}

interface Piece {
  readonly offset: number;
  readonly size: number;
  readonly arg: Arg;
}

/** Constant parts are written into the blob, the others stored into it before the call. */
function composite(ctx: LowerContext, size: number, pieces: readonly Piece[]): Address {
  const bytes = new Uint8Array(size);
  const later: Piece[] = [];
  for (const piece of pieces) {
    const known = constantOf(ctx, piece.arg);
    if (known !== null) {
      for (let at = 0; at < piece.size; at += 1) bytes[piece.offset + at] = Number((known >> BigInt(8 * at)) & 0xffn);
    } else if (typeof piece.arg === 'object' && 'bytes' in piece.arg && piece.size !== 8) {
      bytes.set(piece.arg.bytes.subarray(0, piece.size), piece.offset);
    } else later.push(piece);
  }
  if (later.length === 0) return ctx.b.bytes(bytes, 8);
  const start = ctx.b.data(ctx.b.fresh('composite'), bytes, 8);
  for (const { offset, size: width, arg } of later) ctx.b.store(start, offset, width as Width, lowerArg(ctx, arg));
  return start;
}

function structPieces(name: StructName, fields: Readonly<Record<string, Arg>>, base: number): readonly Piece[] {
  const layout = layoutOf(name);
  return Object.entries(fields).map(([field, arg]) => {
    const place = layout.fields[field];
    assert(place !== undefined, `struct ${name} has no field ${field}`);
    return { offset: base + place.offset, size: place.size, arg };
  });
}

function arrayPieces(items: readonly Arg[]): { readonly size: number; readonly pieces: readonly Piece[] } {
  const pieces: Piece[] = [];
  let size = 0;
  for (const item of items) {
    if (typeof item === 'object' && 'struct' in item) {
      pieces.push(...structPieces(item.struct, item.fields, size));
      size += layoutOf(item.struct).size;
    } else {
      pieces.push({ offset: size, size: 8, arg: item });
      size += 8;
    }
  }
  return { size, pieces };
}

/** One argument as the IR takes it. */
export function lowerArg(ctx: LowerContext, arg: Arg): Operand {
  const known = constantOf(ctx, arg);
  if (known !== null) return imm(known);
  assert(typeof arg === 'object', 'a number is always known');
  if ('text' in arg) return ctx.b.text(arg.text);
  if ('bytes' in arg) return ctx.b.bytes(arg.bytes, 8);
  if ('slot' in arg) return slot(arg.slot);
  if ('buffer' in arg) return ctx.b.buffer(arg.buffer, arg.size, 8);
  if ('struct' in arg) return composite(ctx, layoutOf(arg.struct).size, structPieces(arg.struct, arg.fields, 0));
  assert('array' in arg, 'sizes and flags are always known');
  const { size, pieces } = arrayPieces(arg.array);
  return composite(ctx, size, pieces);
}
