// One table of accepted and refused values for each grammar. Accepted is what LXC accepts, unless said otherwise.

import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../model/diagnostic.ts';
import { findKey } from './keys/lookup.ts';
import { parseValue } from './parse-value.ts';
import type { Value } from './value.ts';

/** Parses; the places of parts are offsets into the text. */
function parse(key: string, text: string): { readonly value: Value; readonly found: readonly Diagnostic[]; readonly places: readonly string[] } {
  const match = findKey(key);
  if (match.kind !== 'known') throw new Error(`${key} is no key`);
  const found: Diagnostic[] = [];
  const at = (offset = 0, length = text.length - offset) => ({ kind: 'config', span: { file: 'f', line: 1, column: offset, length } }) as const;
  const value = parseValue(match.entry, { key: match.key, rest: match.rest, text, at }, (one) => found.push(one) > 0);
  return { value, found, places: found.map(({ span }) => text.slice(span?.column, (span?.column ?? 0) + (span?.length ?? 0))) };
}

// biome-ignore format: a case is a line
const accepted: Readonly<Record<string, readonly (readonly [text: string, value: unknown])[]>> = {
  'lxc.autodev': [['0', { value: false }], ['1', { value: true }], ['', { value: false }]],
  'lxc.no_new_privs': [['1', { value: true }], ['', { kind: 'empty' }]],
  'lxc.tty.max': [['4', { value: 4 }], ['0x10', { value: 16 }], ['010', { value: 8 }], ['0', { value: 0 }]],
  'lxc.start.order': [['-3', { value: -3 }]],
  'lxc.init.uid': [['4294967294', { value: 4294967294 }]],
  'lxc.init.groups': [['10,20', { ids: [10, 20] }], ['10, 20', { ids: [10, 20] }], ['7', { ids: [7] }]],
  'lxc.signal.halt': [
    ['SIGPWR', { value: 30 }], ['sigterm', { value: 15 }], ['SIGRTMIN+3', { value: 37 }], ['SIGRTMAX-1', { value: 63 }], ['9', { value: 9 }],
    ['SIGCLD', { value: 17 }], ['0', { kind: 'empty' }],
  ],
  'lxc.prlimit.nofile': [
    ['1024', { soft: 1024n, hard: 1024n }], ['1024:2048', { soft: 1024n, hard: 2048n }], ['unlimited', { soft: null, hard: null }], ['10 : unlimited', { soft: 10n, hard: null }],
    ['10:', { soft: 10n, hard: 10n }], ['18446744073709551615', { soft: null, hard: null }],
  ],
  'lxc.idmap': [
    ['u 0 100000 65536', { ranges: [{ kind: 'u', inside: 0, outside: 100000, count: 65536 }] }],
    ['g\t5  6 1', { ranges: [{ kind: 'g', inside: 5, outside: 6, count: 1 }] }],
    ['b 0 1 2', { ranges: [{ kind: 'u', inside: 0, outside: 1, count: 2 }, { kind: 'g', inside: 0, outside: 1, count: 2 }] }],
    ['u 0 0 4294967295', { ranges: [{ kind: 'u', inside: 0, outside: 0, count: 4294967295 }] }],
  ],
  'lxc.cap.drop': [['sys_time\tmac_admin 25', { words: [{ value: 'sys_time' }, { value: 'mac_admin' }, { value: '25' }] }], ['0x19', { words: [{ value: '25' }] }]],
  'lxc.cap.keep': [['none chown', { words: [{ value: 'none' }, { value: 'chown' }] }]],
  'lxc.namespace.clone': [['user MNT net', { names: [{ value: 'user' }, { value: 'mnt' }, { value: 'net' }] }], ['mount network', { names: [{ value: 'mnt' }, { value: 'net' }] }]],
  'lxc.mount.auto': [
    ['proc', { tokens: [{ about: 'proc', setting: { value: 'mixed' } }] }],
    ['proc:rw sys', { tokens: [{ about: 'proc', setting: { value: 'rw' } }, { about: 'sys', setting: { value: 'mixed' } }] }],
    ['sys:ro', { tokens: [{ about: 'sys', setting: { value: 'ro' } }] }],
    ['cgroup', { tokens: [{ about: 'cgroup', setting: { value: { kind: 'cgroup', mode: 'default', force: false } } }] }],
    ['cgroup-full:ro:force', { tokens: [{ about: 'cgroup', setting: { value: { kind: 'cgroup-full', mode: 'ro', force: true } } }] }],
    ['cgroup2', { tokens: [{ about: 'cgroup', setting: { value: { kind: 'cgroup2', mode: 'rw', force: true } } }] }],
    ['shmounts:/srv:/mnt', { tokens: [{ about: 'shmounts', setting: { value: '/srv:/mnt' } }] }],
  ],
  'lxc.mount.entry': [
    ['/a b none bind 0 0', { line: { source: '/a', target: 'b', fstype: 'none', options: ['bind'], optional: false, create: null, unenforced: [] } }],
    ['/a\\040b c\\134d tmpfs', { line: { source: '/a b', target: 'c\\d', fstype: 'tmpfs', options: [] } }],
    ['a b/c/ tmpfs size=1m,optional,create=dir,nosuid', { line: { target: 'b/c', options: ['size=1m', 'nosuid'], optional: true, create: 'dir' } }],
    // LXC finds its words inside others: here they are options of the file system.
    ['a b tmpfs rootcontext=x,myoptional,xcreate=dir', { line: { options: ['rootcontext=x', 'myoptional', 'xcreate=dir'], optional: false, create: null } }],
    ['/a b none bind,relative,idmap=container', { line: { options: ['bind'], idmap: { value: { of: 'container' } }, unenforced: ['relative'] } }],
  ],
  'lxc.rootfs.options': [['ro', { readOnly: true, others: [] }], ['ro,rw', { readOnly: false }], ['nosuid,ro,idmap=container', { readOnly: true, idmap: { value: { of: 'container' } }, others: ['nosuid'] }]],
  'lxc.init.cmd': [
    ['/sbin/init', { argv: ['/sbin/init'] }],
    ['/bin/sh -c "echo a  b" \'x y\'', { argv: ['/bin/sh', '-c', 'echo a  b', 'x y'] }],
    ['sh -c""x "a"b', { argv: ['sh', '-c""x', 'a', 'b'] }],
    ['sh ""', { argv: ['sh', ''] }],
  ],
  'lxc.environment': [['A=b=c', { name: 'A', value: 'b=c' }], ['TERM', { name: 'TERM', value: null }], ['A=', { name: 'A', value: '' }]],
  'lxc.arch': [['i686', { personality: 'linux32' }], ['amd64', { personality: 'linux' }]],
  'lxc.cgroup.dir': [['a//b/./c/', { value: 'a/b/c' }]],
  'lxc.cgroup.devices.allow': [['c 1:3 rwm', { value: 'c 1:3 rwm' }]],
  'lxc.time.offset.boot': [['-5 h', { value: '-5 h' }]],
  'lxc.log.level': [['DEBUG', { value: 'debug' }], ['3', { value: '3' }]],
  'lxc.net.0.type': [['veth', { value: 'veth' }]],
  'lxc.net.0.link': [['br-lan.1', { value: 'br-lan.1' }], ['x'.repeat(15), { kind: 'text' }], ['eth+', { kind: 'text' }]],
  'lxc.net.0.veth.vlan.id': [['none', { value: 'none' }], ['4094', { value: '4094' }]],
  'lxc.uts.name': [['x'.repeat(64), { kind: 'text' }]],
  'lxc.net.0.hwaddr': [['00:16:3e:xx:xx:xx', { value: '00:16:3e:xx:xx:xx' }]],
  'lxc.group': [['a b', { words: [{ value: 'a' }, { value: 'b' }] }]],
  'holdfast.allow_missing': [
    ['lxc.apparmor.profile', { value: 'lxc.apparmor.profile' }], ['lxc.aa_profile', { value: 'lxc.apparmor.profile' }], ['lxc.hook.*', { value: 'lxc.hook.*' }],
    ['lxc.cgroup.', { value: 'lxc.cgroup.*' }], ['lxc.cgroup.memory.*', { value: 'lxc.cgroup.memory.*' }], ['lxc.net.0.*', { value: 'lxc.net.0.*' }],
  ],
};

