// The door of the launcher compiler: a Program becomes an executable file.

import { assert } from './assert.ts';
import { ELF_HEADERS_SIZE, writeElf } from './elf.ts';
import type { Blob, Program } from './ir.ts';
import { layOut } from './layout.ts';
import { type Machine, OWN_SLOTS_BLOB, SLOTS_BLOB } from './machine.ts';
import { symbolsOf } from './symbols.ts';
import { validate } from './validate.ts';
import { x86_64 } from './x86-64/machine.ts';

export interface EmitOptions {
  readonly arch: 'x86_64';
  /** Adds sections and a symbol for every label, marked call and blob, for objdump, gdb and perf. Costs no memory. */
  readonly symbols?: boolean;
}

const MACHINES: Readonly<Record<EmitOptions['arch'], Machine>> = { x86_64 };

/**
 * Compiles a program to a static ELF executable. A faulty program throws an AssertionError.
 *
 * @example
 * const b = createBuilder();
 * b.exit(7);
 * writeFileSync('seven', emit(b.program(), { arch: 'x86_64' }), { mode: 0o700 });
 */
export function emit(program: Program, options: EmitOptions): Uint8Array {
  validate(program);
  const machine = MACHINES[options.arch];
  const { text, starts, links, slotBytes } = machine.assemble(program);

  const slots: Blob = { kind: 'bss', name: SLOTS_BLOB, size: slotBytes, align: 8 };
  const own = program.ops.some(({ op }) => op === 'own-slots') ? [{ ...slots, name: OWN_SLOTS_BLOB }] : [];
  const blobs = [slots, ...own, ...program.blobs];
  const layout = layOut(blobs, text.length, ELF_HEADERS_SIZE, machine.maxPageSize);
  for (const { at, from, blob, offset } of links) {
    const start = layout.addresses.get(blob);
    assert(start !== undefined, () => `there is no blob ${blob}`);
    machine.patch(text, at, start + offset - (layout.text.address + from));
  }

  const symbols = options.symbols === true ? symbolsOf(program, starts, layout, blobs) : null;
  return writeElf({ machine: machine.elfMachine, pageSize: machine.maxPageSize, layout, text, blobs, symbols });
}
