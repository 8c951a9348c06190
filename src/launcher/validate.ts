// What must hold of a Program before it is emitted or interpreted. A fault is a bug in lowering code, not in a
// configuration: it throws an AssertionError that names the operation.

import { assert, assertNever } from './assert.ts';
import { checkFlow } from './flow.ts';
import type { Blob, Op, Program, Value } from './ir.ts';
import { sizeOf } from './layout.ts';
import { labelsOf, slotsRead, slotsWritten, valuesOf } from './operands.ts';
import { printOp } from './print.ts';

/** 2^64 - 1 in decimal: the most that `decimal` writes. */
const DECIMAL_ROOM = 20;
const MAX_ERRNO = 4095;
const PAGE = 4096;

type Blobs = ReadonlyMap<string, Blob>;

/** Throws on the first fault; takes time linear in the size of the program. */
export function validate(program: Program): void {
  const blobs = checkBlobs(program.blobs);
  const labels = checkLabels(program.ops);
  const written = new Set<string>();
  const read = new Map<string, number>();
  for (const [index, op] of program.ops.entries()) {
    try {
      checkOp(op, index, blobs);
      for (const label of labelsOf(op)) assert(labels.has(label), `there is no label ${label}`);
    } catch (error) {
      throw located(error, index, op);
    }
    for (const slot of slotsWritten(op)) written.add(slot);
    for (const slot of slotsRead(op)) if (!read.has(slot)) read.set(slot, index);
  }
  for (const [slot, index] of read) {
    assert(written.has(slot), () => `operation ${index}: slot ${slot} is read but never written`);
  }
  checkFlow(program.ops, labels);
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
    assert(!labels.has(op.name), () => `operation ${index}: label ${op.name} is defined twice`);
    labels.set(op.name, index);
  }
  return labels;
}

function checkOp(op: Op, index: number, blobs: Blobs): void {
  for (const value of valuesOf(op)) checkValue(value, blobs);
  switch (op.op) {
    case 'mark':
      return assert(Number.isInteger(op.value) && op.value >= 0 && op.value <= 0xffff_ffff, 'a mark is 32 bits, unsigned');
    case 'sys':
      assert(op.args.length <= 6, 'more than six arguments');
      return checkErrnos(op.on.map(({ errno }) => errno));
    case 'fail':
      checkErrnos([op.errno]);
      return checkErrnos(op.on.map(({ errno }) => errno));
    case 'store':
      checkRange(op.blob, op.offset, op.width, blobs);
      return assert(blobs.get(op.blob)?.kind !== 'ro', 'stores into constants');
    case 'store-at':
    case 'load-at':
      return assert(Number.isInteger(op.offset) && Math.abs(op.offset) <= 0x7fff_ffff, 'the offset must fit 32 bits');
    case 'decimal':
      return checkTarget(op.address, DECIMAL_ROOM, blobs);
    case 'copy': {
      const length = op.length.kind === 'imm' ? Number(op.length.value) : 0;
      if (op.from.kind === 'address') checkRange(op.from.blob, op.from.offset, length, blobs);
      return checkTarget(op.to, length, blobs);
    }
    case 'entry':
      return assert(index === 0, 'only the first operation may look at the stack pointer');
    default:
      return;
  }
}

function checkErrnos(errnos: readonly number[]): void {
  for (const errno of errnos) {
    assert(Number.isInteger(errno) && errno >= 1 && errno <= MAX_ERRNO, `${errno} is no errno`);
  }
  assert(new Set(errnos).size === errnos.length, 'an errno is listed twice');
}

/** Where the address is known: something may be written there. */
function checkTarget(address: Value, size: number, blobs: Blobs): void {
  if (address.kind !== 'address') return;
  checkRange(address.blob, address.offset, size, blobs);
  assert(blobs.get(address.blob)?.kind !== 'ro', 'writes into constants');
}

function checkValue(value: Value, blobs: Blobs): void {
  switch (value.kind) {
    case 'imm':
      return assert(value.value >= -(2n ** 63n) && value.value < 2n ** 64n, 'an immediate is 64 bits');
    case 'address': // One past the end is an address too.
      return checkRange(value.blob, value.offset, 0, blobs);
    case 'memory':
      return checkRange(value.blob, value.offset, value.width, blobs);
    case 'slot':
    case 'mark':
      return;
    default:
      return assertNever(value);
  }
}

function checkRange(name: string, offset: number, size: number, blobs: Blobs): void {
  const blob = blobs.get(name);
  assert(blob !== undefined, () => `there is no blob ${name}`);
  const end = sizeOf(blob);
  assert(Number.isInteger(offset) && offset >= 0 && size >= 0 && offset + size <= end, () => `${name} has ${end} bytes`);
}

function located(error: unknown, index: number, op: Op): unknown {
  if (error instanceof Error) error.message = `operation ${index}, ${printOp(op).trim()}: ${error.message}`;
  return error;
}
