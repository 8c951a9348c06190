// The first root file system of a guest: the static busybox, the modules that the host's root file system is mounted with, two scripts.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Kernel } from './kernel.ts';
import { modulesInOrder } from './kernel-modules.ts';
import { type Entry, writeArchive } from './newc.ts';
import { PROJECT } from './paths.ts';

/** To reach the host's root over 9p, and to make it writable. */
const MODULES = ['virtio_pci', '9pnet_virtio', '9p', 'overlay'];
const FOLDERS = ['bin', 'dev', 'host', 'modules', 'proc', 'root', 'sys', 'upper'];

/** `policy` is the binary SELinux policy that is loaded before anything else happens; null for none. */
export function initrd(kernel: Kernel, policy: Buffer | null): Buffer {
  const modules = modulesInOrder(kernel.modules, MODULES);
  const script = (name: string) => readFileSync(join(PROJECT, 'test/vm/guest', name));
  const file = (name: string, data: Buffer, mode = 0o644): Entry => ({ name, mode: 0o100000 | mode, data });
  return writeArchive([
    ...FOLDERS.map((name) => ({ name, mode: 0o040755 })),
    { name: 'dev/console', mode: 0o020600, device: [5, 1] },
    { name: 'dev/null', mode: 0o020666, device: [1, 3] },
    file('bin/busybox', readFileSync('/bin/busybox'), 0o755),
    file('init', script('first-stage.sh'), 0o755),
    file('second-stage', script('second-stage.sh')),
    ...modules.map(({ name, object }) => file(`modules/${name}.ko`, object)),
    file('modules/order', Buffer.from(modules.map(({ name }) => `${name}\n`).join(''))),
    ...(policy === null ? [] : [file('policy', policy)]),
  ]);
}
