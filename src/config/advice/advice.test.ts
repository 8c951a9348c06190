// Advice about a valid configuration that nobody should write, as text, and none where there is nothing to say.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { ADVICE_CODES } from '../../model/codes/advice.ts';
import { type Diagnostic, diagnosticText } from '../../model/diagnostic.ts';
import { originText } from '../../model/origin.ts';
import { accept, advise, loadSpec, memoryFiles } from '../index.ts';

const golden = (name: string) => fileURLToPath(new URL(`../golden/${name}`, import.meta.url));
const BASE = 'lxc.rootfs.path = /srv/web\nlxc.seccomp.profile = policy\nlxc.cap.drop = mknod\n';

function adviceOn(text: string, more: Readonly<Record<string, string>> = {}): readonly Diagnostic[] {
  const { spec, reading } = loadSpec(memoryFiles({ c: text, policy: '2\ndenylist\n', ...more }), 'c', { name: 'web' });
  expect(spec).not.toBeNull();
  const { left, idle } = accept(advise(reading.settings, spec), reading.settings);
  return [...left, ...idle];
}
const line = (found: Diagnostic) => {
  const { message, help } = diagnosticText(found);
  return `${found.span?.line}:${found.span?.column} ${found.severity} ${found.code} ${message}\n    ${help}`;
};
const byPlace = (one: Diagnostic, other: Diagnostic) => (one.span?.line ?? 0) - (other.span?.line ?? 0) || (one.span?.column ?? 0) - (other.span?.column ?? 0);
/** Of version 1 of control groups all tests but one are silent. */
const codes = (text: string, more?: Readonly<Record<string, string>>) =>
  adviceOn(text, more)
    .map(({ code }) => code)
    .filter((code) => code !== 'HF603');

test('the worst configuration, told line by line', () => {
  const found = adviceOn(readFileSync(golden('advice.conf'), 'utf8'));
  const text = `${found.toSorted(byPlace).map(line).join('\n')}\n`;
  if (process.env['UPDATE'] === '1') writeFileSync(golden('advice.txt'), text);
  expect(text).toBe(readFileSync(golden('advice.txt'), 'utf8'));
  expect(text).not.toMatch(/\{\w+\}/);
  // About the machine: src/runtime/loose-files.test.ts and refused-here.test.ts.
  const ofMachine = ['HF616', 'HF622', 'HF623'];
  // Each takes a configuration of its own, below.
  const alone = ['HF618', 'HF621', 'HF624'];
  expect([...new Set(found.map(({ code }) => code)), ...ofMachine, ...alone].sort()).toEqual(Object.keys(ADVICE_CODES).sort());
});

describe('nothing to say', () => {
  test.each([
    ['of an ordinary container', 'lxc.cap.drop = sys_module\nlxc.tty.max = 2\nlxc.tty.dir = lxc\nlxc.net.0.type = empty\nlxc.net.0.flags = up\n'],
    ['of a default in an included file', 'lxc.include = other\nlxc.uts.name = mine\n'],
    ['of a value that is cleared before it is set again', 'lxc.uts.name = a\nlxc.uts.name =\nlxc.uts.name = b\n'],
    ['of keys that hold many values', 'lxc.environment = A=1\nlxc.environment = A=2\nlxc.cap.drop = kill\nlxc.cap.drop = chown\n'],
    ['of devices that are taken back', 'lxc.cgroup.devices.allow = a\nlxc.cgroup.devices.deny = a\nlxc.cgroup.devices.allow = c 1:5 rwm\n'],
    ['of a block device that may only be made', 'lxc.cgroup.devices.deny = a\nlxc.cgroup.devices.allow = b *:* m\n'],
    ['of data that is bound', 'lxc.mount.entry = /srv/data data none bind 0 0\nlxc.mount.entry = /var/lib/web web none bind 0 0\n'],
    ['of a file system that is no bind mount', 'lxc.mount.entry = tmpfs tmp tmpfs size=1m 0 0\nlxc.mount.entry = proc proc2 proc ro 0 0\n'],
  ])('%s', (_, text) => {
    expect(codes(BASE + text, { other: 'lxc.uts.name = theirs\n' })).toEqual([]);
  });

  test('of what an id map takes away', () => {
    const text = `${BASE}lxc.mount.auto = proc:rw sys:rw\nlxc.mount.entry = /etc host none bind 0 0\n`;
    expect(codes(text)).toEqual(['HF611', 'HF612', 'HF612']);
    expect(codes(`${text}lxc.idmap = u 0 100000 65536\nlxc.idmap = g 0 100000 65536\n`)).toEqual([]);
  });

  test('but of what no id map takes away', () => {
    const mapped = 'lxc.idmap = u 0 100000 65536\nlxc.idmap = g 0 100000 65536\n';
    expect(codes(`${BASE}${mapped}lxc.mount.entry = /run/docker.sock s none bind 0 0\nlxc.cgroup.devices.allow = b 8:0 rw\n`)).toEqual([
      'HF610',
      'HF621',
      'HF611',
    ]);
  });
});

