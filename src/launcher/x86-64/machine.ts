// x86-64 for the launcher compiler: assembles a Program into position-independent code in one pass.
// Intel SDM volume 2 for encodings, System V ABI (AMD64 supplement) for entry state and system calls.

import { type Assembled, type Machine, SLOTS_BLOB } from '../machine.ts';
import type { Program } from '../ir.ts';
import { type Code, createCode, overwrite32, reserve, resolveJumps } from './code.ts';
import { forEachValue, slotWritten } from '../operands.ts';
import { loadAddress } from './moves.ts';
import { operation } from './operations.ts';
import { SLOT_BASE, SLOT_BIAS } from './values.ts';

/** The slots that are used most come first: within an 8-bit displacement each use is 3 bytes shorter. */
function placeSlots(code: Code, program: Program): void {
  const uses = new Map<string, number>();
  const count = (name: string) => uses.set(name, (uses.get(name) ?? 0) + 1);
  for (const op of program.ops) {
    const written = slotWritten(op);
    if (written !== null) count(written);
    forEachValue(op, (value) => {
      if (value.kind === 'slot') count(value.name);
    });
    if ('pointer' in op) count(op.pointer);
  }
  const byUse = [...uses].sort(([, one], [, other]) => other - one);
  for (const [index, [name]] of byUse.entries()) code.slots.set(name, index);
}

const EM_X86_64 = 62; // System V ABI, 4.1.1

function assemble(program: Program): Assembled {
  const code = createCode();
  placeSlots(code, program);
  loadAddress(code, SLOT_BASE, { blob: SLOTS_BLOB, offset: SLOT_BIAS });
  const starts: number[] = [];
  for (const op of program.ops) {
    reserve(code, 128);
    starts.push(code.length);
    operation(code, op);
  }
  resolveJumps(code);
  return { text: code.bytes.subarray(0, code.length), starts, links: code.links, slotBytes: code.slots.size * 8 };
}

export const x86_64: Machine = { elfMachine: EM_X86_64, maxPageSize: 4096, assemble, patch: overwrite32 };
