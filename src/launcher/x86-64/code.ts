// Machine code under construction: a growing buffer, the labels and slots met so far, and what is still to be filled in.

import { fault } from '../assert.ts';
import type { Link } from '../machine.ts';

export interface Code {
  bytes: Uint8Array;
  length: number;
  readonly links: Link[];
  /** Label to offset. */
  readonly labels: Map<string, number>;
  /** 32-bit distances to labels: where they are written; counted from behind them. */
  readonly jumps: { readonly at: number; readonly label: string }[];
  /** The mark that holds here on every way, or null where that is not known. */
  mark: number | null;
  /** Slot to index: the first 32 have short encodings. */
  readonly slots: Map<string, number>;
}

export function createCode(): Code {
  return { bytes: new Uint8Array(8192), length: 0, links: [], labels: new Map(), jumps: [], mark: null, slots: new Map() };
}

/** Makes room for one more operation or instruction, so that `byte` need not look. */
export function reserve(code: Code, room: number): void {
  if (code.length + room <= code.bytes.length) return;
  const larger = new Uint8Array(Math.max(code.bytes.length * 2, code.length + room));
  larger.set(code.bytes.subarray(0, code.length));
  code.bytes = larger;
}

/** The low eight bits of a number. */
export function byte(code: Code, value: number): void {
  if (code.length === code.bytes.length) reserve(code, 1);
  code.bytes[code.length++] = value;
}

/** `width` bytes, little endian. Two's complement, so signed and unsigned numbers alike. */
export function little(code: Code, width: 1 | 2 | 4, value: number): void {
  byte(code, value);
  if (width > 1) byte(code, value >>> 8);
  if (width > 2) {
    byte(code, value >>> 16);
    byte(code, value >>> 24);
  }
}

/** Eight bytes, little endian. */
export function little64(code: Code, value: bigint): void {
  little(code, 4, Number(BigInt.asUintN(32, value)));
  little(code, 4, Number(BigInt.asUintN(32, value >> 32n)));
}

/** Writes four bytes over what is there. */
export function overwrite32(bytes: Uint8Array, at: number, value: number): void {
  if (value !== (value | 0)) fault('a distance must fit 32 bits');
  bytes[at] = value;
  bytes[at + 1] = value >>> 8;
  bytes[at + 2] = value >>> 16;
  bytes[at + 3] = value >>> 24;
}

/** Fills in the distances to labels, now that all are known. */
export function resolveJumps(code: Code): void {
  for (const { at, label } of code.jumps) {
    const target = code.labels.get(label);
    if (target === undefined) fault(`there is no label ${label}`);
    overwrite32(code.bytes, at, target - (at + 4));
  }
}
