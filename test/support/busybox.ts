// A small root file system made of busybox, and configurations for it.

import { chownSync, copyFileSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { spawnSync } from 'node:child_process';
import { findProgram } from './programs.ts';

const FOLDERS = ['bin', 'etc', 'proc', 'sys', 'dev', 'tmp', 'root', 'run', 'var', 'mnt', 'home'];

/** Makes `dir` a root file system: busybox with every applet as a symbolic link, a passwd and a group file. Returns `dir`. */
export function makeBusyboxRoot(dir: string, owner?: { readonly uid: number; readonly gid: number }): string {
  const busybox = findProgram('busybox');
  if (busybox === undefined) throw new Error('busybox-static is not installed');
  for (const folder of FOLDERS) mkdirSync(join(dir, folder), { recursive: true, mode: 0o755 });
  copyFileSync(busybox, join(dir, 'bin/busybox'));
  for (const applet of spawnSync(busybox, ['--list'], { encoding: 'utf8' }).stdout.trim().split('\n')) {
    if (applet !== 'busybox') symlinkSync('busybox', join(dir, 'bin', applet));
  }
  symlinkSync('bin', join(dir, 'sbin'));
  symlinkSync('.', join(dir, 'usr'));
  writeFileSync(join(dir, 'etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n');
  writeFileSync(join(dir, 'etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
  if (owner) for (const path of [dir, ...FOLDERS.map((folder) => join(dir, folder))]) chownSync(path, owner.uid, owner.gid);
  return dir;
}

/** Writes the lines as `dir`/config and returns that path. */
export function writeConfig(dir: string, lines: readonly string[]): string {
  mkdirSync(dir, { recursive: true });
  const path = join(dir, 'config');
  writeFileSync(path, `${lines.join('\n')}\n`);
  return path;
}
