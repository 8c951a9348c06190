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
  // HF616 is about modes of files: src/runtime/loose-files.test.ts.
  expect([...new Set(found.map(({ code }) => code)), 'HF616', 'HF618'].sort()).toEqual(Object.keys(ADVICE_CODES).sort());
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
    expect(codes(`${BASE}${mapped}lxc.mount.entry = /run/docker.sock s none bind 0 0\nlxc.cgroup.devices.allow = b 8:0 rw\n`)).toEqual(['HF610', 'HF611']);
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
