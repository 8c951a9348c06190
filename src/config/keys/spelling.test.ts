// What is meant by keys that are none: every answer is a key, however it was asked, and a file of nonsense takes no longer for it.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { findKey, KEYS, nearestKeys, suggestKeys } from './lookup.ts';
import { keyOfOtherTool, SUCCESSORS } from './other-tools.ts';
import { MEANINGS, meantKey } from './synonyms.ts';

const plain = KEYS.map(({ name }) => name).filter((name) => !name.endsWith('.') && !name.includes('.N'));

describe('what is to be written instead', () => {
  const named = [...SUCCESSORS.flatMap((text) => text.match(/(lxc|holdfast)\.[\w.]+/g) ?? []), ...MEANINGS];
  test.each([...new Set(named)])('%s is a key', (name) => {
    const member = name.replace(/NAME$/, 'nofile');
    const example = name === 'lxc.net.0.veth.' ? `${name}pair` : name.startsWith('lxc.net.0.ipv') ? `${name}address` : `${member}nofile`;
    expect(findKey(name.endsWith('.') ? example : member).kind).toBe('known');
  });
});

test.each<[string, string | null, string?]>([
  ['security.nesting = true', 'LXD', 'write lxc.apparmor.allow_nesting'],
  ['  limits.cpu.allowance: 50%'.trim(), 'LXD', 'write lxc.cgroup2.cpu.max'],
  ['linux.sysctl.net.ipv4.ip_forward = 1', 'LXD', 'write lxc.sysctl.net.ipv4.ip_forward'],
  ['--pids-limit 100', 'Docker', 'write lxc.cgroup2.pids.max'],
  ['cap_add:', 'Docker', 'write lxc.cap.keep'],
  ['BindReadOnly=/usr', 'systemd', 'write lxc.mount.entry'],
  ['LimitCORE=0', 'systemd', 'write lxc.prlimit.core'],
  ['hostname of this machine', null],
  ['constructor = 1', null],
  ['toString: x', null],
  ['', null],
  ['--', null],
])('%s is known as %s', (line, tool, instead) => {
  expect(keyOfOtherTool(line)?.tool ?? null).toBe(tool);
  expect(keyOfOtherTool(line)?.instead).toBe(instead);
});

test('no name of every object is a synonym', () => {
  for (const name of ['constructor', 'lxc.constructor', '__proto__', 'lxc.__proto__', 'lxc.']) expect(meantKey(name)).toBeNull();
});

test('separators, capitals and a missing beginning do not hide a key', () => {
  const separator = fc.constantFrom('_', '-', '', ':');
  fc.assert(
    fc.property(fc.constantFrom(...plain), separator, fc.boolean(), (key, between, capitals) => {
      const written = key.replaceAll('.', between);
      const letters = (name: string) => name.replace(/[^a-z0-9]/g, '');
      const [found = ''] = nearestKeys(capitals ? written.toUpperCase() : written);
      expect(letters(found)).toBe(letters(key));
    }),
  );
  for (const key of plain) expect(nearestKeys(key.replace(/^lxc\./, '')), key).toEqual([key]);
});

test('an answer is always a key of the table, or of lxc.conf', () => {
  fc.assert(
    fc.property(
      fc.oneof(
        fc.string(),
        fc.constantFrom(...plain).chain((key) => fc.nat(key.length).map((at) => key.slice(0, at) + key.slice(at + 1))),
      ),
      (written) => {
        for (const name of nearestKeys(written)) expect(['known', 'system-file'], `${written} -> ${name}`).toContain(findKey(name).kind);
      },
    ),
  );
});

test.each([
  ['lxc.selinux.contxt', "did you mean 'lxc.selinux.context', which LXC 1 and 2.0 call 'lxc.se_context'?"],
  ['lxc.se_contxt', "did you mean 'lxc.selinux.context', which LXC 1 and 2.0 call 'lxc.se_context'?"],
  ['lxc.rlimit.nofile', "did you mean 'lxc.prlimit.nofile', which LXC 1 and 2.0 call 'lxc.limit.nofile'?"],
  ['lxc.cap.dorp', "did you mean 'lxc.cap.drop'?"],
])('%s: %s', (written, suggestion) => {
  expect(suggestKeys(written)).toBe(suggestion);
});
