// Operations with labels <-> instructions. Jumps only lead forward, and reach everything a program may hold.

import { assert } from '../assert.ts';
import type { EbpfInstruction } from './instruction.ts';
import { decodeOperation, encodeOperation, type Operation } from './operation.ts';

/** A place, or an operation whose jumps lead to places. */
export type Line = { readonly kind: 'label'; readonly name: string } | Operation<string>;

/** Turns labels into distances. */
export function assembleEbpf(lines: readonly Line[]): readonly EbpfInstruction[] {
  const places = new Map<string, number>();
  let count = 0;
  for (const line of lines) {
    if (line.kind !== 'label') count += 1;
    else {
      assert(!places.has(line.name), () => `the label ${line.name} is set twice`);
      places.set(line.name, count);
    }
  }
  const operations = lines.filter((line) => line.kind !== 'label');
  return operations.map((line, index) => {
    const distance = (label: string): number => {
      const to = places.get(label);
      assert(to !== undefined, () => `there is no label ${label}`);
      assert(to > index, () => `the jump to ${label} leads backward`);
      return to - index - 1;
    };
    return encodeOperation(line.kind === 'jump' || line.kind === 'branch' ? { ...line, to: distance(line.to) } : line);
  });
}

/** The reader of assembleEbpf(). Labels are named by the index of the instruction they stand before. */
export function disassembleEbpf(program: readonly EbpfInstruction[]): readonly Line[] {
  const label = (index: number): string => `L${index}`;
  const lines = program.map((instruction, index): Operation<string> => {
    const operation = decodeOperation(instruction);
    assert(operation !== null, () => `instruction ${index}: code ${instruction.code} is none of those that decide`);
    return operation.kind === 'jump' || operation.kind === 'branch' ? { ...operation, to: label(index + 1 + operation.to) } : operation;
  });
  const targets = new Set(lines.flatMap((line) => (line.kind === 'jump' || line.kind === 'branch' ? [line.to] : [])));
  return lines.flatMap((line, index): readonly Line[] => (targets.has(label(index)) ? [{ kind: 'label', name: label(index) }, line] : [line]));
}
