// The launcher's intermediate representation: a straight list of machine-independent operations over named 64-bit slots
// and named blobs of memory. It knows Linux system calls by name and nothing of any machine; x86-64/ turns it into code.
// Two values live outside memory: the result of the last system call (valid until the next operation that is not
// `save-result`, and at the target of its onError and on labels), and the mark (which step and call is being done).

import type { SyscallName } from '../kernel/syscalls.gen.ts';

/** A 64-bit value that an operation reads. */
export type Value =
  | { readonly kind: 'imm'; readonly value: bigint }
  | { readonly kind: 'slot'; readonly name: string }
  /** The address of byte `offset` of a blob. */
  | { readonly kind: 'address'; readonly blob: string; readonly offset: number }
  /** `width` bytes at `offset` of a blob, little endian, zero- or sign-extended. */
  | { readonly kind: 'memory'; readonly blob: string; readonly offset: number; readonly width: 1 | 2 | 4 | 8; readonly signed: boolean }
  /** The last `mark`. */
  | { readonly kind: 'mark' }
  /** The result of the last system call, which only a `branch` right behind it may read: it is in no memory that could be shared. */
  | { readonly kind: 'result' };

/** eq ne lt le gt ge: signed 64-bit. below: unsigned. any-bit / no-bit: (left & right) is not / is zero. */
export type Condition = 'eq' | 'ne' | 'lt' | 'le' | 'gt' | 'ge' | 'below' | 'any-bit' | 'no-bit';

export type Op =
  /** Sets the mark: a 32-bit number that survives system calls and clone. Two bytes step, two bytes call, by convention. */
  | { readonly op: 'mark'; readonly value: number }
  /**
   * A system call. A negative result is an error (no call of a launcher has another meaning for one): errno listed in `on` jumps there (a label, or null: fall through),
   * any other jumps to `onError` (null: fall through). `to` takes the raw result in every case, before any jump.
   */
  | {
      readonly op: 'sys';
      readonly name: SyscallName;
      readonly args: readonly Value[];
      readonly to: string | null;
      readonly onError: string | null;
      readonly on: readonly { readonly errno: number; readonly label: string | null }[];
    }
  /** Behaves as a call would have, had the kernel answered -errno (0: success, with result 0). */
  | {
      readonly op: 'fail';
      readonly errno: number;
      readonly to: string | null;
      readonly onError: string | null;
      readonly on: readonly { readonly errno: number; readonly label: string | null }[];
    }
  | { readonly op: 'save-result'; readonly to: string }
  | { readonly op: 'set'; readonly to: string; readonly value: Value }
  | { readonly op: 'add' | 'sub' | 'and' | 'or' | 'shl' | 'shr'; readonly to: string; readonly value: Value }
  | { readonly op: 'store'; readonly blob: string; readonly offset: number; readonly width: 1 | 2 | 4 | 8; readonly value: Value }
  /** Through a pointer held in a slot, at a constant offset. */
  | { readonly op: 'store-at'; readonly pointer: string; readonly offset: number; readonly width: 1 | 2 | 4 | 8; readonly value: Value }
  | { readonly op: 'load-at'; readonly to: string; readonly pointer: string; readonly offset: number; readonly width: 1 | 2 | 4 | 8; readonly signed: boolean }
  /** Unsigned decimal digits of a value (up to 20, no NUL) at an address; `length` takes how many. */
  | { readonly op: 'decimal'; readonly value: Value; readonly address: Value; readonly length: string }
  /** Copies `length` bytes upwards; the areas must not overlap. */
  | { readonly op: 'copy'; readonly from: Value; readonly to: Value; readonly length: Value }
  | { readonly op: 'label'; readonly name: string }
  | { readonly op: 'jump'; readonly label: string }
  | { readonly op: 'branch'; readonly left: Value; readonly when: Condition; readonly right: Value; readonly label: string }
  /** Subroutines do not nest: between a label reached by `call` and its `return` there is no other `call`. */
  | { readonly op: 'call'; readonly label: string }
  | { readonly op: 'return' }
  /**
   * In a process that shares memory with the one that made it (CLONE_VM): slots of its own from here on, with the values of now.
   * At most one in a program. Blobs stay shared: such a process has others (Builder.owner).
   */
  | { readonly op: 'own-slots' }
  /** The stack pointer the kernel entered with: argc, argv, NULL, envp, NULL (System V ABI). First operation only. */
  | { readonly op: 'entry'; readonly to: string }
  | { readonly op: 'exit'; readonly code: Value }
  /** Must never be reached: an illegal instruction. */
  | { readonly op: 'trap' };

/** ro: constants. rw: initialised data. bss: zeroed memory that takes no room in the file. */
export type Blob =
  | { readonly kind: 'ro' | 'rw'; readonly name: string; readonly bytes: Uint8Array; readonly align: number }
  | { readonly kind: 'bss'; readonly name: string; readonly size: number; readonly align: number };

/** A whole program. Execution begins at the first operation. Slots are 8 zeroed bytes each and need no declaration. */
export interface Program {
  readonly ops: readonly Op[];
  readonly blobs: readonly Blob[];
}
