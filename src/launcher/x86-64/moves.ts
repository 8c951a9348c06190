// MOV in all the forms needed: constants, registers, memory, addresses. Intel SDM volume 2: MOV, MOVZX, MOVSX, LEA.

import { byte, type Code, little, little64 } from './code.ts';
import { instruction, isInt8, type Memory, type Register } from './registers.ts';

type Width = 1 | 2 | 4 | 8;

/**
 * The shortest way to have a constant in all 64 bits of a register. Writing 32 bits clears the upper half (SDM 3.4.1.1);
 * push and pop of a sign-extended byte take 3 bytes where a move takes 5 or 7, and leave the flags alone as all moves do.
 */
export function moveConstant(code: Code, to: Register, constant: bigint): void {
  const value = BigInt.asIntN(64, constant);
  if (value === 0n) {
    instruction(code, 4, 0x31, to, to); // xor r32, r32
  } else if (isInt8(Number(value))) {
    byte(code, 0x6a); // push imm8
    little(code, 1, Number(value));
    if (to > 7) byte(code, 0x41);
    byte(code, 0x58 | (to & 7)); // pop r64
  } else if (value > 0n && value <= 0xffff_ffffn) {
    if (to > 7) byte(code, 0x41);
    byte(code, 0xb8 | (to & 7)); // mov r32, imm32
    little(code, 4, Number(value));
  } else if (value < 0n && value >= -0x8000_0000n) {
    instruction(code, 8, 0xc7, 0, to); // mov r64, imm32 sign-extended
    little(code, 4, Number(value));
  } else {
    byte(code, to > 7 ? 0x49 : 0x48);
    byte(code, 0xb8 | (to & 7)); // mov r64, imm64
    little64(code, value);
  }
}

/** Copies a register; width 4 clears the upper half. */
export function moveRegister(code: Code, width: 4 | 8, to: Register, from: Register): void {
  instruction(code, width, 0x89, from, to);
}

/** Loads `width` bytes, extended to 64 bits. */
export function load(code: Code, to: Register, from: Memory, width: Width, signed: boolean): void {
  if (width === 8) instruction(code, 8, 0x8b, to, from);
  else if (width === 4)
    instruction(code, signed ? 8 : 4, signed ? 0x63 : 0x8b, to, from); // movsxd, mov
  else if (width === 2) instruction(code, signed ? 8 : 4, signed ? 0x0fbf : 0x0fb7, to, from);
  else instruction(code, signed ? 8 : 4, signed ? 0x0fbe : 0x0fb6, to, from);
}

/** Stores the low `width` bytes of a register. */
export function store(code: Code, to: Memory, from: Register, width: Width): void {
  instruction(code, width, width === 1 ? 0x88 : 0x89, from, to);
}

/** Stores a constant of `width` bytes; 8 bytes are sign-extended from 32, so look with `isInt32` before. */
export function storeConstant(code: Code, to: Memory, value: number, width: Width): void {
  const trailing = width === 8 ? 4 : width;
  instruction(code, width, width === 1 ? 0xc6 : 0xc7, 0, to, trailing);
  little(code, trailing, value);
}

/** The address of memory. */
export function loadAddress(code: Code, to: Register, of: Memory): void {
  instruction(code, 8, 0x8d, to, of);
}
