// For tests: random programs that end, need no kernel and have only defined behaviour. Each reports all it has computed
// with write(1, ...). Many of them become one Program, so that one ELF file tests them all.

import fc from 'fast-check';
import { type Address, behind, type Builder, createBuilder, imm, mark, memory, slot, type Width } from '../builder.ts';
import type { Condition, Program, Value } from '../ir.ts';

const BLOB_SIZE = 64;
/** More than 32, so that some slots have long displacements. */
const SLOTS = 40;
const POINTERS = 3;
/** Multiples of it have bits everywhere. */
const MIXED = 0x9e37_79b9_7f4a_7c15n;
const CONDITIONS: readonly Condition[] = ['eq', 'ne', 'lt', 'le', 'gt', 'ge', 'below', 'any-bit', 'no-bit'];

/** Something a program does. `skip` is how many items a jump skips; blobs are 0 constant, 1 data, 2 zeroed. */
type Item =
  | { readonly do: 'set' | 'add' | 'sub' | 'and' | 'or' | 'shl' | 'shr'; readonly to: number; readonly value: Operand }
  | { readonly do: 'mark'; readonly value: number }
  | { readonly do: 'store'; readonly place: Place; readonly value: Operand }
  | { readonly do: 'point'; readonly pointer: number; readonly blob: number; readonly offset: number }
  | { readonly do: 'store-at'; readonly pointer: number; readonly offset: number; readonly width: Width; readonly value: Operand }
  | { readonly do: 'load-at'; readonly pointer: number; readonly offset: number; readonly width: Width; readonly signed: boolean; readonly to: number }
  | { readonly do: 'distance'; readonly to: number; readonly from: number; readonly offset: number }
  | { readonly do: 'decimal'; readonly value: Operand; readonly offset: number; readonly length: number }
  | { readonly do: 'copy'; readonly blob: number; readonly from: number; readonly to: number; readonly length: number; readonly bySlots: boolean }
  | { readonly do: 'branch'; readonly left: Operand; readonly when: Condition; readonly right: Operand; readonly skip: number }
  | { readonly do: 'jump'; readonly skip: number }
  | { readonly do: 'call'; readonly routine: number }
  | {
      readonly do: 'fail';
      readonly errno: number;
      readonly to: number | null;
      readonly skip: number | null;
      readonly on: readonly { errno: number; skip: number | null }[];
      readonly save: number | null;
    };

interface Place {
  readonly blob: number;
  readonly offset: number;
  readonly width: Width;
}
type Operand =
  | { readonly kind: 'imm'; readonly value: bigint }
  | { readonly kind: 'slot'; readonly index: number }
  | { readonly kind: 'memory'; readonly place: Place; readonly signed: boolean }
  | { readonly kind: 'mark' };

export interface RandomProgram {
  readonly constants: Uint8Array;
  readonly data: Uint8Array;
  readonly main: readonly Item[];
  readonly routines: readonly (readonly Item[])[];
}

const EDGES = [0, 7, 8, 15, 16, 31, 32, 63, 64].flatMap((bits) => [2n ** BigInt(bits) - 1n, 2n ** BigInt(bits)]);
const constant = fc.oneof(
  fc.constantFrom(...EDGES.flatMap((edge) => [edge, -edge, -edge - 1n]).filter((edge) => edge >= -(2n ** 63n) && edge < 2n ** 64n)),
  fc.bigInt({ min: -130n, max: 130n }),
  fc.bigInt({ min: -(2n ** 63n), max: 2n ** 64n - 1n }),
);
const index = fc.nat({ max: SLOTS - 1 });
const width = fc.constantFrom<Width[]>(1, 2, 4, 8);
const place = fc.record({ blob: fc.nat({ max: 2 }), offset: fc.nat({ max: BLOB_SIZE - 8 }), width });
const operand: fc.Arbitrary<Operand> = fc.oneof(
  constant.map((number) => ({ kind: 'imm' as const, value: number })),
  index.map((number) => ({ kind: 'slot' as const, index: number })),
  fc.record({ kind: fc.constant('memory' as const), place, signed: fc.boolean() }),
  fc.constant({ kind: 'mark' as const }),
);
const skip = fc.nat({ max: 5 });
const errno = fc.oneof(fc.integer({ min: 1, max: 5 }), fc.constantFrom(127, 128, 129, 4094, 4095));
const pointer = fc.nat({ max: POINTERS - 1 });
const offset = fc.nat({ max: BLOB_SIZE });
/** A distance from a pointer. */
const near = fc.integer({ min: -8, max: 8 });

