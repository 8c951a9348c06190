// What system calls cost on this machine under each filter: bench/seccomp-ns.c, compiled and run.

import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { encodeProgram } from '../src/bpf/instruction.ts';
import { filtersOf, judgedPolicies } from './seccomp-filters.ts';

/** Nanoseconds per call. */
export interface Time {
  readonly filter: string;
  /** For getppid, openat and personality in turn. */
  readonly calls: readonly { readonly least: number; readonly median: number }[];
}

export const TIMED_CALLS = ['getppid', 'openat', 'personality'] as const;

export function timeAll(libseccomp: (script: string) => Uint8Array, { rounds, calls }: { readonly rounds: number; readonly calls: number }): readonly Time[] {
  const machine = process.arch === 'arm64' ? 'arm64' : 'x86_64';
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-bench-'));
  try {
    const program = join(folder, 'seccomp-ns');
    execFileSync('gcc', ['-O2', '-Wall', '-Werror', '-o', program, 'bench/seccomp-ns.c']);
    const files = new Map([['-', 'no filter']]);
    for (const [index, { name, policy }] of judgedPolicies().entries()) {
      const { ours, theirs, tree } = filtersOf(policy, machine, libseccomp);
      for (const [who, instructions] of [['Holdfast', ours] as const, ['libseccomp, tree', tree] as const, ['libseccomp', theirs] as const]) {
        const file = join(folder, `${index}-${who.replaceAll(/\W+/g, '-')}`);
        writeFileSync(file, encodeProgram(instructions));
        files.set(file, `${name}: ${who}`);
      }
    }
    const lines = execFileSync(program, [String(rounds), String(calls), ...files.keys()], { encoding: 'utf8' })
      .trimEnd()
      .split('\n');
    return lines.map((line) => {
      const [file = '', ...words] = line.split(' ');
      const numbers = words.map(Number);
      return {
        filter: files.get(file) ?? file,
        calls: TIMED_CALLS.map((_, index) => ({ least: numbers[index * 2] ?? NaN, median: numbers[index * 2 + 1] ?? NaN })),
      };
    });
  } finally {
    rmSync(folder, { recursive: true });
  }
}
