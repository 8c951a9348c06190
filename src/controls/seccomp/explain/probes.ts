// Conditions of two decisions -> calls that tell them apart, if any do: at and beside every value that a condition names, and
// with each bit of every mask turned over.

import type { Condition } from '../policy.ts';
import type { Argument, Case } from './cases.ts';

const EVERY_BIT = (1n << 64n) - 1n;
/** More calls than this are not tried of one pair; policies have one or two arguments with a handful of conditions each. */
const MOST_CALLS = 20_000;

/** Sets of arguments; those that no condition looks at are not given. Never empty. */
export function probesOf(decisions: readonly (readonly Case[])[]): readonly (readonly Argument[])[] {
  const byArgument = new Map<number, Condition[]>();
  for (const condition of decisions.flat().flatMap(({ conditions }) => conditions)) {
    byArgument.set(condition.argument, [...(byArgument.get(condition.argument) ?? []), condition]);
  }
  return [...byArgument].reduce<readonly (readonly Argument[])[]>(
    (calls, [argument, conditions]) => {
      const values = valuesOf(conditions).slice(0, Math.max(2, Math.floor(MOST_CALLS / calls.length)));
      return calls.flatMap((call) => values.map((value) => withArgument(call, argument, value)));
    },
    [[]],
  );
}

function withArgument(call: readonly Argument[], argument: number, value: bigint): readonly Argument[] {
  const args = Array.from({ length: Math.max(call.length, argument + 1) }, (_, index) => call[index] ?? null);
  args[argument] = value;
  return args;
}

/** Small and telling ones first: they are examples for people. */
function valuesOf(conditions: readonly Condition[]): readonly bigint[] {
  const values = conditions.map(({ value }) => value);
  const beside = conditions.flatMap((one) => (one.kind === 'compare' ? [one.value + 1n, one.value - 1n] : bitsOf(one.mask).map((bit) => one.value ^ bit)));
  const outside = conditions.flatMap((one) => (one.kind === 'compare' ? [] : [one.value | (EVERY_BIT & ~one.mask)]));
  // What several ask for at once.
  const joined = values.flatMap((one) => values.map((other) => one | other));
  return [...new Set([0n, ...values, ...beside, ...outside, ...joined, EVERY_BIT].map((value) => BigInt.asUintN(64, value)))];
}

function bitsOf(mask: bigint): readonly bigint[] {
  return Array.from({ length: 64 }, (_, bit) => 1n << BigInt(bit)).filter((bit) => (mask & bit) !== 0n);
}
