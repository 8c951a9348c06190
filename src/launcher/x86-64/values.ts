// Values of the IR into registers, and slots as operands.
// rbx points into the slots, r12d is the mark: both survive system calls and clone (System V ABI: callee-saved).

import { assertNever } from '../assert.ts';
import type { Value } from '../ir.ts';
import { type Code } from './code.ts';
import { load, loadAddress, moveConstant, moveRegister } from './moves.ts';
import { type Memory, R12, RAX, RBX, type Register } from './registers.ts';

export const SLOT_BASE = RBX;
export const MARK = R12;
/** rbx points this far into the slots, so that the first 32 are within an 8-bit displacement. */
export const SLOT_BIAS = 128;

/** A slot as an operand; its place is given out at first use. */
export function slotMemory(code: Code, name: string): Memory {
  let index = code.slots.get(name);
  if (index === undefined) {
    index = code.slots.size;
    code.slots.set(name, index);
  }
  return { base: SLOT_BASE, offset: index * 8 - SLOT_BIAS };
}

/** Has a value in all 64 bits of a register. Changes the flags and no other register. */
export function loadValue(code: Code, to: Register, value: Value): void {
  switch (value.kind) {
    case 'imm':
      return moveConstant(code, to, value.value);
    case 'slot':
      return load(code, to, slotMemory(code, value.name), 8, false);
    case 'address':
      return loadAddress(code, to, value);
    case 'memory':
      return load(code, to, value, value.width, value.signed);
    case 'mark':
      return moveRegister(code, 4, to, MARK);
    case 'result':
      if (to !== RAX) moveRegister(code, 8, to, RAX);
      return;
    default:
      return assertNever(value);
  }
}

/** The constant that 64-bit instructions can hold (sign-extended from 32 bits), or null. */
export function shortConstant(value: Value): number | null {
  if (value.kind !== 'imm') return null;
  const signed = BigInt.asIntN(64, value.value);
  return signed >= -0x8000_0000n && signed <= 0x7fff_ffffn ? Number(signed) : null;
}
