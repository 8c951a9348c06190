// How a guest ended: each ending from what it leaves, and only a guest that is what was asked for can have ended well.

import { describe, expect, test } from 'vitest';
import { differences, type Kind, kernelWords } from './kind.ts';
import { endingOf, endingText, type Remains } from './outcome.ts';

const KIND: Kind = { lsm: 'selinux', cgroup: 'v2' };
const LABEL = 'system_u:system_r:kernel_t:s0';
const facts = (changes: Readonly<Record<string, string>> = {}): string =>
  Object.entries({ modules: 'lockdown,capability,selinux', enforcing: '1', label: LABEL, cgroup: 'cgroup2 /sys/fs/cgroup;', ...changes })
    .map(([key, value]) => `${key}=${value}\n`)
    .join('');

const WELL: Remains = {
  code: '0\n',
  facts: facts(),
  stdout: '',
  stderr: '',
  dmesg: '',
  console: '\u001b[2Jholdfast-vm: ready at 1.00\r\n',
  qemu: { status: 0, stderr: '' },
  timedOut: false,
};

describe('an ending', () => {
  const cases: readonly (readonly [string, Partial<Remains>, string, RegExp])[] = [
    ['the command succeeded', {}, 'ended', /ended with 0/],
    ['the command failed', { code: '3\n' }, 'ended', /ended with 3/],
    ['qemu is absent', { console: '', facts: null, code: null, qemu: { status: 127, stderr: 'ENOENT' } }, 'no machine', /cannot be emulated: ENOENT/],
    ['qemu crashed', { code: null, qemu: { status: 'SIGSEGV', stderr: '' } }, 'no machine', /SIGSEGV/],
    ['it panicked', { console: 'Kernel panic - not syncing: sysrq triggered crash\r\n', code: null }, 'panic', /panicked: sysrq triggered crash/],
    [
      'a module is missing',
      { console: 'holdfast-vm: failed: cannot load the module x\r\n', facts: null, code: null },
      'boot failed',
      /cannot load the module x/,
    ],
    ['nothing came', { facts: null, code: null }, 'boot failed', /before it was ready/],
    ['it hangs', { code: null, timedOut: true, qemu: { status: 'SIGKILL', stderr: '' } }, 'hang', /did not end in time[^]*ready/],
    ['it hangs without a word', { code: null, facts: null, console: '', timedOut: true, qemu: { status: 'SIGKILL', stderr: '' } }, 'hang', /did not end/],
    ['it powered off', { code: null }, 'no exit status', /powered off before/],
    ['it is another guest', { facts: facts({ enforcing: '0' }) }, 'wrong guest', /SELinux enforcing: 0, not 1/],
    ['it is another guest and hangs', { facts: facts({ enforcing: '0' }), code: null, timedOut: true }, 'wrong guest', /SELinux enforcing/],
  ];
  test.each(cases)('%s', (_, changes, kind, text) => {
    const remains = { ...WELL, ...changes };
    const ending = endingOf(KIND, remains);
    expect(ending.kind).toBe(kind);
    expect(endingText(ending, remains)).toMatch(text);
  });
});

describe('a guest is not the one asked for', () => {
  const cases: readonly (readonly [string, Kind, string, readonly string[]])[] = [
    ['it is', KIND, facts(), []],
    ['permissive', KIND, facts({ enforcing: '0' }), ['SELinux enforcing: 0, not 1']],
    ['no policy', KIND, facts({ label: 'kernel' }), [`label of the first process: kernel, not ${LABEL}`]],
    [
      'no SELinux',
      KIND,
      'modules=capability\ncgroup=cgroup2 /sys/fs/cgroup;\n',
      ['security modules: none, not selinux', `label of the first process: nothing, not ${LABEL}`, 'SELinux enforcing: nothing, not 1'],
    ],
    ['AppArmor, but off', { lsm: 'apparmor', cgroup: 'v2' }, 'modules=apparmor\napparmor=N\ncgroup=cgroup2 /a;\n', ['AppArmor enabled: N, not Y']],
    ['another module', { lsm: 'apparmor', cgroup: 'v2' }, `${facts()}apparmor=Y\n`, ['security modules: selinux, not apparmor']],
    ['a module where none was asked for', { lsm: 'none', cgroup: 'v2' }, facts(), ['security modules: selinux, not none']],
    ['groups of the other version', { ...KIND, cgroup: 'v1' }, facts(), ['control groups: v2, not v1']],
    ['both', KIND, facts({ cgroup: 'cgroup /a;cgroup2 /b;' }), ['control groups: hybrid, not v2']],
    ['none', KIND, facts({ cgroup: '' }), ['control groups: none, not v2']],
  ];
  test.each(cases)('%s', (_, kind, text, expected) => expect(differences(kind, text)).toEqual(expected));
});

test('the kernel is told each thing once', () => {
  for (const lsm of ['apparmor', 'selinux', 'none'] as const) {
    const names = kernelWords({ lsm, cgroup: 'v1' }, '/modules')
      .split(' ')
      .map((word) => word.replace(/=.*/, ''));
    expect(new Set(names).size).toBe(names.length);
    expect(names).not.toContain('audit');
  }
});
