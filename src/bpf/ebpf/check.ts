// Would the kernel take this program? What kernel/bpf/verifier.c asks of one that only decides (Documentation/bpf/verifier.rst): so
// that a fault shows here and not as EINVAL in a launcher. Stricter than the kernel: only operations of this room.

import { CONSTANTS } from '../../kernel/constants.gen.ts';
import type { EbpfInstruction } from './instruction.ts';
import { decodeOperation, type Operand, type Operation, type Register } from './operation.ts';

const WORD = 4;
const WORD_BITS = 32;
/** r1, the context, is all that a program begins with. */
const CONTEXT: Register = 1;
const AT_START = 1 << CONTEXT;

/** The first fault, in one sentence; null for a program that the kernel takes. `contextSize`: bytes that r1 points to. */
export function findEbpfFault(program: readonly EbpfInstruction[], contextSize: number): string | null {
  if (program.length === 0) return 'the program is empty';
  // Root's may have a million (BPF_COMPLEXITY_LIMIT_INSNS); nobody's decision needs more than what every caller may load.
  if (program.length > CONSTANTS.BPF_MAXINSNS) return `${program.length} instructions, the kernel takes ${CONSTANTS.BPF_MAXINSNS}`;
  /** Registers with a number or the context on every way that leads here; undefined: none leads here. */
  const known: (number | undefined)[] = [AT_START];
  const meet = (index: number, registers: number): void => {
    known[index] = (known[index] ?? registers) & registers;
  };
  for (const [index, instruction] of program.entries()) {
    const operation = decodeOperation(instruction);
    if (operation === null) return `instruction ${index}: code ${instruction.code} is none of those that decide`;
    const registers = known[index];
    if (registers === undefined) return `instruction ${index}: no way leads to it`;
    const fault = faultOf(operation, registers, program.length - index - 1, contextSize);
    if (fault !== null) return `instruction ${index}: ${fault}`;
    if (operation.kind === 'exit') continue;
    if (operation.kind === 'jump') meet(index + 1 + operation.to, registers);
    else if (operation.kind === 'branch') {
      meet(index + 1, registers);
      meet(index + 1 + operation.to, registers);
    } else meet(index + 1, registers | (1 << operation.to));
  }
  return null;
}

function faultOf(operation: Operation, known: number, behind: number, contextSize: number): string | null {
  const holds = (register: Register): boolean => ((known >> register) & 1) === 1;
  const used = (by: Operand): readonly Register[] => ('register' in by ? [by.register] : []);
  const read = (...registers: readonly Register[]): string | null => {
    const empty = registers.find((register) => !holds(register) || register === CONTEXT);
    return empty === undefined ? null : `r${empty} holds no number`;
  };
  switch (operation.kind) {
    case 'exit':
      return read(0);
    case 'jump':
      return operation.to >= 0 && operation.to < behind ? null : 'jumps behind the end';
    case 'branch':
      if (operation.to < 0 || operation.to >= behind || behind < 1) return 'branches behind the end';
      return read(operation.left, ...used(operation.right));
    case 'load': {
      const { from, offset, to } = operation;
      if (from !== CONTEXT || !holds(from)) return `r${from} is not the context`;
      if (offset < 0 || offset % WORD !== 0 || offset + WORD > contextSize) return `offset ${offset} is no word of the context`;
      return writable(to) ?? (behind < 1 ? 'ends without exit' : null);
    }
    case 'alu': {
      const { operator, to, by } = operation;
      const shifts = (operator === 'lsh' || operator === 'rsh') && 'value' in by && by.value >= WORD_BITS;
      if (shifts) return `shift by ${by.value}`;
      return writable(to) ?? read(...(operator === 'mov' ? [] : [to]), ...used(by)) ?? (behind < 1 ? 'ends without exit' : null);
    }
  }
}

/** r10, the frame, may not be written; and here the context stays where it is. */
function writable(register: Register): string | null {
  return register === 10 || register === CONTEXT ? `r${register} must keep what it holds` : null;
}
