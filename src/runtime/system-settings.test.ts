// Which file holds for whom, and what comes of it.

import { describe, expect, test } from 'vitest';
import { type Fixture, fixtureMachine } from '../host/fixture.ts';
import { legacyMachine } from '../host/testing.ts';
import { HoldfastError } from '../model/error.ts';
import { prepare } from './source.ts';
import { defaultLxcpath, systemSettings } from './system-settings.ts';

const ALICE = { uid: 1000, env: { HOME: '/home/alice' } };
const files = {
  '/etc/lxc/lxc.conf': 'lxc.lxcpath = /srv/root\n',
  '/home/alice/.config/lxc/lxc.conf': 'lxc.lxcpath = /srv/alice\nlxc.cgroup.pattern = lxc/%n\n',
};

test('root has a file, a user another one that takes its place', () => {
  expect(systemSettings(fixtureMachine({ files }))).toMatchObject({ lxcpath: '/srv/root', cgroupPattern: null, diagnostics: [] });
  expect(systemSettings(fixtureMachine({ files, ...ALICE }))).toMatchObject({ lxcpath: '/srv/alice', cgroupPattern: { value: 'lxc/%n' }, diagnostics: [] });
  expect(systemSettings(fixtureMachine({ files, uid: 1000, env: { HOME: '/home/bob' } })).lxcpath).toBe('/home/bob/.local/share/lxc');
});

test('without a file the built-in places hold', () => {
  expect(systemSettings(fixtureMachine({ files: {} })).lxcpath).toBe('/var/lib/lxc');
  expect(systemSettings(fixtureMachine({ files: {}, uid: 1000 })).lxcpath).toBe('/.local/share/lxc');
  expect(systemSettings(fixtureMachine({ files: { '/etc/lxc/lxc.conf': { errno: 'ENOTDIR' } } })).diagnostics).toEqual([]);
});

describe('an error', () => {
  const wrong: Fixture['files'] = { '/etc/lxc/lxc.conf': '# ours\nlxc.lxcpth = /srv\n', '/var/lib/lxc/web/config': 'lxc.rootfs.path = dir:/srv\n' };
  test('makes no container, whatever else is right', () => {
    const { spec, diagnostics, lineOf } = prepare(
      { name: 'web', command: ['true'] },
      fixtureMachine({ ...legacyMachine(), files: { ...legacyMachine().files, ...wrong } }),
    );
    expect([spec, diagnostics.map(({ code, span }) => [code, span?.file, span?.line])]).toEqual([null, [['HF146', '/etc/lxc/lxc.conf', 2]]]);
    expect(lineOf('/etc/lxc/lxc.conf', 2)).toBe('lxc.lxcpth = /srv');
  });
  test('is thrown where only the place of containers is asked for', () => {
    expect(() => defaultLxcpath(fixtureMachine({ files: wrong }))).toThrow(HoldfastError);
    expect(() => defaultLxcpath(fixtureMachine({ files: wrong }))).toThrow(
      "/etc/lxc/lxc.conf:2: 'lxc.lxcpth' is no key of lxc.conf: LXC would silently ignore this line; did you mean 'lxc.lxcpath'?",
    );
  });
  test('is a file that is there and cannot be read', () => {
    expect(systemSettings(fixtureMachine({ files: { '/etc/lxc/lxc.conf': { errno: 'EACCES' } } })).diagnostics).toMatchObject([
      { code: 'HF149', severity: 'error' },
    ]);
  });
});

test('the pattern and the path come into the specification, an option before the file', () => {
  const base = legacyMachine();
  const system = { '/etc/lxc/lxc.conf': 'lxc.lxcpath = /srv/lxc\nlxc.cgroup.pattern = lxc/%n\n' };
  const config = 'lxc.rootfs.path = dir:/srv/web\n';
  const machine = fixtureMachine({
    ...base,
    files: { ...base.files, ...system, '/srv/web/etc/passwd': '', '/srv/lxc/web/config': config, '/other/web/config': config },
  });
  const { spec, configPath } = prepare({ name: 'web' }, machine);
  expect([configPath, spec?.cgroup.pattern]).toEqual([
    '/srv/lxc/web/config',
    { value: 'lxc/%n', why: { kind: 'config', span: { file: '/etc/lxc/lxc.conf', line: 2, column: 1, length: 27 } } },
  ]);
  expect(prepare({ name: 'web', lxcpath: '/other' }, machine).configPath).toBe('/other/web/config');
  expect(prepare({ command: ['true'] }, machine).spec?.cgroup.pattern?.value).toBe('lxc/%n');
});
