// Runs of calls that differ in one number (forty capabilities to read back, thirty to drop) become one call in a loop over a
// table: a launcher stays small, and so does the memory of the monitor that it becomes.

import type { Action, Arg, SysCall } from '../../model/step.ts';

/** Below this many calls a loop is not shorter. */
const SHORTEST = 4;

export interface Run {
  readonly first: SysCall;
  /** Index of the argument that differs. */
  readonly varying: number;
  readonly rows: readonly { readonly value: number; readonly expect: number | undefined }[];
}

const isSmall = (arg: Arg | undefined): arg is number => typeof arg === 'number' && Number.isInteger(arg) && arg >= 0 && arg < 2 ** 31;

function isPlain(action: Action): action is SysCall {
  return 'sys' in action && action.save === undefined && action.explain === undefined && action.skipStep === undefined;
}

/** The only argument in which two calls differ and which is a small number in both; -1 when there is no such. */
function difference(one: SysCall, other: SysCall): number {
  if (one.sys !== other.sys || one.args.length !== other.args.length) return -1;
  if ((one.expect === undefined) !== (other.expect === undefined)) return -1;
  if (one.tolerate?.join() !== other.tolerate?.join()) return -1;
  let differing = -1;
  for (const [index, arg] of one.args.entries()) {
    if (same(arg, other.args[index])) continue;
    if (differing >= 0) return -1;
    differing = index;
  }
  return differing >= 0 && isSmall(one.args[differing]) && isSmall(other.args[differing]) ? differing : -1;
}

/** Equal constants; anything with memory behind it counts as different. */
function same(one: Arg, other: Arg | undefined): boolean {
  if (typeof one !== 'object' || typeof other !== 'object') return one === other;
  return 'flags' in one && 'flags' in other && one.flags.join() === other.flags.join();
}

/** The run of calls that begins at `start`, if it is long enough. */
export function runAt(actions: readonly Action[], start: number): Run | null {
  const first = actions[start];
  const second = actions[start + 1];
  if (first === undefined || second === undefined || !isPlain(first) || !isPlain(second)) return null;
  const varying = difference(first, second);
  if (varying < 0) return null;
  const rows: { value: number; expect: number | undefined }[] = [];
  for (const action of actions.slice(start)) {
    if (!isPlain(action) || (action !== first && difference(first, action) !== varying)) break;
    rows.push({ value: action.args[varying] as number, expect: action.expect });
  }
  return rows.length < SHORTEST ? null : { first, varying, rows };
}
