// Registers and operands: prefixes, opcode, ModRM, SIB and displacement of one instruction.
// Intel SDM volume 2, chapter 2 (instruction format), 2.2.1 (REX), tables 2-2 and 2-3 (addressing forms).

import { byte, type Code, little } from './code.ts';

export const RAX = 0;
export const RCX = 1;
export const RDX = 2;
export const RBX = 3;
export const RSP = 4;
export const RSI = 6;
export const RDI = 7;
export const R8 = 8;
export const R9 = 9;
export const R10 = 10;
export const R12 = 12;
/** The number of a general register, 0 to 15. */
export type Register = number;

/** Memory at a register plus a constant, or at a byte of a blob (RIP-relative, filled in when addresses are known). */
export type Memory = { readonly base: Register; readonly offset: number } | { readonly blob: string; readonly offset: number };
/** What ModRM can name: a register or memory. */
export type Place = Register | Memory;

const REX = 0x40;
const REX_W = 0x48;
const OPERAND_SIZE = 0x66;
const ESCAPE = 0x0f;

export const isInt8 = (value: number): boolean => value >= -128 && value <= 127;

/**
 * One instruction with a ModRM byte. `opcode` above 0xff stands for the two-byte map: 0x0fb6. `field` is the register or
 * the opcode extension of ModRM.reg. `trailing` is how many bytes of immediate follow: RIP counts from behind them.
 */
export function instruction(code: Code, width: 1 | 2 | 4 | 8, opcode: number, field: number, place: Place, trailing = 0): void {
  const base = typeof place === 'number' ? place : 'base' in place ? place.base : 0;
  let rex = (width === 8 ? REX_W : 0) | (field > 7 ? REX | 4 : 0) | (base > 7 ? REX | 1 : 0);
  // Without REX, byte registers 4 to 7 would be ah, ch, dh, bh instead of spl, bpl, sil, dil. (No form here has one as place.)
  if (width === 1 && field > 3) rex |= REX;

  if (width === 2) byte(code, OPERAND_SIZE);
  if (rex !== 0) byte(code, rex);
  if (opcode > 0xff) byte(code, ESCAPE);
  byte(code, opcode & 0xff);
  operand(code, (field & 7) << 3, place, trailing);
}

/** ModRM, and what it asks for: SIB, displacement. */
function operand(code: Code, field: number, place: Place, trailing: number): void {
  if (typeof place === 'number') {
    byte(code, 0xc0 | field | (place & 7));
    return;
  }
  if ('blob' in place) {
    byte(code, field | 5); // mod 0, rm 5: RIP + disp32
    code.links.push({ at: code.length, from: code.length + 4 + trailing, blob: place.blob, offset: place.offset });
    little(code, 4, 0);
    return;
  }
  const low = place.base & 7;
  // mod 0 with rm 5 (rbp, r13) is taken by RIP: these need a displacement even when it is 0.
  const mode = place.offset === 0 && low !== 5 ? 0 : isInt8(place.offset) ? 1 : 2;
  byte(code, (mode << 6) | field | low);
  if (low === 4) byte(code, 0x24); // rm 4 (rsp, r12) means SIB: base alone, no index
  if (mode === 1) little(code, 1, place.offset);
  if (mode === 2) little(code, 4, place.offset);
}
