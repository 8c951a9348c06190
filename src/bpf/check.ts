// Would the kernel take this program? The rules of bpf_check_classic() and check_load_and_stores() (net/core/filter.c) and of
// seccomp_check_filter() (kernel/seccomp.c), so that a fault shows here and not as EINVAL in a launcher.

import { CONSTANTS } from '../kernel/constants.gen.ts';
import { STRUCTS } from '../kernel/structs.gen.ts';
import type { Instruction } from './instruction.ts';
import { decodeInstruction, type Operation } from './operation.ts';

const WORD = 4;
const WORD_BITS = 32;

/** The first fault, in one sentence; null for a program that the kernel takes. */
export function findFault(program: readonly Instruction[]): string | null {
  if (program.length === 0) return 'the program is empty';
  if (program.length > CONSTANTS.BPF_MAXINSNS) return `${program.length} instructions, the kernel takes ${CONSTANTS.BPF_MAXINSNS}`;
  const operations: Operation[] = [];
  for (const [index, instruction] of program.entries()) {
    const operation = decodeInstruction(instruction);
    if (operation === null) return `instruction ${index}: no seccomp filter may hold code ${instruction.code}`;
    const fault = operationFault(operation, program.length - index - 1);
    if (fault !== null) return `instruction ${index}: ${fault}`;
    operations.push(operation);
  }
  if (operations.at(-1)?.kind !== 'return') return 'the last instruction is no return';
  return cellFault(operations);
}

function operationFault(operation: Operation, behind: number): string | null {
  switch (operation.kind) {
    case 'load':
      if (operation.offset % WORD !== 0) return `offset ${operation.offset} is no multiple of ${WORD}`;
      return operation.offset < STRUCTS.seccomp_data.size ? null : `offset ${operation.offset} lies behind struct seccomp_data`;
    case 'recall':
    case 'store':
      return operation.cell < CONSTANTS.BPF_MEMWORDS ? null : `there is no cell ${operation.cell}`;
    case 'alu':
      if (operation.operator === 'div' && operation.by === 0) return 'division by 0';
      return (operation.operator === 'lsh' || operation.operator === 'rsh') && operation.by !== 'x' && operation.by >= WORD_BITS
        ? `shift by ${operation.by}`
        : null;
    case 'jump':
      return operation.to < behind ? null : 'jumps behind the end';
    case 'branch':
      return operation.yes < behind && operation.no < behind ? null : 'branches behind the end';
    default:
      return null;
  }
}

/** A cell is only recalled where every way stored it; to the kernel a way leads on behind a return. All lead forward: one pass suffices. */
function cellFault(operations: readonly Operation[]): string | null {
  const every = 2 ** CONSTANTS.BPF_MEMWORDS - 1;
  const stored = operations.map(() => every);
  const meet = (index: number, cells: number) => {
    stored[index] = (stored[index] ?? every) & cells;
  };
  meet(0, 0);
  for (const [index, operation] of operations.entries()) {
    const cells = stored[index] ?? every;
    if (operation.kind === 'recall' && (cells & (1 << operation.cell)) === 0) return `instruction ${index}: cell ${operation.cell} may hold nothing`;
    if (operation.kind === 'jump') meet(index + 1 + operation.to, cells);
    else if (operation.kind === 'branch') {
      meet(index + 1 + operation.yes, cells);
      meet(index + 1 + operation.no, cells);
    } else meet(index + 1, operation.kind === 'store' ? cells | (1 << operation.cell) : cells);
  }
  return null;
}
