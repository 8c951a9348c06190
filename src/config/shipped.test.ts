// The files that LXC ships are read without an error or a warning, unchanged, wherever they are installed.

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { type ConfigFiles, loadSpec, readConfig } from './index.ts';

const DIRECTORY = '/usr/share/lxc/config';
const installed = existsSync(DIRECTORY);
const names = installed ? readdirSync(DIRECTORY).filter((name) => name.endsWith('.conf')) : [];

function attempt<T>(act: () => T): T | { readonly kind: 'error'; readonly errno: string; readonly message: string } {
  try {
    return act();
  } catch (error) {
    const errno = error instanceof Error && 'code' in error ? String(error.code) : 'EIO';
    return { kind: 'error', errno, message: errno };
  }
}

const disk: ConfigFiles = {
  read: (path) => attempt(() => ({ kind: 'text', text: readFileSync(path, 'utf8') }) as const),
  list: (path) => attempt(() => ({ kind: 'names', names: readdirSync(path) }) as const),
};

describe.skipIf(!installed)(`${DIRECTORY} (skipped without the package lxc)`, () => {
  test('holds files to read', () => expect(names).toContain('common.conf'));
  test.each(names)('%s', (name) => expect(readConfig(disk, `${DIRECTORY}/${name}`).diagnostics).toEqual([]));

  test('common.conf and userns.conf together: the second takes back what the first asks', () => {
    const load = (...includes: readonly string[]) =>
      loadSpec(disk, null, { name: 'x', overrides: ['lxc.rootfs.path=/srv', ...includes.map((name) => `lxc.include=${DIRECTORY}/${name}.conf`)] }).spec;
    expect(load('common')).toMatchObject({
      capabilities: {
        mode: 'drop',
        names: [{ value: 'mac_admin' }, { value: 'mac_override' }, { value: 'sys_time' }, { value: 'sys_module' }, { value: 'sys_rawio' }],
      },
      mountAuto: { proc: { value: 'mixed' }, sys: { value: 'mixed' }, cgroup: { value: { kind: 'cgroup', mode: 'mixed' } } },
      dev: { ttyDir: { value: 'lxc' }, ptyMax: { value: 1024 }, ttys: { value: 4 } },
      mounts: [{ target: 'sys/fs/fuse/connections', optional: true }],
      unenforced: [],
    });
    expect(load('common')?.cgroup.values.length).toBe(26);
    expect(load('common', 'userns')).toMatchObject({
      cgroup: { values: [] },
      capabilities: { mode: 'drop', names: [] },
      mountAuto: { proc: { value: 'mixed' }, sys: { value: 'rw' } },
      dev: { ttyDir: { value: '' } },
    });
  });
});
