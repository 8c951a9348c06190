// Prints a Program for people: one operation a line, as strace(1) would write it, and its memory behind it.

import { ERRNO } from '../kernel/errno.gen.ts';
import { assertNever } from './assert.ts';
import type { Blob, Condition, Op, Program, Value } from './ir.ts';
import { sizeOf } from './layout.ts';
import { TEXT_POOL } from './pools.ts';

/** What stands for an address. */
type Addresses = (blob: string, offset: number) => string;

const INDENT = '    ';
const COMPARISONS: Record<Condition, string> = {
  eq: '==',
  ne: '!=',
  lt: '<',
  le: '<=',
  gt: '>',
  ge: '>=',
  below: '<u',
  'any-bit': '&',
  'no-bit': '!&',
};
const CHANGES = { add: '+=', sub: '-=', and: '&=', or: '|=', shl: '<<=', shr: '>>=' } as const;
const byName: Addresses = (blob, offset) => `&${place(blob, offset)}`;

/**
 * The whole program.
 *
 * @example
 * printProgram(b.program())
 * //     $fd = openat(-100, "/proc", 0x280000)  ENOENT -> skip, error -> failed
 */
export function printProgram(program: Program): string {
  const strings = program.blobs.find(({ name }) => name === TEXT_POOL);
  const addresses: Addresses = (blob, offset) =>
    blob === TEXT_POOL && strings !== undefined && strings.kind !== 'bss' ? quoted(strings.bytes, offset) : byName(blob, offset);
  const code = program.ops.map((op) => printOp(op, addresses));
  const memory = program.blobs.flatMap(printBlob);
  return `${[...code, ...memory].join('\n')}\n`;
}

/** One operation, without the end of line. */
export function printOp(op: Op, addresses: Addresses = byName): string {
  return op.op === 'label' ? `${op.name}:` : INDENT + body(op, addresses);
}

function body(op: Exclude<Op, { op: 'label' }>, addresses: Addresses): string {
  const show = (value: Value): string => printValue(value, addresses);
  switch (op.op) {
    case 'mark':
      return `mark ${op.value >>> 16}.${op.value & 0xffff}`;
    case 'sys':
      return `${target(op.to)}${op.name}(${op.args.map(show).join(', ')})${outcomes(op)}`;
    case 'fail':
      return `${target(op.to)}fail(${errnoName(op.errno)})${outcomes(op)}`;
    case 'save-result':
      return `$${op.to} = result`;
    case 'set':
      return `$${op.to} = ${show(op.value)}`;
    case 'add':
    case 'sub':
    case 'and':
    case 'or':
    case 'shl':
    case 'shr':
      return `$${op.to} ${CHANGES[op.op]} ${show(op.value)}`;
    case 'store':
      return `u${op.width * 8}[${place(op.blob, op.offset)}] = ${show(op.value)}`;
    case 'store-at':
      return `u${op.width * 8}[${place(`$${op.pointer}`, op.offset)}] = ${show(op.value)}`;
    case 'load-at':
      return `$${op.to} = ${op.signed ? 's' : 'u'}${op.width * 8}[${place(`$${op.pointer}`, op.offset)}]`;
    case 'decimal':
      return `$${op.length} = decimal(${show(op.value)}, ${show(op.address)})`;
    case 'copy':
      return `copy(${show(op.from)} -> ${show(op.to)}, ${show(op.length)})`;
    case 'jump':
      return `goto ${op.label}`;
    case 'branch':
      return `if ${show(op.left)} ${COMPARISONS[op.when]} ${show(op.right)} goto ${op.label}`;
    case 'call':
      return `call ${op.label}`;
    case 'return':
      return 'return';
    case 'entry':
      return `$${op.to} = entry stack`;
    case 'exit':
      return `exit(${show(op.code)})`;
    case 'own-slots':
      return 'own-slots';
    case 'trap':
      return 'trap';
    default:
      return assertNever(op);
  }
}

function printValue(value: Value, addresses: Addresses): string {
  switch (value.kind) {
    case 'imm':
      return number(value.value);
    case 'slot':
      return `$${value.name}`;
    case 'address':
      return addresses(value.blob, value.offset);
    case 'memory':
      return `${value.signed ? 's' : 'u'}${value.width * 8}[${place(value.blob, value.offset)}]`;
    case 'mark':
    case 'result':
      return value.kind;
    default:
      return assertNever(value);
  }
}

const target = (slot: string | null): string => (slot === null ? '' : `$${slot} = `);

function outcomes({ on, onError }: Pick<Extract<Op, { op: 'sys' }>, 'on' | 'onError'>): string {
  const cases = on.map(({ errno, label }) => `${errnoName(errno)} -> ${label ?? 'next'}`);
  if (onError !== null) cases.push(`error -> ${onError}`);
  return cases.length === 0 ? '' : `  ${cases.join(', ')}`;
}

function errnoName(number: number): string {
  for (const [name, entry] of Object.entries(ERRNO)) if (entry.number === number) return name;
  return `errno ${number}`;
}

/** Small numbers in decimal, as counts and descriptors are; others in hexadecimal, as flags are. */
function number(value: bigint): string {
  const size = value < 0n ? -value : value;
  return size <= 0xfffn ? `${value}` : `${value < 0n ? '-' : ''}0x${size.toString(16)}`;
}

function place(start: string, offset: number): string {
  return offset === 0 ? start : offset > 0 ? `${start}+${offset}` : `${start}${offset}`;
}

function quoted(pool: Uint8Array, offset: number): string {
  const end = pool.indexOf(0, offset);
  return JSON.stringify(new TextDecoder().decode(pool.subarray(offset, end === -1 ? pool.length : end)));
}

function printBlob(blob: Blob): string[] {
  const title = `${blob.kind} ${blob.name}: ${sizeOf(blob)} bytes, alignment ${blob.align}`;
  if (blob.kind === 'bss' || blob.name === TEXT_POOL) return [title];
  const rows: string[] = [title];
  for (let at = 0; at < blob.bytes.length; at += 16) {
    const row = [...blob.bytes.subarray(at, at + 16)].map((byte) => byte.toString(16).padStart(2, '0'));
    rows.push(`${INDENT}${at.toString(16).padStart(4, '0')}  ${row.join(' ')}`);
  }
  return rows;
}
