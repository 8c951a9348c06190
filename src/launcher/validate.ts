// What must hold of a Program before it is emitted or interpreted. A fault is a bug in lowering code, not in a
// configuration: it throws an AssertionError that names the operation.

import { assert, assertNever, fault } from './assert.ts';
import { checkFlow } from './flow.ts';
import type { Blob, Op, Program, Value } from './ir.ts';
import { sizeOf } from './layout.ts';
import { forEachLabel, forEachValue, slotWritten } from './operands.ts';
import { printOp } from './print.ts';

/** 2^64 - 1 in decimal: the most that `decimal` writes. */
const DECIMAL_ROOM = 20;
const MAX_ERRNO = 4095;
const PAGE = 4096;
/** Signed or unsigned, as one likes. */
const LEAST = -(2n ** 63n);
const MOST = 2n ** 64n - 1n;

type Blobs = ReadonlyMap<string, Blob>;

/** Throws on the first fault; takes time linear in the size of the program. */
export function validate(program: Program): void {
  const { ops } = program;
  const blobs = checkBlobs(program.blobs);
  const labels = checkLabels(ops);
  const written = new Set<string>();
  for (const op of ops) {
    const slot = slotWritten(op);
    if (slot !== null) written.add(slot);
  }

  const checkSlot = (slot: string): void => {
    if (!written.has(slot)) fault(`slot ${slot} is read but never written`);
  };
  const checkLabel = (label: string): void => {
    if (!labels.has(label)) fault(`there is no label ${label}`);
  };
  const visitValue = (value: Value): void => {
    if (value.kind === 'slot') checkSlot(value.name);
    else checkValue(value, blobs);
  };
  let index = 0;
  try {
    for (; index < ops.length; index++) {
      const op = ops[index];
      if (op === undefined) break;
      forEachValue(op, visitValue);
      forEachLabel(op, checkLabel);
      if (op.op === 'store-at' || op.op === 'load-at') checkSlot(op.pointer);
      checkOp(op, index, blobs);
    }
  } catch (error) {
    throw located(error, index, ops[index]);
  }
  checkFlow(ops, labels);
}

function checkBlobs(blobs: readonly Blob[]): Blobs {
  const byName = new Map<string, Blob>();
  for (const blob of blobs) {
    const { name, align } = blob;
    assert(!byName.has(name), () => `blob ${name} is defined twice`);
    assert(name !== '' && !name.startsWith('.'), () => `blob ${JSON.stringify(name)}: names of this kind are reserved`);
    assert(align >= 1 && align <= PAGE && Number.isInteger(Math.log2(align)), () => `blob ${name}: alignment ${align}`);
    assert(blob.kind !== 'bss' || (Number.isInteger(blob.size) && blob.size >= 0), () => `blob ${name}: bad size`);
    byName.set(name, blob);
  }
  return byName;
}

/** Label to the index of its operation. */
function checkLabels(ops: readonly Op[]): Map<string, number> {
  const labels = new Map<string, number>();
  for (const [index, op] of ops.entries()) {
    if (op.op !== 'label') continue;
    if (labels.has(op.name)) fault(`operation ${index}: label ${op.name} is defined twice`);
    labels.set(op.name, index);
  }
  return labels;
}

function checkOp(op: Op, index: number, blobs: Blobs): void {
  switch (op.op) {
    case 'mark':
      if (op.value !== op.value >>> 0) fault('a mark is 32 bits, unsigned');
      return;
    case 'sys':
      if (op.args.length > 6) fault('more than six arguments');
      return checkErrnos(op.on);
    case 'fail':
      if (op.errno !== 0) checkErrno(op.errno);
      return checkErrnos(op.on);
    case 'store':
      checkRange(op.blob, op.offset, op.width, blobs);
      return checkWritable(op.blob, blobs);
    case 'store-at':
    case 'load-at':
      if (op.offset !== (op.offset | 0)) fault('the offset must fit 32 bits');
      return;
    case 'decimal':
      return checkTarget(op.address, DECIMAL_ROOM, blobs);
    case 'copy': {
      const length = op.length.kind === 'imm' ? Number(op.length.value) : 0;
      if (op.from.kind === 'address') checkRange(op.from.blob, op.from.offset, length, blobs);
      return checkTarget(op.to, length, blobs);
    }
    case 'entry':
      if (index !== 0) fault('only the first operation may look at the stack pointer');
      return;
    default:
      return;
  }
}

function checkErrnos(on: readonly { readonly errno: number }[]): void {
  for (const [index, { errno }] of on.entries()) {
    checkErrno(errno);
    for (let other = 0; other < index; other++) if (on[other]?.errno === errno) fault(`errno ${errno} is listed twice`);
  }
}

function checkErrno(errno: number): void {
  if (!(Number.isInteger(errno) && errno >= 1 && errno <= MAX_ERRNO)) fault(`${errno} is no errno`);
}

/** Where the address is known: something may be written there. */
function checkTarget(address: Value, size: number, blobs: Blobs): void {
  if (address.kind !== 'address') return;
  checkRange(address.blob, address.offset, size, blobs);
  checkWritable(address.blob, blobs);
}

function checkWritable(name: string, blobs: Blobs): void {
  if (blobs.get(name)?.kind === 'ro') fault('writes into constants');
}

function checkValue(value: Value, blobs: Blobs): void {
  switch (value.kind) {
    case 'imm':
      if (value.value < LEAST || value.value > MOST) fault('an immediate is 64 bits');
      return;
    case 'address': // One past the end is an address too.
      return checkRange(value.blob, value.offset, 0, blobs);
    case 'memory':
      return checkRange(value.blob, value.offset, value.width, blobs);
    case 'slot':
    case 'mark':
    case 'result':
      return;
    default:
      return assertNever(value);
  }
}

function checkRange(name: string, offset: number, size: number, blobs: Blobs): void {
  const blob = blobs.get(name);
  if (blob === undefined) fault(`there is no blob ${name}`);
  const end = sizeOf(blob);
  if (!(Number.isInteger(offset) && offset >= 0 && size >= 0 && offset + size <= end)) fault(`${name} has ${end} bytes`);
}

function located(error: unknown, index: number, op: Op | undefined): unknown {
  if (error instanceof Error && op !== undefined) error.message = `operation ${index}, ${printOp(op).trim()}: ${error.message}`;
  return error;
}
