// eBPF as the kernel takes it: struct bpf_insn, eight bytes an instruction, little endian (Documentation/bpf/standardization/
// instruction-set.rst, linux/bpf.h).

import { STRUCTS } from '../../kernel/structs.gen.ts';
import { assert } from '../assert.ts';

/** Of the registers r0 to r10 `dst` is in the low four bits of the second byte, `src` in the high ones. `imm` is signed. */
export interface EbpfInstruction {
  readonly code: number;
  readonly dst: number;
  readonly src: number;
  readonly off: number;
  readonly imm: number;
}

const { size: SIZE, fields: AT } = STRUCTS.bpf_insn;
/** The two registers are bit fields of one byte, which have no offset of their own. */
const REGISTERS_AT = AT.code.offset + AT.code.size;
const REGISTER_BITS = 4;

/** The bytes that `insns` of union bpf_attr points to. */
export function encodeEbpf(program: readonly EbpfInstruction[]): Uint8Array {
  const bytes = new Uint8Array(program.length * SIZE);
  const view = new DataView(bytes.buffer);
  for (const [index, { code, dst, src, off, imm }] of program.entries()) {
    assert(dst >> REGISTER_BITS === 0 && src >> REGISTER_BITS === 0, () => `instruction ${index} names no register`);
    assert(off === (off << 16) >> 16 && imm === (imm | 0), () => `instruction ${index} does not fit its fields`);
    const at = index * SIZE;
    view.setUint8(at + AT.code.offset, code);
    view.setUint8(at + REGISTERS_AT, dst | (src << REGISTER_BITS));
    view.setInt16(at + AT.off.offset, off, true);
    view.setInt32(at + AT.imm.offset, imm, true);
  }
  return bytes;
}

export function decodeEbpf(bytes: Uint8Array): readonly EbpfInstruction[] {
  assert(bytes.length % SIZE === 0, () => `${bytes.length} bytes are no whole number of instructions`);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  return Array.from({ length: bytes.length / SIZE }, (_, index) => {
    const at = index * SIZE;
    const registers = view.getUint8(at + REGISTERS_AT);
    return {
      code: view.getUint8(at + AT.code.offset),
      dst: registers & (2 ** REGISTER_BITS - 1),
      src: registers >> REGISTER_BITS,
      off: view.getInt16(at + AT.off.offset, true),
      imm: view.getInt32(at + AT.imm.offset, true),
    };
  });
}
