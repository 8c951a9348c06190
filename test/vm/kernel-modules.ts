// Kernel modules with what they need, in the order in which they can be loaded: read from their own .modinfo, without kmod's tables.

import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { basename, join } from 'node:path';

export interface KernelModule {
  /** With underscores, as the kernel spells it. */
  readonly name: string;
  readonly object: Buffer;
}

/** The modules named and all they depend on, below a folder /lib/modules/RELEASE; what is built into the kernel is left out. */
export function modulesInOrder(folder: string, names: readonly string[]): readonly KernelModule[] {
  const files = new Map(
    readdirSync(join(folder, 'kernel'), { recursive: true, encoding: 'utf8' })
      .filter((path) => /\.ko(\.\w+)?$/.test(path))
      .map((path) => [kernelName(basename(path)), join(folder, 'kernel', path)]),
  );
  const builtIn = new Set(
    readFileSync(join(folder, 'modules.builtin'), 'utf8')
      .split('\n')
      .map((path) => kernelName(basename(path))),
  );
  const ordered = new Map<string, KernelModule>();
  const add = (name: string): void => {
    if (ordered.has(name) || builtIn.has(name)) return;
    const path = files.get(name);
    if (path === undefined) throw new Error(`the kernel package has no module ${name}`);
    const object = readObject(path);
    const { needed, wanted } = dependencies(object);
    for (const other of needed) add(other);
    for (const other of wanted) if (files.has(other)) add(other);
    ordered.set(name, { name, object });
  };
  for (const name of names) add(kernelName(name));
  return [...ordered.values()];
}

/** What a module says that it needs (`depends=`), and what should be loaded before it where it is there (`softdep=pre:`). */
export function dependencies(object: Buffer): { readonly needed: readonly string[]; readonly wanted: readonly string[] } {
  const info = object.toString('latin1');
  const needed = /\0depends=([^\0]*)\0/.exec(info)?.[1]?.split(',') ?? [];
  const wanted = [...info.matchAll(/\0softdep=pre:([^\0]*)\0/g)].flatMap(([, list = '']) => list.replace(/post:.*/, '').split(/\s+/));
  const clean = (names: readonly string[]) => names.filter((name) => name !== '').map(kernelName);
  return { needed: clean(needed), wanted: clean(wanted) };
}

const kernelName = (file: string): string => file.replace(/\.ko(\.\w+)?$/, '').replaceAll('-', '_');

function readObject(path: string): Buffer {
  if (!path.endsWith('.xz')) return readFileSync(path);
  const done = spawnSync('xz', ['-dc', path], { maxBuffer: 1 << 26 });
  if (done.status !== 0) throw new Error(`xz cannot unpack ${path}: ${done.error?.message ?? done.stderr.toString()}`);
  return done.stdout;
}
