// Where programs are, for probes: a look into PATH, and what kind of ELF file a program is.

import { accessSync, constants, readFileSync } from 'node:fs';
import { join } from 'node:path';

const SYSTEM_PATH = ['/usr/local/sbin', '/usr/local/bin', '/usr/sbin', '/usr/bin', '/sbin', '/bin'];

/** The absolute path of a program, searched in PATH and then where the system keeps its own; undefined when absent. */
export function findProgram(name: string): string | undefined {
  const folders = [...(process.env['PATH'] ?? '').split(':'), ...SYSTEM_PATH].filter((folder) => folder.startsWith('/'));
  return folders.map((folder) => join(folder, name)).find(isExecutable);
}

export function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

/** Is this a 64-bit ELF program that asks for no interpreter (elf(5): no PT_INTERP)? */
export function isStatic(path: string): boolean {
  const file = readFileSync(path);
  if (file.subarray(0, 5).toString('latin1') !== '\x7fELF\x02') return false;
  const table = Number(file.readBigUInt64LE(32));
  const size = file.readUInt16LE(54);
  const kinds = Array.from({ length: file.readUInt16LE(56) }, (_, index) => file.readUInt32LE(table + index * size));
  return !kinds.includes(3);
}
