// What Debian's packages lxc and lxc-templates ship, and what lxc-create writes without a network, is read without an error or a warning.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect } from 'vitest';
import { loadSpec } from '../../src/config/index.ts';
import { hostFiles } from '../../src/host/files.ts';
import { realMachine } from '../../src/host/machine.ts';
import { needing } from '../support/needs.ts';
import { run } from '../support/run.ts';

const directory = mkdtempSync(join(tmpdir(), 'holdfast-shipped-'));
afterAll(() => rmSync(directory, { recursive: true, force: true }));

const found = (path: string) => loadSpec(hostFiles(realMachine()), path, { name: 'x', command: ['true'] }).diagnostics;

/** Configurations below a directory; the examples have policies of system calls beside them. */
function configsIn(path: string): readonly string[] {
  if (!existsSync(path)) return [];
  const names = readdirSync(path).filter((name) => name.endsWith('.conf') && !name.startsWith('seccomp'));
  return names.map((name) => join(path, name));
}

describe('shipped', () => {
  const it = needing('lxc-templates');
  const paths = ['/usr/share/lxc/config', '/usr/share/doc/lxc/examples', '/etc/lxc'].flatMap(configsIn);
  it('there are files of both packages', () => expect(paths.length).toBeGreaterThan(30));
  for (const path of paths) it(path, () => expect(found(path)).toEqual([]));
});

describe('written by lxc-create', () => {
  const it = needing('root', 'lxc', 'busybox');
  const created = async (name: string, ...words: string[]) => {
    const done = await run(['lxc-create', '-P', directory, '-n', name, ...words], { env: { PATH: '/usr/sbin:/usr/bin:/sbin:/bin', HOME: '/root' } });
    expect(done.code, done.stdout + done.stderr).toBe(0);
    return found(join(directory, name, 'config'));
  };

  it('without a template', async () => expect(await created('none', '-t', 'none')).toEqual([]));
  it('by the template busybox', async () => expect(await created('busybox', '-t', 'busybox')).toEqual([]));
  it('by the template local, of an image made here', async () => {
    const image = join(directory, 'image');
    mkdirSync(join(image, 'root/rootfs'), { recursive: true });
    mkdirSync(join(image, 'meta'));
    writeFileSync(join(image, 'meta/config'), 'lxc.include = LXC_TEMPLATE_CONFIG/common.conf\nlxc.arch = x86_64\n');
    writeFileSync(join(image, 'meta/create-message'), 'made\n');
    for (const part of ['root', 'meta']) expect(spawnSync('tar', ['cJf', join(image, `${part}.tar.xz`), '-C', join(image, part), '.']).status).toBe(0);
    expect(await created('local', '-t', 'local', '--', '--metadata', join(image, 'meta.tar.xz'), '--fstree', join(image, 'root.tar.xz'))).toEqual([]);
  });
});
