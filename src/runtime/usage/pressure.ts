// Pressure stall information of a group: Documentation/accounting/psi.rst. Only the unified hierarchy has it; there every group does,
// whatever its controllers, so that a hybrid machine has it too.

import type { Pressure, Stall } from '../../model/usage.ts';
import { nested, type ReadFile } from './files.ts';

/** null where the kernel is built without it, or started with psi=0 (the file is there, and reading gives EOPNOTSUPP). */
export function readPressure(read: ReadFile, path: string): Pressure | null {
  const lines = nested(read(path));
  const some = stall(lines.get('some'));
  return some === null ? null : { some, full: stall(lines.get('full')) };
}

function stall(values: ReadonlyMap<string, number> | undefined): Stall | null {
  const [avg10, avg60, avg300, total] = ['avg10', 'avg60', 'avg300', 'total'].map((key) => values?.get(key));
  return avg10 === undefined || avg60 === undefined || avg300 === undefined || total === undefined ? null : { avg10, avg60, avg300, total };
}
