// Follows every path through a program, for what cannot be seen at one operation: that nothing runs off the end, that
// `return` has a call to return to, and that `save-result` still finds a result.
//
// A path is in one of four states: does the last call still wait for its return, and is there a result. An operation is
// visited at most once in each.

import { assert } from './assert.ts';
import type { Op } from './ir.ts';
import { labelsOf } from './operands.ts';

/** A call waits for its `return`. A call inside it takes its place: the machine has one return address (arm64: lr). */
const CALLED = 2;
/** The result of a system call is there. */
const RESULT = 1;

/** `labels` maps each label to the index of its operation. */
export function checkFlow(ops: readonly Op[], labels: ReadonlyMap<string, number>): void {
  const seen = new Uint8Array(ops.length);
  const waiting: { index: number; state: number }[] = [];
  const reach = (index: number, state: number, from: number): void => {
    assert(index < ops.length, () => `operation ${from}: the program runs off its end`);
    if (((seen[index] ?? 0) & (1 << state)) !== 0) return;
    seen[index] = (seen[index] ?? 0) | (1 << state);
    waiting.push({ index, state });
  };

  reach(0, 0, 0);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { index, state } = next;
    const op = ops[index];
    if (op === undefined) continue;
    check(op, index, state);
    const { onwards, jumped } = states(op, state);
    if (onwards !== null) reach(index + 1, onwards, index);
    for (const label of targets(op)) reach(labels.get(label) ?? ops.length, jumped, index);
  }
}

function check(op: Op, index: number, state: number): void {
  if (op.op === 'return') {
    assert((state & CALLED) !== 0, () => `operation ${index}: return without a call, or from behind a nested one`);
  }
  if (op.op === 'save-result') {
    assert((state & RESULT) !== 0, () => `operation ${index}: on some way here there is no result to save`);
  }
}

/** The state at the next operation (null: never reached) and at the labels. */
function states(op: Op, state: number): { onwards: number | null; jumped: number } {
  const called = state & CALLED;
  switch (op.op) {
    case 'sys':
      return { onwards: called | RESULT, jumped: called | RESULT };
    case 'fail':
      return { onwards: failTarget(op) === null ? called | RESULT : null, jumped: called | RESULT };
    case 'save-result':
    case 'label':
      return { onwards: state, jumped: state };
    case 'call':
      return { onwards: 0, jumped: CALLED };
    case 'jump':
      return { onwards: null, jumped: called };
    case 'return':
    case 'exit':
    case 'trap':
      return { onwards: null, jumped: called };
    default:
      return { onwards: called, jumped: called };
  }
}

function targets(op: Op): string[] {
  if (op.op !== 'fail') return labelsOf(op);
  const target = failTarget(op);
  return target === null ? [] : [target];
}

function failTarget(op: Extract<Op, { op: 'fail' }>): string | null {
  const tolerated = op.on.find(({ errno }) => errno === op.errno);
  return tolerated === undefined ? op.onError : tolerated.label;
}
