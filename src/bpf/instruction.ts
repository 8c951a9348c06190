// Classic BPF as the kernel takes it: struct sock_filter, eight bytes an instruction, in the order of the machine
// (bpf(4) of the BSDs; linux/filter.h; Documentation/networking/filter.rst).

import { STRUCTS } from '../kernel/structs.gen.ts';
import { assert } from './assert.ts';

/** `jt` and `jf` count instructions behind this one; `k` is an unsigned 32-bit word. */
export interface Instruction {
  readonly code: number;
  readonly jt: number;
  readonly jf: number;
  readonly k: number;
}

const { size: SIZE, fields: AT } = STRUCTS.sock_filter;

/** The bytes that `filter` of struct sock_fprog points to. */
export function encodeProgram(program: readonly Instruction[], endian: 'little' | 'big' = 'little'): Uint8Array {
  const little = endian === 'little';
  const bytes = new Uint8Array(program.length * SIZE);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, jt, jf, k }] of program.entries()) {
    assert(fits(code, 16) && fits(jt, 8) && fits(jf, 8) && fits(k, 32), () => `instruction ${index} does not fit its fields`);
    const at = index * SIZE;
    view.setUint16(at + AT.code.offset, code, little);
    view.setUint8(at + AT.jt.offset, jt);
    view.setUint8(at + AT.jf.offset, jf);
    view.setUint32(at + AT.k.offset, k, little);
  }
  return bytes;
}

export function decodeProgram(bytes: Uint8Array, endian: 'little' | 'big' = 'little'): readonly Instruction[] {
  const little = endian === 'little';
  assert(bytes.length % SIZE === 0, () => `${bytes.length} bytes are no whole number of instructions`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / SIZE }, (_, index) => ({
    code: view.getUint16(index * SIZE + AT.code.offset, little),
    jt: view.getUint8(index * SIZE + AT.jt.offset),
    jf: view.getUint8(index * SIZE + AT.jf.offset),
    k: view.getUint32(index * SIZE + AT.k.offset, little),
  }));
}

function fits(value: number, bits: number): boolean {
  return Number.isInteger(value) && value >= 0 && value < 2 ** bits;
}
