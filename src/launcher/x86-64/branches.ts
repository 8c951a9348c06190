// Control flow. Distances to labels are always 32 bits: one pass, and relaxation would save 2.5 %.
// Intel SDM volume 2: Jcc, JMP, CALL, RET, SYSCALL, UD2, MOVS, REP.

import { assert, fault } from '../assert.ts';
import { byte, type Code, little } from './code.ts';
import { isInt8 } from './registers.ts';

/** Condition codes (SDM volume 2, appendix B.1.4.7); `a` and `b` are unsigned, `g` and `l` signed. */
export const CONDITIONS = { s: 8, b: 2, ae: 3, e: 4, ne: 5, be: 6, a: 7, l: 12, ge: 13, le: 14, g: 15 } as const;
export type ConditionCode = keyof typeof CONDITIONS;

export function label(code: Code, name: string): void {
  if (code.labels.has(name)) fault(`label ${name} is defined twice`);
  code.labels.set(name, code.length);
}

export function jump(code: Code, to: string): void {
  byte(code, 0xe9);
  distance(code, to);
}

export function jumpIf(code: Code, condition: ConditionCode, to: string): void {
  byte(code, 0x0f);
  byte(code, 0x80 | CONDITIONS[condition]);
  distance(code, to);
}

/** A short jump forward over what is emitted next; answers what must be called there. */
export function skipIf(code: Code, condition: ConditionCode): () => void {
  byte(code, 0x70 | CONDITIONS[condition]);
  const at = code.length;
  little(code, 1, 0);
  return () => {
    const skipped = code.length - (at + 1);
    assert(isInt8(skipped), 'too far for a short jump');
    code.bytes[at] = skipped;
  };
}

/** A short jump back to an offset that has been passed. */
export function loopIf(code: Code, condition: ConditionCode, start: number): void {
  const back = start - (code.length + 2);
  assert(isInt8(back), 'too far for a short jump');
  byte(code, 0x70 | CONDITIONS[condition]);
  little(code, 1, back);
}

export function call(code: Code, to: string): void {
  byte(code, 0xe8);
  distance(code, to);
}

export function ret(code: Code): void {
  byte(code, 0xc3);
}

/** Number in eax, arguments in rdi rsi rdx r10 r8 r9, result in rax; rcx and r11 are lost (System V ABI, A.2.1). */
export function syscall(code: Code): void {
  byte(code, 0x0f);
  byte(code, 0x05);
}

/** Raises #UD, which Linux turns into SIGILL. */
export function undefinedInstruction(code: Code): void {
  byte(code, 0x0f);
  byte(code, 0x0b);
}

/** Copies rcx bytes from [rsi] to [rdi] upwards; the direction flag is clear at entry (System V ABI, 3.4.1). */
export function copyBytes(code: Code): void {
  byte(code, 0xf3);
  byte(code, 0xa4);
}

function distance(code: Code, to: string): void {
  code.jumps.push({ at: code.length, label: to });
  little(code, 4, 0);
}
