// A container of Debian's LXC in a guest: what it is confined by there is what Holdfast's containers are compared with.

import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach } from 'vitest';
import { makeBusyboxRoot, writeConfig } from '../../support/busybox.ts';
import { run, type RunResult } from '../../support/run.ts';

export interface LxcContainer {
  readonly rootfs: string;
  start(): Promise<RunResult>;
  /** The label of its init, as the kernel tells it. */
  label(): Promise<string>;
  attach(script: string): Promise<RunResult>;
  /** What lxc-start wrote into its log. */
  log(): string;
}

/** Makes containers with the configuration lines given; after each test they are stopped and removed. */
export function lxcContainers(): (name: string, lines: readonly string[]) => LxcContainer {
  const made: { readonly name: string; readonly path: string }[] = [];
  afterEach(async () => {
    for (const { name, path } of made.splice(0)) {
      await run(['lxc-stop', '-P', path, '-n', name, '-k']);
      rmSync(path, { recursive: true, force: true });
    }
  });
  return (name, lines) => {
    const path = mkdtempSync(join(tmpdir(), 'lxc-'));
    made.push({ name, path });
    const rootfs = makeBusyboxRoot(join(path, name, 'rootfs'));
    const common = ['lxc.net.0.type = empty', 'lxc.tty.max = 0', 'lxc.mount.auto = proc:rw sys:rw cgroup:rw', 'lxc.init.cmd = /bin/sleep 1000'];
    writeConfig(join(path, name), [`lxc.uts.name = ${name}`, `lxc.rootfs.path = dir:${rootfs}`, ...common, ...lines]);
    const words = ['-P', path, '-n', name];
    const log = join(path, 'log');
    return {
      rootfs,
      start: () => run(['lxc-start', ...words, '-o', log]),
      async label() {
        const { stdout } = await run(['lxc-info', ...words, '-pH']);
        return readFileSync(`/proc/${stdout.trim()}/attr/current`, 'utf8').replace(/[\0\n]+$/, '');
      },
      attach: (script) => run(['lxc-attach', ...words, '--', '/bin/sh', '-c', script]),
      log: () => readFileSync(log, 'utf8'),
    };
  };
}

/** The kernel's messages so far. */
export async function kernelMessages(): Promise<string> {
  return (await run(['dmesg'])).stdout;
}
