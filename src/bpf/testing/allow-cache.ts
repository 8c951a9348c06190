// The kernel's own question about a filter when it is loaded: does it allow this call whatever the arguments? Then it is never
// run for it (kernel/seccomp.c, seccomp_is_const_allow, since 5.11). The kernel follows loads of the number and the
// architecture, jumps and comparisons with constants, and AND; at anything else it gives up.

import { CONSTANTS } from '../../kernel/constants.gen.ts';
import type { Instruction } from '../instruction.ts';
import { decodeInstruction } from '../operation.ts';
import { ARCH_OFFSET, NR_OFFSET } from '../seccomp-data.ts';
import { holds } from '../simulate.ts';

export function isConstantAllow(program: readonly Instruction[], arch: number, nr: number): boolean {
  let a = 0;
  for (let at = 0; ; at++) {
    const instruction = program[at];
    const operation = instruction && decodeInstruction(instruction);
    switch (operation?.kind) {
      case 'load':
        if (operation.offset !== NR_OFFSET && operation.offset !== ARCH_OFFSET) return false;
        a = operation.offset === NR_OFFSET ? nr : arch;
        break;
      case 'return':
        return operation.value === CONSTANTS.SECCOMP_RET_ALLOW;
      case 'jump':
        at += operation.to;
        break;
      case 'branch':
        if (operation.by === 'x') return false;
        at += holds(operation.test, a, operation.by) ? operation.yes : operation.no;
        break;
      case 'alu':
        if (operation.operator !== 'and' || operation.by === 'x') return false;
        a = (a & operation.by) >>> 0;
        break;
      default:
        return false;
    }
  }
}
