// What the operations of the IR compute: 64-bit two's complement, kept as signed bigints.

import { assertNever } from './assert.ts';
import type { Condition } from './ir.ts';

export const signed = (value: bigint): bigint => BigInt.asIntN(64, value);
export const unsigned = (value: bigint): bigint => BigInt.asUintN(64, value);

/** `width` bytes, read from memory as an unsigned number, in 64 bits. */
export function extend(value: bigint, width: number, isSigned: boolean): bigint {
  return signed(isSigned ? BigInt.asIntN(8 * width, value) : value);
}

export function change(op: 'add' | 'sub' | 'and' | 'or' | 'shl' | 'shr', left: bigint, right: bigint): bigint {
  switch (op) {
    case 'add':
      return left + right;
    case 'sub':
      return left - right;
    case 'and':
      return left & right;
    case 'or':
      return left | right;
    case 'shl': // Counts are modulo 64 on both machines.
      return left << BigInt.asUintN(6, right);
    case 'shr': // Zeros come in from the left.
      return unsigned(left) >> BigInt.asUintN(6, right);
    default:
      return assertNever(op);
  }
}

export function holds(when: Condition, left: bigint, right: bigint): boolean {
  switch (when) {
    case 'eq':
      return left === right;
    case 'ne':
      return left !== right;
    case 'lt':
      return left < right;
    case 'le':
      return left <= right;
    case 'gt':
      return left > right;
    case 'ge':
      return left >= right;
    case 'below':
      return unsigned(left) < unsigned(right);
    case 'any-bit':
      return (left & right) !== 0n;
    case 'no-bit':
      return (left & right) === 0n;
    default:
      return assertNever(when);
  }
}