const straight: fc.Arbitrary<Item>[] = [
  fc.record({ do: fc.constantFrom('set', 'add', 'sub', 'and', 'or', 'shl', 'shr'), to: index, value: operand }),
  fc.record({ do: fc.constant('mark'), value: fc.oneof(fc.constantFrom(0, 1, 0x7fff_ffff, 0x8000_0000, 0xffff_ffff), fc.nat()) }),
  fc.record({ do: fc.constant('store'), place, value: operand }),
  fc.record({ do: fc.constant('point'), pointer, blob: fc.constantFrom(1, 2), offset: fc.integer({ min: 8, max: BLOB_SIZE - 16 }) }),
  fc.record({ do: fc.constant('store-at'), pointer, offset: near, width, value: operand }),
  fc.record({ do: fc.constant('load-at'), pointer, offset: near, width, signed: fc.boolean(), to: index }),
  fc.record({ do: fc.constant('distance'), to: index, from: fc.nat({ max: 2 }), offset }),
  fc.record({ do: fc.constant('decimal'), value: operand, offset: fc.nat({ max: BLOB_SIZE - 20 }), length: index }),
  fc.record({
    do: fc.constant('copy'),
    blob: fc.nat({ max: 2 }),
    from: fc.nat({ max: 31 }),
    to: fc.nat({ max: 31 }),
    length: fc.nat({ max: 33 }),
    bySlots: fc.boolean(),
  }),
  fc.record({ do: fc.constant('branch'), left: operand, when: fc.constantFrom(...CONDITIONS), right: operand, skip }),
  fc.record({ do: fc.constant('jump'), skip }),
  fc.record({
    do: fc.constant('fail'),
    errno: fc.oneof(fc.constant(0), errno),
    to: fc.option(index, { nil: null }),
    skip: fc.option(skip, { nil: null }),
    on: fc.uniqueArray(fc.record({ errno, skip: fc.option(skip, { nil: null }) }), { selector: (entry) => entry.errno, maxLength: 4 }),
    save: fc.option(index, { nil: null }),
  }),
];
const items = (kinds: readonly fc.Arbitrary<Item>[]) => fc.array(fc.oneof(...kinds), { maxLength: 25 });

export const randomProgram: fc.Arbitrary<RandomProgram> = fc.record({
  constants: fc.uint8Array({ minLength: BLOB_SIZE, maxLength: BLOB_SIZE }),
  data: fc.uint8Array({ minLength: BLOB_SIZE, maxLength: BLOB_SIZE }),
  main: items([...straight, fc.record({ do: fc.constant('call'), routine: fc.nat({ max: 2 }) })]),
  routines: fc.array(items(straight), { minLength: 3, maxLength: 3 }),
});

/** How many bytes each program writes: slots, mark, data, zeroed memory. */
export const REPORT_SIZE = SLOTS * 8 + 8 + 2 * BLOB_SIZE;

/** One Program that runs all of them, each from the same state, and writes what each has computed. */
export function combine(programs: readonly RandomProgram[]): Program {
  const b = createBuilder();
  for (const [number, program] of programs.entries()) lower(b, `p${number}`, program);
  b.exit(0);
  return b.program();
}

