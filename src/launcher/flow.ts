// Follows every path through a program, for what cannot be seen at one operation: that nothing runs off the end, that
// `return` has a call to return to, and that `save-result` still finds a result.
//
// A path is in one of four states: does the last call still wait for its return, and is there a result. An operation is
// visited at most once in each.

import { fault } from './assert.ts';
import type { Op } from './ir.ts';
import { forEachLabel, forEachValue } from './operands.ts';

/** A call waits for its `return`. A call inside it takes its place: the machine has one return address (arm64: lr). */
const CALLED = 2;
/** The result of a system call is there. */
const RESULT = 1;

/** `labels` maps each label to the index of its operation. */
export function checkFlow(ops: readonly Op[], labels: ReadonlyMap<string, number>): void {
  const seen = new Uint8Array(ops.length);
  /** Operations to look at, each with a state: index * 4 + state. */
  const waiting: number[] = [];
  let from = 0;
  let jumped = 0;
  const reach = (index: number, state: number): void => {
    if (index >= ops.length) fault(`operation ${from}: the program runs off its end`);
    const states = seen[index] ?? 0;
    if ((states & (1 << state)) !== 0) return;
    seen[index] = states | (1 << state);
    waiting.push(index * 4 + state);
  };
  const reachLabel = (label: string): void => reach(labels.get(label) ?? ops.length, jumped);

  reach(0, 0);
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const state = next & 3;
    from = next >>> 2;
    const op = ops[from];
    if (op === undefined) continue;
    check(op, from, state);
    jumped = stateAtLabels(op, state);
    if (op.op === 'fail') {
      const target = failTarget(op);
      if (target === null) reach(from + 1, jumped);
      else reachLabel(target);
      continue;
    }
    forEachLabel(op, reachLabel);
    const onwards = stateOnwards(op, state);
    if (onwards !== null) reach(from + 1, onwards);
  }
}

function check(op: Op, index: number, state: number): void {
  if (op.op === 'return' && (state & CALLED) === 0) {
    fault(`operation ${index}: return without a call, or from behind a nested one`);
  }
  const reads = op.op === 'save-result' || (op.op === 'branch' && op.left.kind === 'result');
  forEachValue(op, (value) => {
    if (value.kind === 'result' && !(op.op === 'branch' && value === op.left)) fault(`operation ${index}: only the left side of a branch may be the result`);
  });
  if (reads && (state & RESULT) === 0) {
    fault(`operation ${index}: on some way here there is no result`);
  }
}

/** The state at the next operation, or null where it is not reached. */
function stateOnwards(op: Op, state: number): number | null {
  switch (op.op) {
    case 'sys':
      return state | RESULT;
    case 'save-result':
    case 'label':
      return state;
    case 'call':
      return 0;
    case 'jump':
    case 'return':
    case 'exit':
    case 'trap':
      return null;
    default:
      return state & CALLED;
  }
}

function stateAtLabels(op: Op, state: number): number {
  if (op.op === 'call') return CALLED;
  return op.op === 'sys' || op.op === 'fail' ? state | RESULT : state & CALLED;
}

/** Where a made-up result goes: a label, or null for the next operation (0 is no error). */
function failTarget(op: Extract<Op, { op: 'fail' }>): string | null {
  if (op.errno === 0) return null;
  const tolerated = op.on.find(({ errno }) => errno === op.errno);
  return tolerated === undefined ? op.onError : tolerated.label;
}
