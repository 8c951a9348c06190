// The kernel's log, record by record (Documentation/ABI/testing/dev-kmsg).

import { constants, openSync, readSync } from 'node:fs';

const LOG = '/dev/kmsg';
const LARGEST_RECORD = 8192;

/** A descriptor that stands before the oldest record, or why there is none (EPERM: kernel.dmesg_restrict). */
export function openKernelLog(): number | { readonly errno: string } {
  try {
    return openSync(LOG, constants.O_RDONLY | constants.O_NONBLOCK);
  } catch (error) {
    return { errno: (error as NodeJS.ErrnoException).code ?? 'EIO' };
  }
}

/**
 * Those from where the descriptor stands to the newest. read(2) gives one record, EAGAIN behind the last one, EPIPE where some
 * were overwritten before they were read: `overwritten` is called then.
 */
export function* kernelRecords(log: number, overwritten: () => void = () => undefined): Iterable<string> {
  const buffer = Buffer.alloc(LARGEST_RECORD);
  for (;;) {
    try {
      yield buffer.toString('utf8', 0, readSync(log, buffer, 0, buffer.length, null));
    } catch (error) {
      const { code } = error as NodeJS.ErrnoException;
      if (code === 'EAGAIN') return;
      if (code !== 'EPIPE') throw error;
      overwritten();
    }
  }
}