describe.each(Object.entries(accepted))('%s takes', (key, cases) => {
  test.each(cases)('%j', (text, expected) => {
    const { value, found } = parse(key, text);
    expect(found.filter(({ severity }) => severity === 'error')).toEqual([]);
    expect(value).toMatchObject(expected as object);
  });
});

/** The part that is blamed, and what the help says. */
// biome-ignore format: a case is a line
const refused: Readonly<Record<string, readonly (readonly [text: string, part: string, suggestion?: string])[]>> = {
  'lxc.autodev': [['yes', 'yes', 'write 1'], ['2', '2'], ['off', 'off', 'write 0']],
  'lxc.tty.max': [['4x', '4x'], ['-1', '-1'], ['08', '08'], ['1 2', '1 2']],
  'lxc.init.uid': [['4294967295', '4294967295']],
  'lxc.init.groups': [['10,audio,7', 'audio'], [',', ',']],
  'lxc.signal.halt': [['TERM', 'TERM', "write 'SIGTERM'"], ['SIGTREM', 'SIGTREM', "did you mean 'SIGTERM'?"], ['SIGRTMIN', 'SIGRTMIN'], ['SIGRTMIN+31', 'SIGRTMIN+31'], ['65', '65']],
  'lxc.prlimit.nofile': [['many', 'many'], ['2:1', '2:1', 'write soft:hard'], ['unlimited:1', 'unlimited:1'], ['1:2:3', '1:2:3']],
  'lxc.idmap': [['a 0 1 2', 'a'], ['u 0 1', 'u 0 1'], ['u 0 x 2', 'x'], ['u 0 1 0', 'u 0 1 0'], ['u 1 0 4294967295', 'u 1 0 4294967295'], ['u 0 4294967295 1', 'u 0 4294967295 1'], ['u 0 1 2 3', 'u 0 1 2 3']],
  'lxc.cap.drop': [['chown sys_tme', 'sys_tme', "did you mean 'sys_time'?"], ['CAP_CHOWN', 'CAP_CHOWN', "write 'chown'"], ['chown,', 'chown,', "write 'chown'"], ['none', 'none'], ['64', '64'], ['kill # x', '#', 'comments have lines of their own']],
  'lxc.namespace.clone': [['net ipcs', 'ipcs', "did you mean 'ipc'?"]],
  'lxc.mount.auto': [['proc sys:rx', 'sys:rx', "did you mean 'sys:ro' or 'sys:rw'?"], ['shmounts:', 'shmounts:'], ['cgroup:ro:forced', 'cgroup:ro:forced', "did you mean 'cgroup:ro:force'?"]],
  'lxc.mount.entry': [
    ['/a', '/a'], ['/a b', '/a b'], ['/a b none bind 0 0 0', '0'], ['/a b none bind x', 'x'], ['/a b none bind,create=dri', 'create=dri'], ['/a b none ro,create', 'create'], ['/a / none bind', '/'],
  ],
  'lxc.rootfs.options': [['ro,create=dir', 'create=dir'], ['optional', 'optional']],
  'lxc.init.cmd': [['sh -c "a', '"'], ["sh 'a", "'"], ['""', '""'], [' ', ' ']],
  'lxc.environment': [['=b', '=b']],
  'lxc.arch': [['x86-64', 'x86-64', "did you mean 'x86_64'?"]],
  'lxc.cgroup.dir': [['/a', '/a'], ['a/../b', 'a/../b']],
  'lxc.cgroup.dir.container.inner': [['a/b', 'a/b']],
  'lxc.time.offset.boot': [['5', '5'], ['5d', '5d']],
  'lxc.seccomp.notify.proxy': [['/run/x', '/run/x']],
  'lxc.log.level': [['loud', 'loud']],
  'lxc.net.0.type': [['vteh', 'vteh', "did you mean 'veth'?"], ['VETH', 'VETH', "did you mean 'veth'?"]],
  'lxc.net.0.name': [['a-name-that-is-too-long', 'a-name-that-is-too-long'], ['a/b', 'a/b'], ['a b', 'a b'], ['..', '..'], ['a:0', 'a:0']],
  'lxc.net.0.vlan.id': [['4095', '4095']],
  'lxc.net.0.veth.vlan.id': [['4095', '4095'], ['-1', '-1']],
  'lxc.uts.name': [['x'.repeat(65), 'x'.repeat(65)]],
  'lxc.net.0.flags': [['down', 'down']],
  'lxc.net': [['x', 'x']],
  'lxc.rootfs.mount': [[`/${'x'.repeat(4095)}`, `/${'x'.repeat(4095)}`]],
  'holdfast.allow_missing': [['*', '*'], ['lxc.nothing.*', 'lxc.nothing.*'], ['lxc.apparmor', 'lxc.apparmor']],
};

describe.each(Object.entries(refused))('%s refuses', (key, cases) => {
  test.each(cases)('%j', (text = '', part = '', suggestion) => {
    const { value, found, places } = parse(key, text);
    expect(value).toEqual({ kind: 'invalid' });
    expect(places).toEqual([part]);
    expect(found[0]?.severity).toBe('error');
    if (suggestion !== undefined) expect(found[0]?.data['suggestion']).toBe(suggestion);
  });
});

test.each(['lxc.arch', 'lxc.mount.fstab'])('%s refuses an empty value, as LXC does', (key) => {
  expect(parse(key, '').found.map(({ code }) => code)).toEqual(['HF121']);
});
