// A value is in force when its file says so: it is written and read back through one descriptor, and compared with what the kernel
// prints for it. A few files round a value, or take it without an error and keep another.

import type { Action, Slot } from '../../model/step.ts';
import { writeCalls } from './file-calls.ts';

/** Steps compare eight bytes at most. */
const WIDTHS = [8, 4, 2, 1] as const;

/** `expected`: what the file must say then, without the end of its line; null where it cannot be told: then it is only written. */
export function writeAndRead(path: string, text: string, expected: string | null, slot: Slot): readonly Action[] {
  if (expected === null) return writeCalls(path, text, slot);
  const length = Buffer.byteLength(text);
  return [
    { sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: path }, { flags: ['O_RDWR', 'O_CLOEXEC'] }, 0], save: slot },
    { sys: 'write', args: [{ slot }, { text }, length], expect: length },
    ...readBack(slot, expected),
    { sys: 'close', args: [{ slot }] },
  ];
}

/** Opens and reads: it must hold exactly this line. */
export function checkValue(path: string, expected: string, slot: Slot): readonly Action[] {
  return [
    { sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: path }, { flags: ['O_RDONLY', 'O_CLOEXEC'] }, 0], save: slot },
    ...readBack(slot, expected),
    { sys: 'close', args: [{ slot }] },
  ];
}

/** Reads the file at `slot` from its beginning; it must hold exactly this line. */
function readBack(slot: Slot, expected: string): readonly Action[] {
  const line = Buffer.from(`${expected}\n`);
  const buffer = 'cgroup.read';
  // One more than expected: a longer file must not pass.
  return [
    { sys: 'pread64', args: [{ slot }, { buffer, size: line.length + 1 }, line.length + 1, 0], expect: line.length },
    ...pieces(line).map(({ offset, width, value }) => ({ compare: buffer, offset, width, value, what: `it reads back as ${expected}` })),
  ];
}

function pieces(bytes: Buffer): readonly { readonly offset: number; readonly width: 1 | 2 | 4 | 8; readonly value: bigint }[] {
  const found: { offset: number; width: 1 | 2 | 4 | 8; value: bigint }[] = [];
  for (let offset = 0; offset < bytes.length; ) {
    const left = bytes.length - offset;
    const width = WIDTHS.find((one) => one <= left) ?? 1;
    let value = 0n;
    for (let at = width - 1; at >= 0; at -= 1) value = (value << 8n) | BigInt(bytes[offset + at] ?? 0);
    found.push({ offset, width, value });
    offset += width;
  }
  return found;
}
