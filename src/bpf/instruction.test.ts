import fc from 'fast-check';
import { expect, test } from 'vitest';
import { decodeProgram, encodeProgram } from './instruction.ts';
import { decodeInstruction, encodeOperation } from './operation.ts';
import { randomProgram } from './testing/random-program.ts';

test('on a big-endian machine each field is the other way round', () => {
  expect([...encodeProgram([{ code: 0x15, jt: 1, jf: 255, k: 0x8000_0016 }], 'big')]).toEqual([0, 0x15, 1, 255, 0x80, 0, 0, 0x16]);
});

test('an instruction is eight bytes, little endian', () => {
  expect([...encodeProgram([{ code: 0x15, jt: 1, jf: 255, k: 0xc000_003e }])]).toEqual([0x15, 0, 1, 255, 0x3e, 0, 0, 0xc0]);
});

test('decoding what was encoded gives the program, also inside a larger buffer', () => {
  fc.assert(
    fc.property(randomProgram, (program) => {
      const bytes = encodeProgram(program);
      const within = new Uint8Array(bytes.length + 3);
      within.set(bytes, 3);
      expect(decodeProgram(bytes)).toEqual(program);
      expect(decodeProgram(encodeProgram(program, 'big'), 'big')).toEqual(program);
      expect(decodeProgram(within.subarray(3))).toEqual(program);
    }),
  );
});

test('operations and instructions say the same', () => {
  fc.assert(
    fc.property(randomProgram, (program) => {
      const operations = program.map(decodeInstruction);
      expect(operations.map((operation) => operation && encodeOperation(operation))).toEqual(program);
    }),
  );
});

test('what does not fit or is no whole program is refused', () => {
  expect(() => encodeProgram([{ code: 6, jt: 256, jf: 0, k: 0 }])).toThrow('instruction 0');
  expect(() => encodeProgram([{ code: 6, jt: 0, jf: 0, k: -1 }])).toThrow('instruction 0');
  expect(() => decodeProgram(new Uint8Array(9))).toThrow('9 bytes');
});

// Codes that linux/filter.h has and seccomp_check_filter() does not permit.
test.each([
  ['a load of a byte', 0x30],
  ['a load of half a word', 0x28],
  ['an indirect load', 0x40],
  ['the length of an IP header', 0xb1],
  ['modulo', 0x94],
  ['no code at all', 0xffff],
])('%s is no operation of a seccomp filter', (_, code) => {
  expect(decodeInstruction({ code, jt: 0, jf: 0, k: 0 })).toBeNull();
});
