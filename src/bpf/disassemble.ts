// Instructions -> operations with labels: the reader of assemble().

import { assert } from './assert.ts';
import type { Line } from './assemble.ts';
import type { Instruction } from './instruction.ts';
import { decodeInstruction, type Operation } from './operation.ts';

/** Labels are named by the index of the instruction they stand before. A program that findFault() refuses throws. */
export function disassemble(program: readonly Instruction[]): readonly Line[] {
  const operations = program.map((instruction, index) => {
    const operation = decodeInstruction(instruction);
    assert(operation !== null, () => `instruction ${index}: no seccomp filter may hold code ${instruction.code}`);
    return operation;
  });
  const targets = new Set(operations.flatMap((operation, index) => targetsOf(operation, index)));
  for (const target of targets) assert(target < program.length, () => `a jump leads to ${target}, behind the end`);
  return operations.flatMap((operation, index): readonly Line[] => {
    const line = withLabels(operation, index);
    return targets.has(index) ? [{ kind: 'label', name: labelAt(index) }, line] : [line];
  });
}

function labelAt(index: number): string {
  return `L${index}`;
}

function targetsOf(operation: Operation, index: number): readonly number[] {
  if (operation.kind === 'jump') return [index + 1 + operation.to];
  return operation.kind === 'branch' ? [index + 1 + operation.yes, index + 1 + operation.no] : [];
}

function withLabels(operation: Operation, index: number): Line {
  const label = (distance: number) => labelAt(index + 1 + distance);
  if (operation.kind === 'jump') return { kind: 'jump', to: label(operation.to) };
  return operation.kind === 'branch' ? { ...operation, yes: label(operation.yes), no: label(operation.no) } : operation;
}
