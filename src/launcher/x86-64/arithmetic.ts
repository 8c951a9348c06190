// Arithmetic, comparison and shifts. Intel SDM volume 2: ADD, OR, AND, SUB, XOR, CMP, TEST, SHL, SHR, DIV, INC, DEC.

import { byte, type Code, little } from './code.ts';
import { instruction, isInt8, type Place, RAX, type Register } from './registers.ts';

/** The eight operations that share their encodings, by their number there; those that are needed. */
const OPERATIONS = { add: 0, or: 1, and: 4, sub: 5, xor: 6, cmp: 7 } as const;
export type Arithmetic = keyof typeof OPERATIONS;

/** `place operation= register`, or the flags of it for cmp. */
export function arithmetic(code: Code, operation: Arithmetic, width: 4 | 8, place: Place, register: Register): void {
  instruction(code, width, (OPERATIONS[operation] << 3) | 1, register, place);
}

/** `register operation= place`, or the flags of it for cmp. */
export function arithmeticFrom(code: Code, operation: Arithmetic, width: 4 | 8, register: Register, place: Place): void {
  instruction(code, width, (OPERATIONS[operation] << 3) | 3, register, place);
}

/** `place operation= constant`; 64-bit operations sign-extend it from 32 bits. */
export function arithmeticConstant(code: Code, operation: Arithmetic, width: 4 | 8, place: Place, value: number): void {
  const number = OPERATIONS[operation];
  if (isInt8(value)) {
    instruction(code, width, 0x83, number, place, 1);
    little(code, 1, value);
  } else if (place === RAX) {
    if (width === 8) byte(code, 0x48);
    byte(code, (number << 3) | 5);
    little(code, 4, value);
  } else {
    instruction(code, width, 0x81, number, place, 4);
    little(code, 4, value);
  }
}

/** Shifts 64 bits by a constant, which must be below 64. */
export function shiftConstant(code: Code, direction: 'shl' | 'shr', place: Place, count: number): void {
  const field = direction === 'shl' ? 4 : 5;
  if (count === 1) {
    instruction(code, 8, 0xd1, field, place);
  } else {
    instruction(code, 8, 0xc1, field, place, 1);
    little(code, 1, count);
  }
}

/** Shifts 64 bits by cl, modulo 64. */
export function shiftByCl(code: Code, direction: 'shl' | 'shr', place: Place): void {
  instruction(code, 8, 0xd3, direction === 'shl' ? 4 : 5, place);
}

/** The flags of `left & right`. */
export function test(code: Code, width: 4 | 8, left: Register, right: Register): void {
  instruction(code, width, 0x85, right, left);
}

/** Whether rax has any of the bits of a constant, in the zero flag. Only that flag is right for constants up to 32 bits. */
export function testRax(code: Code, bits: number): void {
  if (bits >= 0 && bits <= 0xff) {
    byte(code, 0xa8);
    little(code, 1, bits);
  } else {
    // A negative constant stands for its sign extension; others have no upper bits, so that eax is enough.
    if (bits < 0) byte(code, 0x48);
    byte(code, 0xa9);
    little(code, 4, bits);
  }
}

/** rax = rdx:rax / register, rdx = the rest; unsigned. */
export function divide(code: Code, by: Register): void {
  instruction(code, 8, 0xf7, 6, by);
}

export function increment(code: Code, register: Register): void {
  instruction(code, 8, 0xff, 0, register);
}

export function decrement(code: Code, register: Register): void {
  instruction(code, 8, 0xff, 1, register);
}
