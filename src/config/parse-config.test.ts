// A configuration as a typed object: the values by key, includes through a reader, nothing where there is an error; and the
// types themselves, which the compiler checks (a line with @ts-expect-error must not compile).

import fc from 'fast-check';
import { describe, expect, expectTypeOf, test } from 'vitest';
import { type Config, parseConfig } from '../index.ts';
import { KEYS } from './keys/lookup.ts';

const configOf = (text: string): Config => {
  const { config, diagnostics } = parseConfig(text);
  if (config === null) throw new Error(JSON.stringify(diagnostics));
  return config;
};

/** A line of every kind of value, and what it is. */
const VALUES: readonly (readonly [text: string, expected: Config])[] = [
  ['lxc.cap.drop = sys_time\nlxc.cap.drop = mknod audit_write', { 'lxc.cap.drop': ['sys_time', 'mknod', 'audit_write'] }],
  ['lxc.no_new_privs = 1', { 'lxc.no_new_privs': true }],
  ['lxc.tty.max = 4\nlxc.tty.max = 2', { 'lxc.tty.max': 2 }],
  ['lxc.signal.halt = SIGTERM', { 'lxc.signal.halt': 15 }],
  ['lxc.uts.name = "web"', { 'lxc.uts.name': 'web' }],
  ['lxc.init.groups = 1,2\nlxc.init.groups = 3', { 'lxc.init.groups': [1, 2, 3] }],
  ['lxc.prlimit.nofile = 1024:unlimited', { 'lxc.prlimit.nofile': { soft: 1024n, hard: null } }],
  ['lxc.limit.core = 0', { 'lxc.prlimit.core': { soft: 0n, hard: 0n } }],
  [
    'lxc.idmap = u 0 100000 65536\nlxc.idmap = g 0 100000 65536',
    {
      'lxc.idmap': [
        { kind: 'u', inside: 0, outside: 100000, count: 65536 },
        { kind: 'g', inside: 0, outside: 100000, count: 65536 },
      ],
    },
  ],
  ['lxc.namespace.keep = net ipc', { 'lxc.namespace.keep': ['net', 'ipc'] }],
  [
    'lxc.mount.auto = proc:mixed sys:ro',
    {
      'lxc.mount.auto': [
        { about: 'proc', value: 'mixed' },
        { about: 'sys', value: 'ro' },
      ],
    },
  ],
  ['lxc.rootfs.options = ro', { 'lxc.rootfs.options': { readOnly: true, others: [] } }],
  ['lxc.group = onboot web\nlxc.group = lab', { 'lxc.group': ['onboot', 'web', 'lab'] }],
  [
    'lxc.mount.auto = proc:mixed sys:ro\nlxc.mount.auto = proc:rw',
    {
      'lxc.mount.auto': [
        { about: 'proc', value: 'rw' },
        { about: 'sys', value: 'ro' },
      ],
    },
  ],
  ['lxc.arch = i686', { 'lxc.arch': 'linux32' }],
  ['lxc.init.cmd = /sbin/init --quiet', { 'lxc.init.cmd': ['/sbin/init', '--quiet'] }],
  [
    'lxc.environment = A=1\nlxc.environment = HOME',
    {
      'lxc.environment': [
        { name: 'A', value: '1' },
        { name: 'HOME', value: null },
      ],
    },
  ],
  ['lxc.cgroup2.devices.allow = c 1:3 rwm\nlxc.cgroup2.devices.allow = c 1:5 rwm', { 'lxc.cgroup2.devices.allow': ['c 1:3 rwm', 'c 1:5 rwm'] }],
  ['lxc.hook.start = /a b\nlxc.hook.start = /c', { 'lxc.hook.start': ['/a b', '/c'] }],
  ['lxc.network.type = veth\nlxc.network.ipv4 = 10.0.0.2/24', { 'lxc.net.0.type': 'veth', 'lxc.net.0.ipv4.address': ['10.0.0.2/24'] }],
  ['lxc.cap.drop = sys_time\nlxc.cap.drop =', {}],
  ['', {}],
];

test.each(VALUES)('%j', (text, expected) => {
  expect(configOf(text)).toEqual(expected);
});

test('a line of fstab(5) is taken apart', () => {
  expect(configOf('lxc.mount.entry = /srv/my\\040data data none bind,create=dir 0 0')['lxc.mount.entry']).toMatchObject([
    { source: '/srv/my data', target: 'data', options: ['bind'], optional: false, create: 'dir' },
  ]);
});

