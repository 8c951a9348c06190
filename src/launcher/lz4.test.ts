// LZ4 blocks: what is packed is unpacked again, by the reference here, by the launcher's own unpacking in the IR, and by the LZ4
// project's own tool where it is installed.

import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findProgram } from '../../test/support/programs.ts';
import { createBuilder } from './builder.ts';
import { interpret } from './interpret.ts';
import type { LowerContext } from './lower/context.ts';
import { unpackFrom } from './lower/unpack.ts';
import { lz4Compress, lz4Decompress } from './lz4.ts';

const same = (one: Uint8Array, other: Uint8Array): boolean => Buffer.compare(one, other) === 0;
const roundTrip = (bytes: Uint8Array): boolean => same(lz4Decompress(lz4Compress(bytes), bytes.length), bytes);

/** Texts like a launcher's: few words, many repetitions, some of them long. */
const texts = fc
  .array(fc.tuple(fc.constantFrom('drop ', 'CAP_SYS_ADMIN', ': No such file or directory\n', 'a', '\0', '日本'), fc.integer({ min: 1, max: 400 })), {
    maxLength: 30,
  })
  .map((parts) => new Uint8Array(Buffer.from(parts.map(([word, times]) => word.repeat(times)).join(''))));
const bytes = fc.oneof(
  fc.uint8Array({ maxLength: 3_000 }),
  fc.array(fc.integer({ min: 0, max: 2 }), { maxLength: 3_000 }).map((list) => Uint8Array.from(list)),
  texts,
);

describe('what is packed is unpacked again', () => {
  test('arbitrary bytes, bytes of few kinds, texts', () => {
    fc.assert(fc.property(bytes, roundTrip), { numRuns: 500 });
  });

  test('every length around the ends of the format', () => {
    for (let length = 0; length < 600; length += 1) {
      expect(roundTrip(new Uint8Array(length).fill(7)), `${length} equal bytes`).toBe(true);
      expect(roundTrip(Uint8Array.from({ length }, (_, index) => (index * 167) & 0xff)), `${length} different bytes`).toBe(true);
    }
  });

  test('copies from as far back as an offset of 16 bits reaches, and no farther', () => {
    const piece = Uint8Array.from({ length: 64 }, (_, index) => (index * 37 + 11) & 0xff);
    for (const distance of [65_534, 65_535, 65_536, 70_000]) {
      const whole = new Uint8Array(distance + 64 + 32);
      whole.set(piece);
      whole.set(piece, distance);
      expect(roundTrip(whole), String(distance)).toBe(true);
    }
  });

  test('and is smaller where there is something to save', () => {
    const source = readFileSync(new URL('lz4.ts', import.meta.url));
    expect(lz4Compress(source).length).toBeLessThan(source.length * 0.7);
    expect(lz4Compress(new Uint8Array(10_000)).length).toBeLessThan(100);
  });

  test('an incompressible block grows by no more than the format says', () => {
    fc.assert(fc.property(fc.uint8Array({ maxLength: 2_000 }), (list) => lz4Compress(list).length <= list.length + Math.floor(list.length / 255) + 16));
  });
});

test('the end conditions of the format hold: 5 literals last, no copy in the last 12 bytes', () => {
  fc.assert(
    fc.property(bytes, (whole) => {
      const { literals, lastCopyBegins, copies } = sequences(lz4Compress(whole));
      if (copies === 0) return literals === whole.length;
      return literals >= 5 && lastCopyBegins <= whole.length - 12;
    }),
  );
});

/** Walks over a block: how many literals its last sequence has, and where the last copy begins in the unpacked bytes. */
function sequences(block: Uint8Array): { readonly literals: number; readonly lastCopyBegins: number; readonly copies: number } {
  let at = 0;
  let unpacked = 0;
  let lastCopyBegins = 0;
  let copies = 0;
  const length = (start: number): number => {
    let total = start;
    for (let byte = start === 15 ? 255 : 0; byte === 255; ) {
      byte = block[at++] ?? 0;
      total += byte;
    }
    return total;
  };
  for (;;) {
    const token = block[at++] ?? 0;
    const literals = length(token >> 4);
    at += literals;
    unpacked += literals;
    if (at >= block.length) return { literals, lastCopyBegins, copies };
    at += 2;
    lastCopyBegins = unpacked;
    copies += 1;
    unpacked += length(token & 15) + 4;
  }
}

test('the launcher unpacks the same, in its own operations', () => {
  fc.assert(
    fc.property(bytes, (whole) => {
      const b = createBuilder();
      const ctx = { b } as LowerContext; // unpacking needs nothing else of it
      const to = b.buffer('unpacked', whole.length + 1, 8);
      unpackFrom(ctx, lz4Compress(whole), to);
      b.exit(0);
      const run = interpret(b.program(), { maxOperations: 10_000_000 });
      return run.code === 0 && same(run.blob('unpacked').subarray(0, whole.length), whole);
    }),
    { numRuns: 60 },
  );
});

/** An LZ4 frame (lz4_Frame_format.md) of one block: version 1, independent blocks, no checksums of content, 4 MB blocks at most. */
function frame(block: Uint8Array): Uint8Array {
  const head = Buffer.from([0x04, 0x22, 0x4d, 0x18, 0x60, 0x70, 0x73]); // magic, FLG, BD, the second byte of xxh32 of those two
  const size = Buffer.alloc(4);
  size.writeUInt32LE(block.length);
  return Buffer.concat([head, size, block, Buffer.alloc(4)]);
}

const tool = findProgram('lz4');
test.skipIf(tool === undefined)(`the project's own tool unpacks it${tool === undefined ? ' [needs lz4: lz4 is not installed]' : ''}`, () => {
  const source = readFileSync(new URL('start.ts', import.meta.url));
  for (const whole of [
    source,
    Buffer.alloc(100_000, 'ab'),
    Buffer.from('short'),
    Buffer.from(Array.from({ length: 5_000 }, (_, index) => (index * index * 31) & 0xff)),
  ]) {
    const done = spawnSync(tool ?? '', ['-d', '-c'], { input: frame(lz4Compress(whole)) });
    expect(done.status, done.stderr.toString()).toBe(0);
    expect(same(done.stdout, whole)).toBe(true);
  }
});
