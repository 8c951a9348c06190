// The values of the IR, made short: what lowering code writes where an operation reads something.

import type { Value } from './ir.ts';

export type Width = 1 | 2 | 4 | 8;
/** A Value that is the address of a byte of a blob: what `text`, `bytes`, `data` and `buffer` answer. */
export type Address = Extract<Value, { kind: 'address' }>;
/** What the short forms take where a Value is read: numbers are immediates, a string is a slot. */
export type Operand = Value | bigint | number | string;

export const imm = (value: bigint | number): Value => ({ kind: 'imm', value: BigInt(value) });
export const slot = (name: string): Value => ({ kind: 'slot', name });
export const address = (blob: string, offset = 0): Address => ({ kind: 'address', blob, offset });
/** The address `delta` bytes behind another. */
export const behind = (start: Address, delta: number): Address => address(start.blob, start.offset + delta);
/** The content of memory: `width` bytes, `offset` bytes behind `start`. */
export const memory = (start: Address, offset: number, width: Width, signed = false): Value => ({
  kind: 'memory',
  blob: start.blob,
  offset: start.offset + offset,
  width,
  signed,
});
export const mark: Value = { kind: 'mark' };
export const result: Value = { kind: 'result' };
/** Numbers become immediates, strings slots; a Value stays what it is. */
export function value(operand: Operand): Value {
  if (typeof operand === 'object') return operand;
  return typeof operand === 'string' ? slot(operand) : imm(operand);
}
