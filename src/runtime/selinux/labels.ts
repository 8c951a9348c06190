// The SELinux labels of files, read from the files themselves (security.selinux, xattr(7)): of the root file system and of init.

import { closeSync, openSync } from 'node:fs';
import { join, normalize } from 'node:path';
import type { Machine } from '../../host/machine.ts';
import type { HostFacts } from '../../model/host.ts';
import type { SelinuxFacts } from '../../model/selinux.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { openAttributes } from '../shift/attributes.ts';

export const LABEL = 'security.selinux';
/** O_PATH, which Node does not name (fcntl.h of asm-generic): opens what may not be read. */
const O_PATH = 0o10000000;
const MOST_LINKS = 40;

/** Labels of a directory that becomes the root, and of init in it as far as that can be told. An overlay is mounted with a label. */
export function rootLabels({ root, init }: ContainerSpec, machine: Machine, host: HostFacts): NonNullable<SelinuxFacts['labels']> {
  if (root.kind !== 'dir') return { root: null, init: null };
  const program = init.argv.value[0] ?? '';
  const file = program.startsWith('/') ? insideRoot(machine, root.path, program) : null;
  const [ofRoot = null, ofInit = null] = readLabels([root.path, ...(file === null ? [] : [file])], host.cacheDir);
  return { root: ofRoot, init: ofInit };
}

/** Null where there is none, or the file cannot be opened. */
function readLabels(paths: readonly string[], cacheDir: string): readonly (string | null)[] {
  const files = paths.map((path) => {
    try {
      return openSync(path, O_PATH);
    } catch {
      return null;
    }
  });
  const open = files.filter((file) => file !== null);
  const attributes = openAttributes(cacheDir);
  try {
    const values = attributes.perform(open.map((file) => ({ file, name: LABEL })));
    return files.map((file) => (file === null ? null : labelText(values[open.indexOf(file)] ?? null)));
  } finally {
    attributes.close();
    for (const file of open) closeSync(file);
  }
}

/** The kernel gives it with a NUL at the end. */
export function labelText(value: Uint8Array | null): string | null {
  return value === null ? null : Buffer.from(value).toString('latin1').replace(/\0+$/, '');
}

/** Where a path leads for whoever has `root` as its root (path_resolution(7)); null: to nothing, or to nothing that can be told. */
function insideRoot(machine: Machine, root: string, path: string): string | null {
  let [done, rest] = ['/', normalize(path).split('/').filter(Boolean)];
  for (let links = 0; links < MOST_LINKS; ) {
    const [next, ...more] = rest;
    if (next === undefined) return join(root, done);
    const at = normalize(join(done, next)); // `..` of the root is the root
    const found = machine.lstat(join(root, at));
    if ('errno' in found) return null;
    if (found.value.kind === 'link') {
      const link = machine.readLink(join(root, at));
      if ('errno' in link) return null;
      links += 1;
      if (link.value.startsWith('/')) done = '/';
      rest = [...link.value.split('/').filter(Boolean), ...more];
    } else {
      done = at;
      rest = more;
    }
  }
  return null;
}
