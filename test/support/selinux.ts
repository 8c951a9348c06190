// SELinux for live tests: contexts of the policy that guests have, and what bears which label.

import { spawnSync } from 'node:child_process';
import { copyFileSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { realMachine } from '../../src/host/machine.ts';
import { relabelContainer } from '../../src/runtime/selinux/relabel-container.ts';
import type { TestContainer } from './container.ts';
import { findProgram } from './programs.ts';
import { run, type RunResult } from './run.ts';

export const PROCESS = 'system_u:system_r:container_t:s0';
export const FILES = 'system_u:object_r:container_file_t:s0';

export const contextOf = (pid: number): string => readFileSync(`/proc/${pid}/attr/current`, 'utf8').replace(/\0$/, '');

/** Of the files themselves, links as well. */
export function labelsOf(...paths: readonly string[]): readonly string[] {
  const done = spawnSync('stat', ['-c', '%C', ...paths], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(done.stderr);
  return done.stdout.trim().split('\n');
}

export const relabel = ({ name, lxcpath }: TestContainer, options: { readonly undo?: boolean; readonly mounts?: boolean } = {}, tell = () => {}) =>
  relabelContainer({ name, lxcpath }, { undo: false, mounts: false, ...options, tell }, realMachine());

/** A busybox that every container may execute, and what it says when it is run in a context. What it writes goes through a pipe of ours. */
export function confinedBusybox() {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-selinux-'));
  const program = join(folder, 'busybox');
  const done = (copyFileSync(findProgram('busybox') ?? '', program), spawnSync('chcon', ['-R', FILES, folder], { encoding: 'utf8' }));
  if (done.status !== 0) throw new Error(done.stderr);
  return {
    run: (context: string, ...words: readonly string[]): Promise<RunResult> => run(['runcon', context, program, ...words]),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Calls `work` while the kernel only tells of what it would forbid. */
export async function whilePermissive(work: () => unknown): Promise<void> {
  writeFileSync('/sys/fs/selinux/enforce', '0');
  try {
    await work();
  } finally {
    writeFileSync('/sys/fs/selinux/enforce', '1');
  }
}
