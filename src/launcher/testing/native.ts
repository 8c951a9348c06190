// For tests: runs emitted programs on this machine, and asks binutils about them.

import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Whether emitted x86-64 programs can run here. */
export const runsHere = process.platform === 'linux' && process.arch === 'x64';
/** Behind the title of what is skipped where they cannot. */
export const needsX86 = runsHere ? '' : ` [needs x86-64: this is ${process.platform} on ${process.arch}]`;

/** Calls `use` with the path of a file of that content, which can be executed; removes it afterwards. */
export function withFile<T>(content: Uint8Array, use: (path: string) => T): T {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-'));
  try {
    const path = join(folder, 'program');
    writeFileSync(path, content, { mode: 0o700 });
    return use(path);
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export interface Ended {
  /** The exit code, or null and the signal. */
  readonly code: number | null;
  readonly signal: string | null;
  readonly stdout: Buffer;
}

/** Runs an ELF file to its end; more than five seconds is a failure. */
export function run(elf: Uint8Array, args: readonly string[] = [], environment: Record<string, string> = {}): Ended {
  return withFile(elf, (path) => {
    const { status, signal, stdout, error } = spawnSync(path, args, { env: environment, timeout: 5_000, maxBuffer: 64 << 20 });
    if (error !== undefined) throw error;
    return { code: status, signal, stdout };
  });
}

/** What `readelf` or another tool says about a file. */
export function ask(elf: Uint8Array, tool: string, options: readonly string[]): string {
  return withFile(elf, (path) => execFileSync(tool, [...options, path], { encoding: 'utf8', maxBuffer: 64 << 20 }));
}

/** `objdump -d` of bare code: offset and instruction, spaces normalised, without what objdump explains behind `#`. */
export function disassemble(code: Uint8Array): { readonly offset: number; readonly text: string }[] {
  const listing = ask(code, 'objdump', ['-D', '-b', 'binary', '-m', 'i386:x86-64', '-M', 'intel', '--no-show-raw-insn', '-w']);
  return listing.split('\n').flatMap((line) => {
    const match = /^\s*([0-9a-f]+):\s*(.*)$/.exec(line);
    if (match === null) return [];
    const text = (match[2] ?? '').replace(/#.*$/, '').trim().replace(/\s+/g, ' ');
    return [{ offset: Number.parseInt(match[1] ?? '', 16), text }];
  });
}
