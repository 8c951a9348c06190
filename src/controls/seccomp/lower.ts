// Conditions on 64 bits -> tests of 32-bit words, the only ones classic BPF has. Each case is the schoolbook one: the high
// halves decide, and where they are equal the low ones. Nothing is merged: libseccomp's merging of such chains once made
// filters weaker than what was asked (GHSA-4q85-33p6-j5g6).

import { argumentOffset } from '../../bpf/seccomp-data.ts';
import type { Condition } from './policy.ts';

/** `mask` is 0xffffffff where all bits count. An empty `every` holds. */
export type WordTest =
  | { readonly kind: 'word'; readonly offset: number; readonly mask: number; readonly test: 'eq' | 'gt' | 'ge'; readonly value: number }
  | { readonly kind: 'every'; readonly of: readonly WordTest[] }
  | { readonly kind: 'some'; readonly of: readonly WordTest[] }
  | { readonly kind: 'not'; readonly of: WordTest };

export const ALL_BITS = 0xffff_ffff;
const HALF = 32n;

/** All of the conditions. */
export function lowerConditions(conditions: readonly Condition[]): WordTest {
  return { kind: 'every', of: conditions.map(lowerCondition) };
}

export function lowerCondition(condition: Condition): WordTest {
  if (condition.kind === 'masked') return masked(condition.argument, condition.mask, condition.value & condition.mask);
  const { argument, value } = condition;
  switch (condition.operator) {
    case 'eq':
      return masked(argument, (1n << 64n) - 1n, value);
    case 'ne':
      return not(masked(argument, (1n << 64n) - 1n, value));
    case 'gt':
      return ordered(argument, 'gt', value);
    case 'ge':
      return ordered(argument, 'ge', value);
    case 'lt':
      return not(ordered(argument, 'ge', value));
    case 'le':
      return not(ordered(argument, 'gt', value));
  }
}

/** A half of which no bit counts is not looked at. */
function masked(argument: number, mask: bigint, value: bigint): WordTest {
  const halves = (['high', 'low'] as const).map((half): WordTest & { readonly mask: number } => ({
    kind: 'word',
    offset: argumentOffset(argument, half),
    mask: halfOf(mask, half),
    test: 'eq',
    value: halfOf(value, half),
  }));
  return { kind: 'every', of: halves.filter(({ mask: bits }) => bits !== 0) };
}

/** high > h, or high == h and low > l (or >= l). */
function ordered(argument: number, test: 'gt' | 'ge', value: bigint): WordTest {
  const high = { kind: 'word', offset: argumentOffset(argument, 'high'), mask: ALL_BITS, value: halfOf(value, 'high') } as const;
  const low: WordTest = { kind: 'word', offset: argumentOffset(argument, 'low'), mask: ALL_BITS, test, value: halfOf(value, 'low') };
  return {
    kind: 'some',
    of: [
      { ...high, test: 'gt' },
      { kind: 'every', of: [{ ...high, test: 'eq' }, low] },
    ],
  };
}

function not(of: WordTest): WordTest {
  return { kind: 'not', of };
}

function halfOf(value: bigint, half: 'high' | 'low'): number {
  return Number(BigInt.asUintN(Number(HALF), half === 'low' ? value : value >> HALF));
}
