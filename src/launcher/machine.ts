// What the launcher compiler asks of a machine. x86-64/ answers it; arm64 will be one more folder.

import type { Program } from './ir.ts';

/** The blob that holds all slots, 8 bytes each; `emit` makes it, no program may define it. */
export const SLOTS_BLOB = '.slots';
/** The slots behind `own-slots`. */
export const OWN_SLOTS_BLOB = '.slots.own';

/** A place in the text that waits for the address of a byte of a blob. */
export interface Link {
  /** Where in the text the distance is written. */
  readonly at: number;
  /** The place in the text that the distance is counted from. */
  readonly from: number;
  readonly blob: string;
  readonly offset: number;
}

export interface Assembled {
  readonly text: Uint8Array;
  /** Where in the text each operation begins, by its index in the program. */
  readonly starts: readonly number[];
  readonly links: readonly Link[];
  /** How much room the slots need. */
  readonly slotBytes: number;
}

export interface Machine {
  /** e_machine of the ELF header. */
  readonly elfMachine: number;
  /** The largest page size Linux may have on this machine: p_align of the segments. */
  readonly maxPageSize: number;
  assemble(program: Program): Assembled;
  /** Writes a distance in bytes into the instruction at `at`. */
  patch(text: Uint8Array, at: number, distance: number): void;
}
