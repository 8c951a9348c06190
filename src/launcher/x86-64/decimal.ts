// Decimal digits of a number in memory: once through to count them, once to write them from the last to the first.

import type { Op } from '../ir.ts';
import { arithmetic, arithmeticConstant, decrement, divide, increment, test } from './arithmetic.ts';
import { loopIf } from './branches.ts';
import type { Code } from './code.ts';
import { moveConstant, moveRegister, store } from './moves.ts';
import { R8, RAX, RCX, RDI, RDX, RSI } from './registers.ts';
import { loadValue, slotMemory } from './values.ts';

const DIGIT_ZERO = '0'.charCodeAt(0);

export function decimal(code: Code, { value, address, length }: Extract<Op, { op: 'decimal' }>): void {
  loadValue(code, RAX, value);
  loadValue(code, RDI, address);
  moveRegister(code, 8, R8, RAX);
  moveRegister(code, 8, RSI, RDI);
  moveConstant(code, RCX, 10n);

  const count = code.length;
  arithmetic(code, 'xor', 4, RDX, RDX);
  divide(code, RCX);
  increment(code, RSI);
  test(code, 8, RAX, RAX);
  loopIf(code, 'ne', count);

  moveRegister(code, 8, RDX, RSI);
  arithmetic(code, 'sub', 8, RDX, RDI);
  store(code, slotMemory(code, length), RDX, 8);

  moveRegister(code, 8, RAX, R8);
  const write = code.length;
  arithmetic(code, 'xor', 4, RDX, RDX);
  divide(code, RCX);
  arithmeticConstant(code, 'add', 4, RDX, DIGIT_ZERO);
  decrement(code, RSI);
  store(code, { base: RSI, offset: 0 }, RDX, 1);
  test(code, 8, RAX, RAX);
  loopIf(code, 'ne', write);
}
