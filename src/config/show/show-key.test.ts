// What `config get` says of a configuration: merged, cleared and repeated lines, families, defaults, and where each value comes from.

import { describe, expect, test } from 'vitest';
import { originText } from '../../model/origin.ts';
import { KEYS } from '../keys/lookup.ts';
import { memoryFiles } from '../files.ts';
import { readConfig } from '../read.ts';
import { showAll, showKey } from './show-key.ts';

const TEXT = `
lxc.include = /more
lxc.autodev =
lxc.tty.max = 0x4
lxc.log.level = 1
lxc.console.size = 5000
lxc.console.buffer.size = auto
lxc.time.offset.boot = 5h
lxc.time.offset.monotonic = 7 us
lxc.signal.halt = SIGRTMIN+3
lxc.rootfs.path = dir:/srv//web/./root/
lxc.mount.auto = proc sys:ro cgroup2:ro
lxc.mount.auto = sys:rw cgroup:mixed:force shmounts:/a
lxc.cap.drop = chown
lxc.cap.drop =
lxc.cap.drop = kill 0x10
lxc.namespace.keep = net ipc
lxc.namespace.keep = user net
lxc.init.groups = 1, 2
lxc.init.groups = 3
lxc.idmap = b 0 0x186a0 65536
lxc.prlimit.nofile = 10 : 20
lxc.prlimit.core = unlimited
lxc.prlimit.cpu = 5:unlimited
lxc.environment = A=b
lxc.environment = TERM
lxc.mount.entry = /a b none  bind
lxc.arch = i386
lxc.net.07.type = empty
lxc.net.7.flags = up
lxc.net.8.type = ipvlan
lxc.net.8.ipv4.address = 10.0.3.2/24 10.0.3.255
lxc.network.type = veth
lxc.network.ipv4 = 10.1.0.1/8
lxc.cgroup.memory.limit_in_bytes = 1G
lxc.cgroup.devices.deny = a
lxc.cgroup.devices.allow = c 1:3 rwm
lxc.cgroup.devices.allow = c 1:5 rwm
lxc.hook.start = /x y
lxc.aa_profile = unconfined
`;
const { settings } = readConfig(memoryFiles({ '/c': TEXT, '/more': 'lxc.uts.name = web\nlxc.tty.max = 1\n' }), '/c', { overrides: ['lxc.pty.max=7'] });

function show(key: string): readonly string[] | string | null {
  const shown = showKey(settings, key);
  if (shown.kind !== 'held') return shown.kind;
  const values = shown.values.map((value) => (value.key === shown.key ? value.text : `${value.key} = ${value.text}`));
  return shown.set ? values : (values[0] ?? null);
}

// biome-ignore format: a case is a line
test.each<readonly [key: string, shown: ReturnType<typeof show>]>([
  ['lxc.uts.name', ['web']], ['lxc.tty.max', ['4']], ['lxc.pty.max', ['7']], ['lxc.autodev', ['0']], ['lxc.log.level', ['DEBUG']],
  ['lxc.console.size', ['8192']], ['lxc.console.buffer.size', ['131072']], ['lxc.time.offset.boot', ['18000s']], ['lxc.time.offset.monotonic', ['7000ns']],
  ['lxc.signal.halt', ['37']], ['lxc.rootfs.path', ['/srv/web/root']], ['lxc.mount.auto', ['proc:mixed', 'sys:rw', 'cgroup:mixed:force', 'shmounts:/a']],
  ['lxc.cap.drop', ['kill', '16']], ['lxc.cap.keep', null], ['lxc.namespace.keep', ['user', 'ipc', 'net']], ['lxc.init.groups', ['1', '2', '3']],
  ['lxc.idmap', ['u 0 100000 65536', 'g 0 100000 65536']], ['lxc.prlimit.nofile', ['10:20']], ['lxc.prlimit.cpu', ['5:unlimited']],
  ['lxc.prlimit', ['lxc.prlimit.nofile = 10:20', 'lxc.prlimit.core = unlimited', 'lxc.prlimit.cpu = 5:unlimited']], ['lxc.limit.core', ['unlimited']],
  ['lxc.environment', ['A=b', 'TERM']], ['lxc.mount.entry', ['/a b none  bind']], ['lxc.arch', ['i686']], ['lxc.apparmor.profile', ['unconfined']], ['lxc.aa_profile', ['unconfined']],
  ['lxc.net.7', ['lxc.net.7.type = empty', 'lxc.net.7.flags = up']], ['lxc.net.007.flags', ['up']], ['lxc.net.9.ipv4.address', ['10.1.0.1/8']], ['lxc.net.8.ipv4.address', ['10.0.3.2/24']],
  ['lxc.cgroup.devices.allow', ['c 1:3 rwm', 'c 1:5 rwm']], ['lxc.cgroup.devices.*', ['lxc.cgroup.devices.deny = a', 'lxc.cgroup.devices.allow = c 1:3 rwm', 'lxc.cgroup.devices.allow = c 1:5 rwm']],
  ['lxc.hook', ['lxc.hook.start = /x y']], ['lxc.include', 'replaced'], ['lxc.nothing', 'unknown'], ['lxc.network.type', 'unknown'], ['', 'unknown'], ['*', expect.arrayContaining(['lxc.arch = i686'])],
  ['lxc.signal.stop', '9'], ['lxc.rootfs.managed', '1'], ['lxc.init.uid', '0'], ['lxc.uts.nam*', ['lxc.uts.name = web']], ['lxc.cgroup2', null], ['lxc.sysctl.*', null],
  ['lxc.net.8.ipvlan.mode', 'l3'], ['lxc.net.8.veth.mode', null], ['lxc.net.7.name', 'lo'], ['lxc.net.3.l2proxy', null], ['lxc.net.9.l2proxy', '0'], ['lxc.net.3', null],
])('%s', (key, shown) => {
  expect(show(key)).toEqual(shown);
});

test('every key of the table has an answer, with and without lines that set it', () => {
  for (const { name } of KEYS) {
    const key = name.endsWith('.') ? `${name}x` : name.replace('.N', '.7');
    for (const all of [settings, []]) expect(showKey(all, key).kind, key).not.toBe(name.endsWith('.share.') || name === 'lxc.prlimit.' ? 'held' : 'unknown');
  }
});

test('where values come from: the file that was included, an option, no line at all', () => {
  const from = (key: string) => {
    const shown = showKey(settings, key);
    return shown.kind === 'held' ? shown.values.map(({ why }) => originText(why)) : [];
  };
  expect(from('lxc.uts.name')).toEqual(['/more:1']);
  expect(from('lxc.pty.max')).toEqual(['-s lxc.pty.max=7']);
  expect(from('lxc.mount.auto')).toEqual(['/c:12', '/c:13', '/c:13', '/c:13']);
  expect(from('lxc.signal.stop')).toEqual(['default: no line sets it']);
});

describe('lists that merge', () => {
  const shown = (text: string, key: string) =>
    showAll(readConfig(memoryFiles({ '/c': text }), '/c').settings)
      .filter((one) => one.key === key)
      .flatMap(({ values }) => values)
      .map(({ text: value }) => value);
  test.each([
    ['lxc.cap.keep = kill none', ['none']],
    ['lxc.cap.keep = kill none\nlxc.cap.keep = chown', ['chown']],
    ['lxc.cap.keep = none chown kill', ['chown', 'kill']],
    ['lxc.cap.keep = kill\nlxc.cap.keep =', []],
  ])('%j', (text, expected) => expect(shown(text, 'lxc.cap.keep')).toEqual(expected));
});
