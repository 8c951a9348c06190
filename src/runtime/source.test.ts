// What a user names, to a specification: names, places, and which mistakes are thrown and which are diagnostics.

import { describe, expect, test } from 'vitest';
import { type Fixture, fixtureMachine } from '../host/fixture.ts';
import { legacyMachine } from '../host/testing.ts';
import { diagnosticText } from '../model/diagnostic.ts';
import { HoldfastError } from '../model/error.ts';
import { checkName, prepare, type Source } from './source.ts';

const CONFIG = 'lxc.rootfs.path = dir:/srv/web\nlxc.uts.name = web\n';

function machine(files: Fixture['files'] = {}, rest: Partial<Fixture> = {}) {
  const base = legacyMachine();
  return fixtureMachine({ ...base, ...rest, files: { ...base.files, '/srv/web/etc/passwd': '', ...files } });
}

/** The code of what is thrown. */
function thrown(source: Source, files: Fixture['files'] = {}, rest: Partial<Fixture> = {}): string {
  try {
    prepare(source, machine(files, rest));
  } catch (error) {
    if (error instanceof HoldfastError) return error.code;
    throw error;
  }
  throw new Error('nothing was thrown');
}

describe('a name', () => {
  test.each(['web', 'a', '_x', '0', 'web.example-1', 'x'.repeat(200), 'config'])('%s is one', (name) => {
    expect(checkName(name)).toBe(name);
  });

  test.each(['', '.', '..', '.a', '-a', 'a/b', 'a b', 'a\nb', 'a\0', 'ä', 'x'.repeat(201), 'a$', 'web\n'])('%j is none', (name) => {
    expect(() => checkName(name)).toThrow(HoldfastError);
    expect(thrown({ name })).toBe('bad-name');
  });
});

describe('where a configuration is', () => {
  test('by name below the lxcpath: that of root, of a user, or another', () => {
    const files = { '/var/lib/lxc/web/config': CONFIG, '/home/alice/.local/share/lxc/web/config': CONFIG, '/other/web/config': CONFIG };
    const path = (source: Source, rest: Partial<Fixture> = {}) => prepare(source, machine(files, rest)).configPath;
    expect(path({ name: 'web' })).toBe('/var/lib/lxc/web/config');
    expect(path({ name: 'web' }, { uid: 1000, env: { HOME: '/home/alice' } })).toBe('/home/alice/.local/share/lxc/web/config');
    expect(path({ name: 'web', lxcpath: '/other' })).toBe('/other/web/config');
  });

  test.each([
    ['/etc/web.conf', 'web'],
    ['/etc/web', 'web'],
    ['/srv/containers/db/config', 'db'],
    ['/etc/a.b.conf', 'a.b'],
  ])('%s is that of %s, unless it is given a name', (file, name) => {
    expect(prepare({ file }, machine({ [file]: CONFIG })).spec?.name).toBe(name);
    expect(prepare({ file, name: 'other' }, machine({ [file]: CONFIG })).spec?.name).toBe('other');
  });

  test.each(['/etc/.conf', '/etc/my web.conf', '/config', '/etc/-x.conf'])('%s needs a name', (file) => {
    expect(thrown({ file }, { [file]: CONFIG })).toBe('bad-name');
    expect(prepare({ file, name: 'web' }, machine({ [file]: CONFIG })).spec?.name).toBe('web');
  });

  test('nowhere: a command runs in the embedded container, and without one there is nothing to do', () => {
    const { spec, configPath } = prepare({ command: ['id'] }, machine());
    expect([spec?.name, spec?.root.kind, spec?.init.argv.value, configPath]).toEqual(['default', 'host', ['id'], null]);
    expect(thrown({})).toBe('nothing-named');
  });
});

describe('what is wrong', () => {
  const messages = (source: Source, files: Fixture['files']) =>
    prepare(source, machine(files)).diagnostics.map((one) => `${one.code} ${diagnosticText(one).message}`);

  test('a container that is not there is thrown, with where it was looked for', () => {
    expect(thrown({ name: 'web' })).toBe('no-such-container');
    expect(() => prepare({ name: 'web', lxcpath: '/other' }, machine())).toThrow('/other/web/config does not exist');
  });

  test('a file that cannot be read is one diagnostic, and no second one about what it lacks', () => {
    expect(messages({ file: '/etc/web.conf' }, {})).toEqual(["HF108 cannot read '/etc/web.conf': there is no such file"]);
    expect(messages({ name: 'web' }, { '/var/lib/lxc/web/config': { errno: 'EACCES' } })).toEqual([
      "HF108 cannot read '/var/lib/lxc/web/config': it may not be read by this user",
    ]);
    expect(messages({ name: 'web' }, { '/var/lib/lxc/web/config': 'lxc.rootfs.path\n' })).toEqual(["HF103 there is no '=' in 'lxc.rootfs.path'"]);
  });

  test('but one that is read is told to lack its root', () => {
    expect(messages({ file: '/web' }, { '/web': 'lxc.uts.name = x\n' })).toEqual(['HF142 there is no root file system and nothing to run']);
  });

  test('-s and --allow-missing are lines behind the file, in that order', () => {
    const files = { '/web': CONFIG };
    const { spec } = prepare({ file: '/web', set: ['lxc.uts.name=other', 'lxc.apparmor.profile=x'], allowMissing: ['lxc.apparmor.profile'] }, machine(files));
    expect(spec?.hostname).toEqual({ value: 'other', why: { kind: 'option', text: '-s lxc.uts.name=other' } });
    expect(spec?.allowMissing.map(({ value }) => value)).toEqual(['lxc.apparmor.profile']);
    expect(messages({ file: '/web', set: ['nothing'] }, files)).toEqual(["HF114 'nothing' assigns nothing"]);
  });

  test('lines can be quoted, whatever they end with', () => {
    const text = 'lxc.uts.name = one\r\nlxc.nosuch = 1\r# two\nlxc.other = 2';
    const { lineOf, diagnostics } = prepare({ file: '/web' }, machine({ '/web': text }));
    const quoted = diagnostics.flatMap(({ span }) => (span === undefined ? [] : [lineOf(span.file, span.line)]));
    expect(quoted).toEqual(expect.arrayContaining(['lxc.nosuch = 1', 'lxc.other = 2']));
    expect(lineOf('/web', 1)).toBe('lxc.uts.name = one');
    expect([lineOf('/web', 0), lineOf('/web', 5), lineOf('/other', 1)]).toEqual([undefined, undefined, undefined]);
  });

  test('a machine that will not do, whatever the configuration', () => {
    const old = prepare({ file: '/web' }, machine({ '/web': CONFIG }, { release: '4.19.0' }));
    expect(old.spec).toBeNull();
    expect(old.diagnostics.map(({ code }) => code)).toContain('HF502');
  });
});
