// One operation of the IR into code. Between operations only memory, rbx (slots), r12 (mark) and, after a system call,
// rax hold anything; rax, rcx, rdx and the argument registers are scratch.

import { assertNever } from '../assert.ts';
import type { Op, Value } from '../ir.ts';
import { arithmetic, arithmeticConstant, increment, shiftByCl, shiftConstant } from './arithmetic.ts';
import { call, copyBytes, jump, label, ret, undefinedInstruction } from './branches.ts';
import type { Code } from './code.ts';
import { branch } from './comparisons.ts';
import { decimal } from './decimal.ts';
import { OWN_SLOTS_BLOB, SLOTS_BLOB } from '../machine.ts';
import { load, loadAddress, moveConstant, store, storeConstant } from './moves.ts';
import { type Memory, RAX, RCX, RDI, RDX, RSI, RSP } from './registers.ts';
import { exit, failure, systemCall } from './system-calls.ts';
import { loadValue, MARK, shortConstant, SLOT_BASE, SLOT_BIAS, slotMemory } from './values.ts';

export function operation(code: Code, op: Op): void {
  switch (op.op) {
    case 'mark':
      return setMark(code, op.value);
    case 'sys':
      return systemCall(code, op);
    case 'fail':
      return failure(code, op);
    case 'save-result':
      return store(code, slotMemory(code, op.to), RAX, 8);
    case 'set':
      return storeValue(code, slotMemory(code, op.to), op.value, 8);
    case 'add':
    case 'sub':
    case 'and':
    case 'or':
      return change(code, op.op, slotMemory(code, op.to), op.value);
    case 'shl':
    case 'shr':
      return shift(code, op.op, slotMemory(code, op.to), op.value);
    case 'store':
      return storeValue(code, op, op.value, op.width);
    case 'store-at':
      load(code, RDX, slotMemory(code, op.pointer), 8, false);
      return storeValue(code, { base: RDX, offset: op.offset }, op.value, op.width);
    case 'load-at':
      load(code, RDX, slotMemory(code, op.pointer), 8, false);
      load(code, RAX, { base: RDX, offset: op.offset }, op.width, op.signed);
      return store(code, slotMemory(code, op.to), RAX, 8);
    case 'decimal':
      return decimal(code, op);
    case 'copy':
      loadValue(code, RSI, op.from);
      loadValue(code, RDI, op.to);
      loadValue(code, RCX, op.length);
      return copyBytes(code);
    case 'label':
      code.mark = null;
      return label(code, op.name);
    case 'jump':
      return jump(code, op.label);
    case 'branch':
      return branch(code, op);
    case 'call':
      code.mark = null; // the subroutine has marks of its own
      return call(code, op.label);
    case 'return':
      return ret(code);
    case 'own-slots':
      return ownSlots(code);
    case 'entry':
      return store(code, slotMemory(code, op.to), RSP, 8);
    case 'exit':
      return exit(code, op.code);
    case 'trap':
      return undefinedInstruction(code);
    default:
      return assertNever(op);
  }
}

/** The calls of a step follow each other: counting takes half the bytes of a constant, for hundreds of calls. */
function setMark(code: Code, value: number): void {
  if (code.mark !== null && value === code.mark + 1) increment(code, MARK);
  else moveConstant(code, MARK, BigInt(value));
  code.mark = value;
}

/** Copies the slots as they are and lets rbx point into the copy. */
function ownSlots(code: Code): void {
  loadAddress(code, RSI, { blob: SLOTS_BLOB, offset: 0 });
  loadAddress(code, RDI, { blob: OWN_SLOTS_BLOB, offset: 0 });
  loadAddress(code, SLOT_BASE, { blob: OWN_SLOTS_BLOB, offset: SLOT_BIAS });
  moveConstant(code, RCX, BigInt(code.slots.size * 8));
  copyBytes(code);
}

/** Stores a value through rax, or directly where it is a constant that fits. */
function storeValue(code: Code, to: Memory, value: Value, width: 1 | 2 | 4 | 8): void {
  const constant = width === 8 ? shortConstant(value) : lowWord(value);
  if (constant !== null) {
    storeConstant(code, to, constant, width);
  } else {
    loadValue(code, RAX, value);
    store(code, to, RAX, width);
  }
}

/** The low 32 bits of a constant, or null. */
function lowWord(value: Value): number | null {
  return value.kind === 'imm' ? Number(BigInt.asIntN(32, value.value)) : null;
}

function change(code: Code, operation: 'add' | 'sub' | 'and' | 'or', slot: Memory, value: Value): void {
  const constant = shortConstant(value);
  if (constant !== null) {
    arithmeticConstant(code, operation, 8, slot, constant);
  } else {
    loadValue(code, RAX, value);
    arithmetic(code, operation, 8, slot, RAX);
  }
}

/** Counts are taken modulo 64, as the machine does (arm64 too). */
function shift(code: Code, direction: 'shl' | 'shr', slot: Memory, count: Value): void {
  if (count.kind === 'imm') {
    const modulo = Number(BigInt.asUintN(6, count.value));
    if (modulo !== 0) shiftConstant(code, direction, slot, modulo);
  } else {
    loadValue(code, RCX, count);
    shiftByCl(code, direction, slot);
  }
}
