// Writes src/kernel/*.gen.ts from the kernel's exported headers (Debian packages linux-libc-dev*), from libc's where the
// kernel exports no header, and from src/kernel/sources/newer-syscalls.json. Run with `npm run generate`.
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { constantTables } from '../src/kernel/sources/constant-tables.ts';
import { errnoTable } from '../src/kernel/sources/errno-table.ts';
import { HEADER_PACKAGES, type HeaderPackageName, installedPackage, packageLabel } from '../src/kernel/sources/header-packages.ts';
import { headerSets } from '../src/kernel/sources/header-sets.ts';
import { smallTables } from '../src/kernel/sources/small-tables.ts';
import { structTable } from '../src/kernel/sources/struct-table.ts';
import { packedSyscallTable, syscallTable } from '../src/kernel/sources/syscall-table.ts';

/** Makes every table as text, by path from the root of the project. Needs gcc, objcopy and the header packages. */
export function generateTables(): Record<string, string> {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-headers-'));
  try {
    const sets = headerSets(folder);
    return {
      'src/kernel/syscalls.gen.ts': syscallTable(sets, label),
      'src/kernel/syscalls-packed.gen.ts': packedSyscallTable(sets, label),
      'src/kernel/constants.gen.ts': constantTables(sets, label),
      'src/kernel/structs.gen.ts': structTable(sets, label),
      'src/kernel/errno.gen.ts': errnoTable(sets, label),
      ...smallTables(sets, label),
    };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** Entry for tools/run.mjs: writes the tables below the current folder. */
export function main(): void {
  for (const [path, text] of Object.entries(generateTables())) {
    writeFileSync(path, text);
    process.stdout.write(`${path} ${text.length}\n`);
  }
}

function label(name: HeaderPackageName): string {
  const found = installedPackage(name);
  if (found === undefined) {
    throw new Error(`package ${name} or its changelog is not installed; needed: ${HEADER_PACKAGES.join(' ')}`);
  }
  return packageLabel(found);
}