describe('what is accepted', () => {
  const text = `${BASE}lxc.mount.auto = proc:rw\nlxc.mount.entry = / host none bind 0 0\n`;
  test('by code, by code and key, and no more', () => {
    expect(codes(text)).toEqual(['HF611', 'HF612']);
    expect(codes(`${text}holdfast.accept = HF611\n`)).toEqual(['HF612']);
    expect(codes(`${text}holdfast.accept = HF611:lxc.mount.entry HF612:lxc.mount.auto\n`)).toEqual([]);
    expect(codes(`${text}holdfast.accept = HF611:lxc.mount.fstab\n`)).toEqual(['HF611', 'HF612', 'HF604']);
    expect(codes(`${text}holdfast.accept = HF611\nholdfast.accept =\n`)).toEqual(['HF611', 'HF612']);
  });

  test('is listed with the line that accepts it', () => {
    const { spec, reading } = loadSpec(memoryFiles({ c: `${text}holdfast.accept = HF612\n`, policy: '2\ndenylist\n' }), 'c', { name: 'web' });
    const { accepted } = accept(advise(reading.settings, spec), reading.settings);
    expect(accepted.map(({ found, why }) => [found.code, originText(why)])).toEqual([['HF612', 'c:6']]);
  });

  test.each([
    ['HF101', 'HF101 is an error, and only warnings can be accepted'],
    ['HF144', 'HF144 is information, and only warnings can be accepted'],
    ['HF99999', "there is no code 'HF99999'"],
    ['toString:lxc.mount.auto', "there is no code 'toString'"],
  ])('never %s', (word, reason) => {
    const { reading } = loadSpec(memoryFiles({ c: `lxc.nonsense = 1\nholdfast.accept = ${word}\n` }), 'c', { name: 'web' });
    const { left, accepted, idle } = accept(reading.diagnostics, reading.settings);
    expect([left.map(({ code }) => code), accepted]).toEqual([['HF101'], []]);
    expect(idle.map(({ code, data }) => [code, data['reason']])).toEqual([['HF605', reason]]);
  });
});

test('a namespace that lxc.namespace.clone leaves out is still there', () => {
  const clone = `${BASE}lxc.namespace.clone = mnt uts net cgroup user\n`;
  expect(adviceOn(clone).map(({ data }) => [data['namespace'], data['remedy']])).toEqual([
    ['pid', 'add pid to lxc.namespace.clone'],
    ['ipc', 'add ipc to lxc.namespace.clone'],
  ]);
});

test('a key that a later LXC refuses is told once, with how many there are', () => {
  const found = adviceOn(`${BASE}lxc.cgroup.memory.limit_in_bytes = 1G\nlxc.cgroup.pids.max = 9\nlxc.cgroup.cpu.shares = 9\n`);
  expect(found.map(({ code, span, data }) => [code, span?.line, data['more']])).toEqual([['HF603', 4, ' (and 2 more)']]);
});

test.each([
  ['without rules', '', ['HF618']],
  ['with mknod kept by name', 'lxc.cap.keep = mknod chown\n', ['HF618']],
  ['with mknod kept by number', 'lxc.cap.keep = 27\n', ['HF618']],
  ['without mknod', 'lxc.cap.drop = mknod\n', []],
  ['with other capabilities only', 'lxc.cap.keep = chown\n', []],
  ['with all denied first', 'lxc.cgroup2.devices.deny = a\n', []],
  ['with mapped ids', 'lxc.idmap = u 0 100000 65536\nlxc.idmap = g 0 100000 65536\n', []],
])('any device: %s', (_, text, expected) => {
  expect(codes(`lxc.rootfs.path = /srv/web\nlxc.seccomp.profile = policy\n${text}`)).toEqual(expected);
});

