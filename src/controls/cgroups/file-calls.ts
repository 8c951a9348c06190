// The three calls that put a text into a file of the control-group file system: one write is one command to the kernel.

import type { ErrnoName } from '../../kernel/errno.gen.ts';
import type { Slot, SysCall } from '../../model/step.ts';

/** Opens, writes the whole text in one call, closes. The kernel says nothing of a text it took only in part, so the length is checked. */
export function writeCalls(path: string, text: string, slot: Slot, tolerate: readonly ErrnoName[] = []): readonly SysCall[] {
  const length = Buffer.byteLength(text);
  return [
    { sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: path }, { flags: ['O_WRONLY', 'O_CLOEXEC'] }, 0], save: slot },
    {
      sys: 'write',
      args: [{ slot }, { text }, length],
      ...(tolerate.length > 0 ? { tolerate } : { expect: length }),
    },
    { sys: 'close', args: [{ slot }] },
  ];
}