function lower(b: Builder, prefix: string, program: RandomProgram): void {
  const data = b.data(`${prefix}.data`, program.data);
  const zeroed = b.buffer(`${prefix}.zeroed`, BLOB_SIZE);
  const blobs = [b.bytes(program.constants), data, zeroed] as const;
  // Not 0, which hides most mistakes.
  for (let i = 0; i < SLOTS; i++) b.set(`s${i}`, BigInt.asIntN(64, BigInt(i) * MIXED));
  for (let i = 0; i < POINTERS; i++) b.set(`pointer${i}`, behind(data, 8));
  b.mark(0);

  lowerItems(b, `${prefix}.main`, prefix, program.main, blobs);
  report(b, data, zeroed);
  b.jump(`${prefix}.end`);
  for (const [number, items] of program.routines.entries()) {
    b.label(`${prefix}.routine${number}`);
    lowerItems(b, `${prefix}.routine${number}`, prefix, items, blobs);
    b.return();
  }
  b.label(`${prefix}.end`);
}

function report(b: Builder, data: Address, zeroed: Address): void {
  const buffer = b.buffer('report', SLOTS * 8 + 8);
  for (let i = 0; i < SLOTS; i++) b.store(buffer, i * 8, 8, `s${i}`);
  b.store(buffer, SLOTS * 8, 8, mark);
  b.sys('write', [1, buffer, SLOTS * 8 + 8]);
  b.sys('write', [1, data, BLOB_SIZE]);
  b.sys('write', [1, zeroed, BLOB_SIZE]);
}

function lowerItems(b: Builder, name: string, prefix: string, items: readonly Item[], blobs: readonly [Address, Address, Address]): void {
  const end = `${name}.${items.length}.at`;
  for (const [number, item] of items.entries()) {
    b.label(`${name}.${number}.at`);
    const target = (skipped: number): string => `${name}.${Math.min(number + 1 + skipped, items.length)}.at`;
    lowerItem(b, item, target, (routine) => `${prefix}.routine${routine}`, blobs);
  }
  b.label(end);
}

function lowerItem(
  b: Builder,
  item: Item,
  target: (skipped: number) => string,
  routine: (number: number) => string,
  blobs: readonly [Address, Address, Address],
): void {
  const blob = (number: number): Address => blobs[number] ?? blobs[0];
  const writable = (number: number): Address => (number % 2 === 0 ? blobs[1] : blobs[2]);
  const read = (from: Operand): Value => {
    if (from.kind === 'imm') return imm(from.value);
    if (from.kind === 'mark') return mark;
    if (from.kind === 'slot') return slot(`s${from.index}`);
    return memory(blob(from.place.blob), from.place.offset, from.place.width, from.signed);
  };
  switch (item.do) {
    case 'mark':
      return b.mark(item.value);
    case 'store':
      return b.store(writable(item.place.blob), item.place.offset, item.place.width, read(item.value));
    case 'point':
      return b.set(`pointer${item.pointer}`, behind(blob(item.blob), item.offset));
    case 'store-at':
      return b.storeAt(`pointer${item.pointer}`, item.offset, item.width, read(item.value));
    case 'load-at':
      return b.loadAt(`s${item.to}`, `pointer${item.pointer}`, item.offset, item.width, item.signed);
    case 'distance':
      b.set(`s${item.to}`, behind(blob(item.from), item.offset));
      return b.sub(`s${item.to}`, blob(item.from));
    case 'decimal':
      return b.decimal(read(item.value), behind(blobs[1], item.offset), `s${item.length}`);
    case 'copy': {
      const from = behind(blob(item.blob), item.from);
      const to = behind(item.blob === 2 ? blobs[1] : blobs[2], item.to);
      if (!item.bySlots) return b.copy(from, to, item.length);
      b.set('from', from);
      b.set('to', to);
      b.set('length', item.length);
      return b.copy('from', 'to', 'length');
    }
    case 'branch':
      return b.branch(read(item.left), item.when, read(item.right), target(item.skip));
    case 'jump':
      return b.jump(target(item.skip));
    case 'call':
      return b.call(routine(item.routine));
    case 'fail': {
      const on = item.on.map((entry) => ({ errno: entry.errno, label: entry.skip === null ? null : target(entry.skip) }));
      const to = item.to === null ? {} : { to: `s${item.to}` };
      const onError = item.skip === null ? {} : { onError: target(item.skip) };
      b.fail(item.errno, { ...to, ...onError, on });
      if (item.save !== null) b.saveResult(`s${item.save}`);
      return;
    }
    default:
      return b[item.do](`s${item.to}`, read(item.value));
  }
}
