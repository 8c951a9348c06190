// Builds a Program one operation at a time: what lowering code holds in its hand. Constants are shared, labels are fresh,
// and every short form appends exactly one operation, so that the printed program reads like the code that made it.

import type { SyscallName } from '../kernel/syscalls.gen.ts';
import { assert } from './assert.ts';
import type { Condition, Op, Program } from './ir.ts';
import { createPools } from './pools.ts';
import { type Address, type Operand, value, type Width } from './values.ts';

export { type Address, address, behind, imm, mark, memory, type Operand, result, slot, type Width } from './values.ts';

/** What happens after a system call; nothing given means: the result is dropped and errors are ignored. */
export interface Outcome {
  /** The slot that takes the raw result. */
  readonly to?: string;
  /** Where errors go that `on` does not name. */
  readonly onError?: string;
  /** Errno to label; null goes on with the next operation. */
  readonly on?: readonly { readonly errno: number; readonly label: string | null }[];
}

export interface Builder {
  /** Appends an operation as it is. */
  readonly op: (op: Op) => void;

  /** The address of a NUL-terminated UTF-8 string; the same text is stored once. */
  readonly text: (text: string) => Address;
  /** The address of constant bytes, stored once per content. */
  readonly bytes: (bytes: Uint8Array, align?: number) => Address;
  /** The address of new initialised, writable memory. The name must be free. */
  readonly data: (name: string, bytes: Uint8Array, align?: number) => Address;
  /** The address of zeroed memory; the same name is the same memory, and the largest size and alignment asked for win. */
  readonly buffer: (name: string, size: number, align?: number) => Address;
  /**
   * Whose memory `data` and `buffer` name from here on: a process that shares memory with another must not write the other's, so
   * the same name is other memory for another owner. '' is the program's first process.
   */
  readonly owner: (process: string) => void;
  /** A label name nobody has: `prefix.1`, `prefix.2` ... Labels of one's own must not end in a dot and digits. */
  readonly fresh: (prefix: string) => string;

  readonly mark: (value: number) => void;
  readonly sys: (name: SyscallName, args: readonly Operand[], outcome?: Outcome) => void;
  readonly fail: (errno: number, outcome?: Outcome) => void;
  readonly saveResult: (to: string) => void;
  readonly set: (to: string, from: Operand) => void;
  readonly add: (to: string, by: Operand) => void;
  readonly sub: (to: string, by: Operand) => void;
  readonly and: (to: string, by: Operand) => void;
  readonly or: (to: string, by: Operand) => void;
  readonly shl: (to: string, by: Operand) => void;
  readonly shr: (to: string, by: Operand) => void;
  /** Stores the low `width` bytes of `what`, `offset` bytes behind `start`. */
  readonly store: (start: Address, offset: number, width: Width, what: Operand) => void;
  readonly storeAt: (pointer: string, offset: number, width: Width, what: Operand) => void;
  readonly loadAt: (to: string, pointer: string, offset: number, width: Width, signed?: boolean) => void;
  readonly decimal: (what: Operand, at: Operand, length: string) => void;
  readonly copy: (from: Operand, to: Operand, length: Operand) => void;
  readonly label: (name: string) => void;
  readonly jump: (label: string) => void;
  readonly branch: (left: Operand, when: Condition, right: Operand, label: string) => void;
  readonly call: (label: string) => void;
  readonly return: () => void;
  readonly ownSlots: () => void;
  readonly entry: (to: string) => void;
  readonly exit: (code: Operand) => void;
  readonly trap: () => void;

  /** What has been built so far; building may go on afterwards. */
  readonly program: () => Program;
}

/**
 * An empty program.
 *
 * @example
 * const b = createBuilder();
 * b.sys('write', [1, b.text('hello\n'), 6], { to: 'written', onError: 'failed' });
 * b.exit(0);
 * b.label('failed');
 * b.exit(125);
 * b.program();
 */
export function createBuilder(): Builder {
  const ops: Op[] = [];
  const pools = createPools();
  const counters = new Map<string, number>();
  let prefix = '';

  const op = (next: Op): void => void ops.push(next);
  const outcomeOf = ({ to, onError, on }: Outcome = {}) => ({ to: to ?? null, onError: onError ?? null, on: on ?? [] });
  const alu = (name: 'add' | 'sub' | 'and' | 'or' | 'shl' | 'shr') => (to: string, by: Operand) => op({ op: name, to, value: value(by) });

  return {
    op,
    text: pools.text,
    bytes: pools.bytes,
    data: (name, bytes, align) => pools.data(prefix + name, bytes, align),
    buffer: (name, size, align) => pools.buffer(prefix + name, size, align),
    owner(process) {
      prefix = process === '' ? '' : `${process}/`;
    },
    fresh(prefix) {
      const count = (counters.get(prefix) ?? 0) + 1;
      counters.set(prefix, count);
      return `${prefix}.${count}`;
    },

    mark: (number) => op({ op: 'mark', value: number }),
    sys: (name, args, outcome) => op({ op: 'sys', name, args: args.map(value), ...outcomeOf(outcome) }),
    fail: (errno, outcome) => op({ op: 'fail', errno, ...outcomeOf(outcome) }),
    saveResult: (to) => op({ op: 'save-result', to }),
    set: (to, from) => op({ op: 'set', to, value: value(from) }),
    add: alu('add'),
    sub: alu('sub'),
    and: alu('and'),
    or: alu('or'),
    shl: alu('shl'),
    shr: alu('shr'),
    store: (start, offset, width, what) => op({ op: 'store', blob: start.blob, offset: start.offset + offset, width, value: value(what) }),
    storeAt: (pointer, offset, width, what) => op({ op: 'store-at', pointer, offset, width, value: value(what) }),
    loadAt: (to, pointer, offset, width, signed = false) => op({ op: 'load-at', to, pointer, offset, width, signed }),
    decimal: (what, at, length) => op({ op: 'decimal', value: value(what), address: value(at), length }),
    copy: (from, to, length) => op({ op: 'copy', from: value(from), to: value(to), length: value(length) }),
    label(name) {
      assert(name !== '', 'a label needs a name');
      op({ op: 'label', name });
    },
    jump: (label) => op({ op: 'jump', label }),
    branch: (left, when, right, label) => op({ op: 'branch', left: value(left), when, right: value(right), label }),
    call: (label) => op({ op: 'call', label }),
    return: () => op({ op: 'return' }),
    ownSlots: () => op({ op: 'own-slots' }),
    entry: (to) => op({ op: 'entry', to }),
    exit: (code) => op({ op: 'exit', code: value(code) }),
    trap: () => op({ op: 'trap' }),

    program: () => ({ ops: [...ops], blobs: pools.blobs() }),
  };
}
