// An attribute of this process, proc_pid_attr(5). The task itself writes, and the kernel (since 5.13) refuses a descriptor that was opened
// under other credentials or by another program, so each write opens its own. It goes through the host's /proc, which the monitor opens
// before anything is mounted: the container may have none, or one of its own making.

import type { LabelWrite } from '../../model/label.ts';
import type { Action } from '../../model/step.ts';

export const PROC = { slot: 'label.proc' } as const;
const WORD = 8;

/** Opens, writes, reads back through the same descriptor, and compares every byte. */
export function writeAttribute({ file, text, reads }: LabelWrite, buffer: string): readonly Action[] {
  const slot = { slot: 'label.file' } as const;
  const { size, compared } = compareText(reads, buffer);
  return [
    { sys: 'openat', args: [PROC, { text: `self/attr/${file}` }, { flags: ['O_RDWR', 'O_CLOEXEC'] }, 0], save: slot.slot },
    { sys: 'write', args: [slot, { text }, Buffer.byteLength(text)], expect: Buffer.byteLength(text) },
    { sys: 'read', args: [slot, { buffer, size }, size], expect: Buffer.byteLength(reads) },
    ...compared,
    { sys: 'close', args: [slot] },
  ];
}

/** How much room an answer must be given, and that it is this text. A longer answer would fill more, so its length alone tells it. */
export function compareText(text: string, buffer: string): { readonly size: number; readonly compared: readonly Action[] } {
  const bytes = Buffer.from(text);
  const size = (Math.floor(bytes.length / WORD) + 1) * WORD;
  const padded = Buffer.concat([bytes, Buffer.alloc(size - bytes.length)]);
  const compared = Array.from(
    { length: Math.ceil(bytes.length / WORD) },
    (_, index): Action => ({
      compare: buffer,
      offset: index * WORD,
      width: WORD,
      value: padded.readBigUInt64LE(index * WORD),
      what: `bytes ${index * WORD} to ${Math.min((index + 1) * WORD, bytes.length) - 1} of the label are ${JSON.stringify(bytes.toString('latin1', index * WORD, (index + 1) * WORD))}`,
    }),
  );
  return { size, compared };
}