describe('errors', () => {
  test('are all told, in order, at their columns, and there is no configuration', () => {
    const { config, diagnostics } = parseConfig('lxc.cap.dorp = x\nlxc.tty.max = 1\nlxc.autodev = maybe\nlxc.net.0.link = br0', { file: './web.conf' });
    expect(config).toBeNull();
    expect(diagnostics.map(({ code, span }) => [code, span?.file, span?.line, span?.column])).toEqual([
      ['HF101', 'web.conf', 1, 1],
      ['HF120', 'web.conf', 3, 15],
      ['HF143', 'web.conf', 4, 1],
    ]);
  });

  test('warnings leave the configuration as it is', () => {
    const { config, diagnostics } = parseConfig('lxc.aa_profile = unconfined');
    expect(config).toEqual({ 'lxc.apparmor.profile': 'unconfined' });
    expect(diagnostics.map(({ code }) => code)).toEqual(['HF111']);
  });

  test('nothing is thrown for any text', () => {
    const word = fc.constantFrom(...KEYS.map(({ name }) => name.replace('N', '0')), '=', ' ', '\n', '#', '"', 'lxc.', '0', 'x', '/', '\0');
    fc.assert(
      fc.property(fc.array(fc.oneof(word, fc.string({ unit: 'binary' }))), (parts) => {
        const { config, diagnostics } = parseConfig(parts.join(''));
        expect(config === null).toBe(diagnostics.some(({ severity }) => severity === 'error'));
      }),
    );
  });
});

describe('includes', () => {
  const files: Readonly<Record<string, string>> = { '/etc/common.conf': 'lxc.tty.max = 4', '/etc/d/1.conf': 'lxc.pty.max = 9', '/etc/d/README': 'no' };
  const read = (path: string) => files[path] ?? null;
  const list = (path: string) => (path === '/etc/d' ? ['README', '1.conf'] : null);

  test('are read by the reader, directories by the lister', () => {
    const { config } = parseConfig('lxc.include = /etc/common.conf\nlxc.include = /etc/d/', { read, list });
    expect(config).toEqual({ 'lxc.tty.max': 4, 'lxc.pty.max': 9 });
  });

  test('are an error where they are missing, or where there is no reader; other files are not asked for', () => {
    expect(parseConfig('lxc.include = /etc/absent', { read }).diagnostics).toMatchObject([{ code: 'HF108', data: { reason: 'there is no such file' } }]);
    expect(parseConfig('lxc.include = /etc/common.conf').diagnostics).toMatchObject([
      { code: 'HF108', data: { reason: expect.stringContaining('no reader') } },
    ]);
    expect(parseConfig('lxc.seccomp.profile = /etc/absent\nlxc.mount.fstab = /etc/absent').config).toEqual({
      'lxc.seccomp.profile': '/etc/absent',
      'lxc.mount.fstab': '/etc/absent',
    });
  });
});

describe('types', () => {
  test('are those of the grammar of each key', () => {
    expectTypeOf<Config['lxc.cap.drop']>().toEqualTypeOf<readonly string[] | undefined>();
    expectTypeOf<Config['lxc.no_new_privs']>().toEqualTypeOf<boolean | undefined>();
    expectTypeOf<Config['lxc.tty.max']>().toEqualTypeOf<number | undefined>();
    expectTypeOf<Config['lxc.prlimit.nofile']>().toEqualTypeOf<{ readonly soft: bigint | null; readonly hard: bigint | null } | undefined>();
    expectTypeOf<Config['lxc.net.0.type']>().toEqualTypeOf<'empty' | 'none' | 'veth' | 'macvlan' | 'ipvlan' | 'vlan' | 'phys' | undefined>();
    expectTypeOf<Config['lxc.net.12.ipv4.address']>().toEqualTypeOf<readonly string[] | undefined>();
    expectTypeOf<Config['lxc.cgroup.dir']>().toEqualTypeOf<string | undefined>();
    expectTypeOf<Config['lxc.cgroup.memory.limit_in_bytes']>().toEqualTypeOf<readonly string[] | undefined>();
    expectTypeOf<Config['lxc.arch']>().toEqualTypeOf<'linux' | 'linux32' | undefined>();
    expectTypeOf<Config['holdfast.allow_missing']>().toEqualTypeOf<readonly string[] | undefined>();
  });

  test('know no key that does not exist, old names and clearing keys included', () => {
    // @ts-expect-error there is no such key
    type Misspelt = Config['lxc.cap.dorp'];
    // @ts-expect-error it is today lxc.apparmor.profile
    type Old = Config['lxc.aa_profile'];
    // @ts-expect-error it only clears
    type Clears = Config['lxc.net'];
    // @ts-expect-error a list is no text
    const wrong: Config = { 'lxc.cap.drop': 'sys_time' };
    expectTypeOf<[Misspelt, Old, Clears]>().not.toBeNever();
    expect(wrong).toBeDefined();
  });
});
