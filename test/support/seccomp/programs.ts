// The C programs of this folder, compiled when a test first needs them: what this kernel makes of a filter, what libseccomp makes
// of a policy, which filters a process is under, and a proxy (proxy.ts).

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { isAbsolute, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { encodeProgram, type Instruction } from '../../../src/bpf/instruction.ts';

export interface Job {
  readonly program: readonly Instruction[];
  readonly nr: number;
  readonly args?: readonly bigint[];
  /** By int $0x80 of x86_64: a call of i386. */
  readonly compat?: boolean;
}

export interface Programs {
  /** For each job `load ERRNO`, `result N`, `trap` or `signal N`. */
  probe(jobs: readonly Job[]): readonly string[];
  remove(): void;
}

export function buildProbe(): Programs {
  const { folder, path } = compileC('probe.c', []);
  return {
    probe(jobs) {
      const file = join(folder, 'jobs');
      writeFileSync(file, Buffer.concat(jobs.map(encodeJob)));
      const lines = execFileSync(path, [file], { encoding: 'utf8', maxBuffer: 2 ** 26 })
        .trimEnd()
        .split('\n');
      if (lines.length !== jobs.length) throw new Error(`${jobs.length} jobs, ${lines.length} answers`);
      return lines;
    },
    remove: () => rmSync(folder, { recursive: true }),
  };
}

/** Gives the bytes of libseccomp's filter for a script as libseccomp.c describes it; `source` says where that is, for bundled programs. */
export function buildLibseccomp(source = 'libseccomp.c'): { readonly filter: (script: string) => Uint8Array; readonly remove: () => void } {
  const { folder, path } = compileC(source, ['-lseccomp']);
  return { filter: (script) => execFileSync(path, { input: script }), remove: () => rmSync(folder, { recursive: true }) };
}

export interface Filters {
  readonly path: string;
  readonly of: (pid: number) => readonly string[];
  /** Of each of them, of which the kernel tells SECCOMP_FILTER_FLAG_LOG alone. */
  readonly flagsOf: (pid: number) => readonly number[];
  readonly remove: () => void;
}

/** Tells the filters a process is under, first loaded first, as hexadecimal; `path` runs commands under one (filters.c). */
export function buildFilters(): Filters {
  const { folder, path } = compileC('filters.c', []);
  const lines = (words: readonly string[]) => execFileSync(path, words, { encoding: 'utf8' }).split('\n').filter(Boolean);
  const of = (pid: number) => lines([String(pid)]);
  const flagsOf = (pid: number) => lines([String(pid), 'flags']).map(Number);
  return { path, of, flagsOf, remove: () => rmSync(folder, { recursive: true }) };
}

/** The folder is the caller's to remove. */
export function compileC(source: string, libraries: readonly string[]): { readonly folder: string; readonly path: string } {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-seccomp-'));
  const path = join(folder, 'program');
  execFileSync('gcc', ['-O1', '-Wall', '-Werror', '-o', path, isAbsolute(source) ? source : fileURLToPath(new URL(source, import.meta.url)), ...libraries]);
  return { folder, path };
}

const HEAD = 8;
const ARGUMENTS = 6;

function encodeJob({ program, nr, args = [], compat = false }: Job): Buffer {
  const head = Buffer.alloc(HEAD + ARGUMENTS * 8);
  head.writeUInt16LE(program.length, 0);
  head.writeUInt16LE(compat ? 1 : 0, 2);
  head.writeUInt32LE(nr >>> 0, 4);
  for (const [index, arg] of args.entries()) head.writeBigUInt64LE(BigInt.asUintN(64, arg), HEAD + index * 8);
  return Buffer.concat([head, encodeProgram(program)]);
}
