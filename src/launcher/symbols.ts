// Names for places in an emitted program: labels, marked calls and blobs, for people who read it with objdump or gdb.

import type { Blob, Op, Program } from './ir.ts';
import { type Layout, sizeOf } from './layout.ts';

export interface ProgramSymbol {
  readonly name: string;
  readonly address: number;
  readonly size: number;
  readonly place: 'constants' | 'text' | 'data' | 'zeroed';
}

const PLACES = { ro: 'constants', rw: 'data', bss: 'zeroed' } as const;

/** `starts` is where in the text each operation begins. */
export function symbolsOf(program: Program, starts: readonly number[], layout: Layout, blobs: readonly Blob[]): ProgramSymbol[] {
  const code = codeSymbols(program.ops, starts, layout.text.memorySize).map(
    ({ name, start, size }): ProgramSymbol => ({ name, address: layout.text.address + start, size, place: 'text' }),
  );
  const memory = blobs.map((blob): ProgramSymbol => {
    const address = layout.addresses.get(blob.name) ?? 0;
    return { name: blob.name, address, size: sizeOf(blob), place: PLACES[blob.kind] };
  });
  return [...code, ...memory];
}

/** A label or mark names everything up to the next one. */
function codeSymbols(ops: readonly Op[], starts: readonly number[], textSize: number) {
  const named: { name: string; start: number; size: number }[] = [{ name: '_start', start: 0, size: 0 }];
  for (const [index, op] of ops.entries()) {
    const start = starts[index] ?? 0;
    if (op.op === 'label') named.push({ name: op.name, start, size: 0 });
    if (op.op === 'mark') named.push({ name: markName(op.value, ops[index + 1]), start, size: 0 });
  }
  for (const [index, symbol] of named.entries()) {
    symbol.size = (named[index + 1]?.start ?? textSize) - symbol.start;
  }
  return named;
}

/** `step23.2_pivot_root` */
function markName(mark: number, next: Op | undefined): string {
  const call = next?.op === 'sys' ? `_${next.name}` : '';
  return `step${mark >>> 16}.${mark & 0xffff}${call}`;
}
