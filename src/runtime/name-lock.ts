// While a container is made, changed or removed nobody can start it: the lock of its name, which its monitor would hold.

import { mkdirSync, rmSync } from 'node:fs';
import { basename } from 'node:path';
import type { HostFacts } from '../model/host.ts';
import { lockFile } from '../plan/claim.ts';
import { whileHolding } from './ids/file-lock.ts';

/** Calls `work` while this process alone has the name. */
export function whileNobodyStarts<T>({ runDir, cacheDir }: HostFacts, name: string, work: () => T): T {
  mkdirSync(runDir, { recursive: true, mode: 0o700 });
  const lock = lockFile(runDir, name);
  return whileHolding(runDir, basename(lock), cacheDir, () => {
    try {
      return work();
    } finally {
      rmSync(lock, { force: true }); // before it is let go of, as a monitor does
    }
  });
}
