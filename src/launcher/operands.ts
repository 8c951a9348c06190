// What an operation refers to: labels, values, slots. For checks that do not care which operation it is.

import type { Op, Value } from './ir.ts';

/** Where an operation may go on, apart from the next one. */
export function labelsOf(op: Op): string[] {
  switch (op.op) {
    case 'sys':
    case 'fail': {
      const labels = op.on.flatMap(({ label }) => (label === null ? [] : [label]));
      return op.onError === null ? labels : [...labels, op.onError];
    }
    case 'jump':
    case 'branch':
    case 'call':
      return [op.label];
    default:
      return [];
  }
}

/** Every value that an operation reads. */
export function valuesOf(op: Op): readonly Value[] {
  switch (op.op) {
    case 'sys':
      return op.args;
    case 'decimal':
      return [op.value, op.address];
    case 'copy':
      return [op.from, op.to, op.length];
    case 'branch':
      return [op.left, op.right];
    case 'exit':
      return [op.code];
    default:
      return 'value' in op && typeof op.value === 'object' ? [op.value] : [];
  }
}

/** Slots whose value matters. A change in place is none: counters may begin at the 0 that every slot holds. */
export function slotsRead(op: Op): string[] {
  const slots = valuesOf(op).flatMap((value) => (value.kind === 'slot' ? [value.name] : []));
  return 'pointer' in op ? [...slots, op.pointer] : slots;
}

export function slotsWritten(op: Op): string[] {
  if (op.op === 'decimal') return [op.length];
  return 'to' in op && typeof op.to === 'string' ? [op.to] : [];
}
