// Conditions on an argument -> tests of 32-bit words, the only ones classic BPF has. Each case is the schoolbook one: the high
// halves decide, and where they are equal the low ones. Tests of several conditions are never merged: libseccomp's merging of
// such chains once made filters weaker than what was asked (GHSA-4q85-33p6-j5g6).
//
// By a convention of 32 bits only the low half is an argument. The high one is not always 0: a 64-bit program that makes a call
// of i386 by int $0x80 leaves there what it likes, and the kernel ignores it (asm/syscall_wrapper.h, SC_IA32_REGS_TO_ARGS).

import { argumentOffset, type WordLayout } from '../../bpf/seccomp-data.ts';
import type { Condition } from './policy.ts';

/** `mask` is 0xffffffff where all bits count, always for gt and ge; `set`: any bit of the value. */
export interface WordAsked {
  readonly kind: 'word';
  readonly offset: number;
  readonly mask: number;
  readonly test: 'eq' | 'gt' | 'ge' | 'set';
  readonly value: number;
}

export type WordTest =
  | WordAsked
  | { readonly kind: 'fixed'; readonly holds: boolean }
  | { readonly kind: 'every'; readonly of: readonly WordTest[] }
  | { readonly kind: 'some'; readonly of: readonly WordTest[] }
  | { readonly kind: 'not'; readonly of: WordTest };

export const ALL_BITS = 0xffff_ffff;
const HALF = 32n;
const EVERY_BIT = (1n << 64n) - 1n;
const ALWAYS: WordTest = { kind: 'fixed', holds: true };
const NEVER: WordTest = { kind: 'fixed', holds: false };

type Half = 'high' | 'low';

export function lowerCondition(condition: Condition, layout: WordLayout): WordTest {
  const { argument, value } = condition;
  if (condition.kind === 'masked') return masked(argument, condition.mask, value & condition.mask, layout);
  switch (condition.operator) {
    case 'eq':
      return masked(argument, EVERY_BIT, value, layout);
    case 'ne':
      return not(masked(argument, EVERY_BIT, value, layout));
    case 'gt':
      return ordered(argument, 'gt', value, layout);
    case 'ge':
      return ordered(argument, 'ge', value, layout);
    case 'lt':
      return not(ordered(argument, 'ge', value, layout));
    case 'le':
      return not(ordered(argument, 'gt', value, layout));
  }
}

/** The low half first: it is where values differ, so that most of those that are not meant are gone after one test. */
function masked(argument: number, mask: bigint, value: bigint, { bits, endian }: WordLayout): WordTest {
  const half = (which: Half): WordTest => {
    const [asked, wanted] = [halfOf(mask, which), halfOf(value, which)];
    if (asked === 0) return ALWAYS;
    if (bits === 32 && which === 'high') return wanted === 0 ? ALWAYS : NEVER;
    return bitsTest(argumentOffset(argument, which, endian), asked, wanted);
  };
  return every([half('low'), half('high')]);
}

/** (word & mask) == value, without the `&` where one test can say it. */
function bitsTest(offset: number, mask: number, value: number): WordTest {
  if (mask === ALL_BITS) return { kind: 'word', offset, mask, test: 'eq', value };
  const any: WordTest = { kind: 'word', offset, mask: ALL_BITS, test: 'set', value: mask };
  if (value === 0) return not(any);
  const single = (mask & (mask - 1)) === 0;
  return single && value === mask ? any : { kind: 'word', offset, mask, test: 'eq', value };
}

/** high > h, or high == h and low > l (or >= l). */
function ordered(argument: number, test: 'gt' | 'ge', value: bigint, { bits, endian }: WordLayout): WordTest {
  const [h, l] = [halfOf(value, 'high'), halfOf(value, 'low')];
  const low = limit(argumentOffset(argument, 'low', endian), test, l);
  if (bits === 32) return h > 0 ? NEVER : low;
  const offset = argumentOffset(argument, 'high', endian);
  const equal: WordTest = { kind: 'word', offset, mask: ALL_BITS, test: 'eq', value: h };
  if (low === ALWAYS) return limit(offset, 'ge', h);
  if (low === NEVER) return limit(offset, 'gt', h);
  // Above 0 is what is not 0: one test for both questions.
  if (h === 0) return { kind: 'some', of: [not(equal), low] };
  return { kind: 'some', of: [limit(offset, 'gt', h), every([equal, low])] };
}

function limit(offset: number, test: 'gt' | 'ge', value: number): WordTest {
  if (test === 'ge' && value === 0) return ALWAYS;
  if (test === 'gt' && value === ALL_BITS) return NEVER;
  return { kind: 'word', offset, mask: ALL_BITS, test, value };
}

function every(of: readonly WordTest[]): WordTest {
  if (of.includes(NEVER)) return NEVER;
  const open = of.filter((one) => one !== ALWAYS);
  const [only] = open;
  return open.length === 0 ? ALWAYS : open.length === 1 && only !== undefined ? only : { kind: 'every', of: open };
}

function not(of: WordTest): WordTest {
  if (of.kind === 'fixed') return of.holds ? NEVER : ALWAYS;
  return of.kind === 'not' ? of.of : { kind: 'not', of };
}

function halfOf(value: bigint, half: Half): number {
  return Number(BigInt.asUintN(Number(HALF), half === 'low' ? value : value >> HALF));
}
