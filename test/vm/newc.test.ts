// The archive of the first root file system: what is written is read back, and cpio's own layout is kept.

import { describe, expect, test } from 'vitest';
import fc from 'fast-check';
import { readArchive, writeArchive } from './newc.ts';

const entry = fc.record({
  name: fc.string({ minLength: 1, unit: 'grapheme' }).filter((name) => !name.includes('\0') && name !== 'TRAILER!!!'),
  mode: fc.nat(0o177777),
  data: fc.uint8Array({ maxLength: 50 }).map((bytes) => Buffer.from(bytes)),
  device: fc.tuple(fc.nat(4095), fc.nat(255)),
});

describe('archives', () => {
  test('are read back as they were written', () => {
    fc.assert(
      fc.property(fc.array(entry), (entries) => {
        expect(readArchive(writeArchive(entries))).toEqual(entries);
      }),
    );
  });

  test('begin every header and every file at a multiple of four', () => {
    const archive = writeArchive([{ name: 'ab', mode: 0o100644, data: Buffer.from('x') }]);
    expect(archive.toString('latin1', 0, 6)).toBe('070701');
    expect(archive.toString('latin1', 110, 113)).toBe('ab\0');
    expect(archive.indexOf('x', 113)).toBe(116);
    expect(archive.toString('latin1', 120, 126)).toBe('070701');
  });

  test('that are none are refused', () => {
    expect(() => readArchive(Buffer.from('070702'))).toThrow('no cpio header at byte 0');
    expect(() => readArchive(writeArchive([]).subarray(4))).toThrow('no cpio header');
  });
});
