// The conditional branch of the IR: flags first, then a jump.

import type { Condition, Op, Value } from '../ir.ts';
import { arithmetic, arithmeticConstant, arithmeticFrom, test, testRax } from './arithmetic.ts';
import { type ConditionCode, jumpIf } from './branches.ts';
import type { Code } from './code.ts';
import { RAX, RCX } from './registers.ts';
import { loadValue, shortConstant, slotMemory } from './values.ts';

/** After `cmp left, right`, or `test left, right` for the two on bits. */
const JUMPS: Record<Condition, ConditionCode> = {
  eq: 'e',
  ne: 'ne',
  lt: 'l',
  le: 'le',
  gt: 'g',
  ge: 'ge',
  below: 'b',
  'any-bit': 'ne',
  'no-bit': 'e',
};

export function branch(code: Code, { left, when, right, label }: Extract<Op, { op: 'branch' }>): void {
  if (when === 'any-bit' || when === 'no-bit') testBits(code, left, right);
  else compare(code, left, right);
  jumpIf(code, JUMPS[when], label);
}

function compare(code: Code, left: Value, right: Value): void {
  const constant = shortConstant(right);
  if (constant !== null && left.kind === 'slot') {
    arithmeticConstant(code, 'cmp', 8, slotMemory(code, left.name), constant);
    return;
  }
  loadValue(code, RAX, left);
  if (constant === 0) {
    test(code, 8, RAX, RAX); // sets the flags as cmp rax, 0 does: carry and overflow are clear
  } else if (constant !== null) {
    arithmeticConstant(code, 'cmp', 8, RAX, constant);
  } else if (right.kind === 'slot') {
    arithmeticFrom(code, 'cmp', 8, RAX, slotMemory(code, right.name));
  } else {
    loadValue(code, RCX, right);
    arithmetic(code, 'cmp', 8, RAX, RCX);
  }
}

function testBits(code: Code, left: Value, right: Value): void {
  loadValue(code, RAX, left);
  const bits = shortConstant(right);
  if (bits !== null) {
    testRax(code, bits);
  } else {
    loadValue(code, RCX, right);
    test(code, 8, RAX, RCX);
  }
}