describe('device rules with mapped ids', () => {
  const mapped = 'lxc.idmap = u 0 100000 65536\nlxc.idmap = g 0 100000 65536\n';
  test('are told of once, at the first', () => {
    const rules = 'lxc.cgroup2.devices.deny = a\nlxc.cgroup2.devices.allow = c 1:3 rwm\n';
    expect(adviceOn(BASE + mapped + rules).map(({ code, severity, span }) => [code, severity, span?.line])).toEqual([['HF621', 'info', 6]]);
    expect(codes(BASE + rules)).toEqual([]);
  });
  test('but not when they are cleared, as userns.conf does', () => {
    expect(codes(`${BASE}lxc.cgroup2.devices.deny = a\n${mapped}lxc.cgroup2.devices.deny =\n`)).toEqual([]);
  });
  test('any number of them', () => {
    const rules = 'lxc.cgroup2.devices.allow = b *:* rwm\n'.repeat(150_000);
    expect(advise(...settingsAndSpec(`${BASE}lxc.cgroup2.devices.deny = a\n${rules}`)).filter(({ code }) => code === 'HF610')).toHaveLength(150_000);
  });
});

function settingsAndSpec(text: string): Parameters<typeof advise> {
  const { spec, reading } = loadSpec(memoryFiles({ c: text, policy: '2\ndenylist\n' }), 'c', { name: 'web' });
  return [reading.settings, spec];
}

// biome-ignore format: a case is a line
test.each<readonly [what: string, lines: string, expected: readonly string[]]>([
  ['macvlan without a link', 'lxc.net.0.type = macvlan', ['HF620']],
  ['each without one', 'lxc.net.0.type = ipvlan\nlxc.net.1.type = vlan\nlxc.net.2.type = phys', ['HF620', 'HF620', 'HF620']],
  ['the link of another interface', 'lxc.net.0.type = macvlan\nlxc.net.1.type = veth\nlxc.net.1.link = eth0', ['HF620']],
  ['a link that is cleared', 'lxc.net.0.type = vlan\nlxc.net.0.link = eth0\nlxc.net.0.link =', ['HF620']],
  ['LXC 1', 'lxc.network.type = macvlan', ['HF620']],
  ['with a link', 'lxc.net.0.type = macvlan\nlxc.net.0.link = eth0', []],
  ['before its type', 'lxc.net.0.link = eth0\nlxc.net.0.type = vlan\nlxc.net.0.vlan.id = 3', []],
  ['a veth that is joined to nothing', 'lxc.net.0.type = veth', []],
  ["an interface in another's network", 'lxc.net.0.type = veth\nlxc.namespace.share.net = web', ['HF601']],
  ["another's network", 'lxc.namespace.share.net = web', []],
  ['shared and cloned', 'lxc.namespace.share.ipc = web\nlxc.namespace.clone = mnt pid net ipc uts', ['HF601']],
  ['shared and cloned, by other names', 'lxc.namespace.share.uts = web\nlxc.namespace.clone = mnt pid net ipc', []],
])('interfaces and shared namespaces: %s', (_what, lines, expected) => {
  expect(advise(...settingsAndSpec(BASE + lines)).map(({ code }) => code).filter((code) => ['HF601', 'HF620'].includes(code))).toEqual(expected);
});

// biome-ignore format: a case is a line
test.each<readonly [rule: string, told: boolean]>([
  ['/usr/bin/a px,', true], ['  /usr/bin/a rCx -> b,', true], ['audit /usr/bin/* Uix,', true], ['change_profile -> web-*,', true],
  ['/usr/bin/a rix,', false], ['/usr/bin/a mr,', false], ['deny /usr/bin/a px,', false], ['audit deny /usr/bin/a ux,', false], ['mount fstype=proc,', false],
])('no_new_privs and the rule of AppArmor %j', (rule, told) => {
  const text = `${BASE}lxc.apparmor.profile = generated\nlxc.apparmor.raw = ${rule}\n`;
  const found = (lines: string) => advise(...settingsAndSpec(lines)).filter(({ code }) => code === 'HF624').map(({ span, data }) => [span?.line, data['rule']]);
  expect(found(`${text}lxc.no_new_privs = 1\n`)).toEqual(told ? [[5, rule.trim()]] : []);
  expect(found(text)).toEqual([]);
  expect(found(`${text}lxc.apparmor.profile = mine\nlxc.no_new_privs = 1\n`)).toEqual([]);
});
