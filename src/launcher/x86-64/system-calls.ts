// System calls and what happens with their results: `sys`, `fail`, `exit`.

import { SYSCALLS } from '../../kernel/syscalls.gen.ts';
import { fault } from '../assert.ts';
import type { Op, Value } from '../ir.ts';
import { arithmeticConstant, test } from './arithmetic.ts';
import { jumpIf, skipIf, syscall, undefinedInstruction } from './branches.ts';
import type { Code } from './code.ts';
import { moveConstant, store } from './moves.ts';
import { R10, R8, R9, RAX, RDI, RDX, RSI } from './registers.ts';
import { loadValue, slotMemory } from './values.ts';

type Outcome = Pick<Extract<Op, { op: 'sys' }>, 'to' | 'onError' | 'on'>;

const ARGUMENTS = [RDI, RSI, RDX, R10, R8, R9] as const;
const NUMBERS = SYSCALLS.x86_64;

export function systemCall(code: Code, call: Extract<Op, { op: 'sys' }>): void {
  for (let index = 0; index < call.args.length; index++) {
    const register = ARGUMENTS[index];
    const value = call.args[index];
    if (register === undefined || value === undefined) fault(`${call.name}: more than six arguments`);
    loadValue(code, register, value);
  }
  moveConstant(code, RAX, BigInt(NUMBERS[call.name]));
  syscall(code);
  outcome(code, call);
}

export function failure(code: Code, fail: Extract<Op, { op: 'fail' }>): void {
  moveConstant(code, RAX, BigInt(-fail.errno));
  outcome(code, fail);
}

/** exit_group, and an illegal instruction behind it: a system call filter may refuse to let us go. */
export function exit(code: Code, status: Value): void {
  loadValue(code, RDI, status);
  moveConstant(code, RAX, BigInt(NUMBERS.exit_group));
  syscall(code);
  undefinedInstruction(code);
}

/**
 * Saves rax and branches on it; rax itself stays. An error is a negative result: none of the launcher's calls has a negative
 * one that is not (mmap's addresses are below the kernel's half), and `test; js` is shorter than a comparison with -4095.
 */
function outcome(code: Code, { to, onError, on }: Outcome): void {
  if (to !== null) store(code, slotMemory(code, to), RAX, 8);
  const ignored: (() => void)[] = [];
  for (const { errno, label } of on) {
    if (label === null && onError === null) continue;
    arithmeticConstant(code, 'cmp', 8, RAX, -errno);
    if (label === null) ignored.push(skipIf(code, 'e'));
    else jumpIf(code, 'e', label);
  }
  if (onError !== null) {
    test(code, 8, RAX, RAX);
    jumpIf(code, 's', onError);
  }
  for (const landHere of ignored) landHere();
}
