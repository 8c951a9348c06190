// What an operation refers to: labels, values, slots. For checks that do not care which operation it is.
// Visitors instead of lists: checking allocates nothing, which is most of its cost in a process that has just begun.

import type { Op, Value } from './ir.ts';

/** Where an operation may go on, apart from the next one. */
export function forEachLabel(op: Op, visit: (label: string) => void): void {
  switch (op.op) {
    case 'sys':
    case 'fail':
      for (const { label } of op.on) if (label !== null) visit(label);
      if (op.onError !== null) visit(op.onError);
      return;
    case 'jump':
    case 'branch':
    case 'call':
      visit(op.label);
      return;
    default:
      return;
  }
}

/** Every value that an operation reads. */
export function forEachValue(op: Op, visit: (value: Value) => void): void {
  switch (op.op) {
    case 'sys':
      for (const value of op.args) visit(value);
      return;
    case 'decimal':
      visit(op.value);
      visit(op.address);
      return;
    case 'copy':
      visit(op.from);
      visit(op.to);
      visit(op.length);
      return;
    case 'branch':
      visit(op.left);
      visit(op.right);
      return;
    case 'exit':
      visit(op.code);
      return;
    case 'set':
    case 'add':
    case 'sub':
    case 'and':
    case 'or':
    case 'shl':
    case 'shr':
    case 'store':
    case 'store-at':
      visit(op.value);
      return;
    default:
      return;
  }
}

/** The slot that an operation writes, or null. */
export function slotWritten(op: Op): string | null {
  switch (op.op) {
    case 'decimal':
      return op.length;
    case 'sys':
    case 'fail':
    case 'save-result':
    case 'set':
    case 'add':
    case 'sub':
    case 'and':
    case 'or':
    case 'shl':
    case 'shr':
    case 'load-at':
    case 'entry':
      return op.to;
    default:
      return null;
  }
}
