import { expect, test } from 'vitest';
import type { LabelEntry } from '../../model/label.ts';
import { line, stepLines } from '../namespaces/testing.ts';
import { labelChecks, labelSteps, reaperLabel } from './index.ts';

const EXEC = { file: 'apparmor/exec', text: 'exec web', reads: 'web (enforce)\n' };
const APPARMOR: LabelEntry = {
  module: 'AppArmor',
  name: 'web',
  why: line(3),
  exec: EXEC,
  current: { file: 'apparmor/current', text: 'changeprofile web', reads: 'web (enforce)\n' },
};
const SELINUX: LabelEntry = {
  module: 'SELinux',
  name: 'u:r:t:s0',
  why: line(4),
  exec: { file: 'exec', text: 'u:r:t:s0', reads: 'u:r:t:s0\0' },
  current: null,
};

test('init opens, writes and reads back through the /proc of the host, every byte', () => {
  expect(stepLines(labelSteps([APPARMOR]))).toEqual([
    'monitor open: open /proc, through which the security label is set [web:3]',
    '  openat(AT_FDCWD, "/proc", O_PATH|O_DIRECTORY|O_CLOEXEC, 0) -> $label.proc',
    'init label: become web of AppArmor at the exec [web:3]',
    '  openat($label.proc, "self/attr/apparmor/exec", O_RDWR|O_CLOEXEC, 0) -> $label.file',
    '  write($label.file, "exec web", 8) == 8',
    '  read($label.file, &label.AppArmor.exec, 16) == 14',
    `  label.AppArmor.exec+0:8 == ${Buffer.from('web (enf').readBigUInt64LE()}`,
    `  label.AppArmor.exec+8:8 == ${Buffer.from('orce)\n\0\0').readBigUInt64LE()}`,
    '  close($label.file)',
  ]);
});

test('a longer label than the expected one is told by its length', () => {
  const eight = { ...APPARMOR, exec: { ...EXEC, reads: 'web (en)' } };
  expect(stepLines(labelSteps([eight]))).toContain('  read($label.file, &label.AppArmor.exec, 16) == 8');
});

test('two modules are two steps behind one /proc, and none is none', () => {
  expect(labelSteps([APPARMOR, SELINUX]).map(({ who, phase }) => `${who} ${phase}`)).toEqual(['monitor open', 'init label', 'init label']);
  expect(labelSteps([])).toEqual([]);
  expect(reaperLabel([])).toEqual({ actions: [], hints: {} });
});

test('a keyring is labelled before it is made, read back, and nothing else has that label', () => {
  const steps = labelSteps([{ ...SELINUX, exec: null, keyring: 'u:r:k:s0' }]);
  expect(steps.map(({ who, phase }) => `${who} ${phase}`)).toEqual(['monitor open', 'init keyring', 'init label', 'init verify']);
  const calls = stepLines(steps);
  expect(calls).toContain('  write($label.file, "u:r:k:s0", 8) == 8');
  expect(calls).toContain('  read($label.file, &label.keycreate, 8) == 0');
  expect(calls).toContain('  keyctl(KEYCTL_GET_SECURITY, KEY_SPEC_SESSION_KEYRING, &label.keyring, 16, 0) == 9');
});

test('the small PID 1 changes at once where the module lets it', () => {
  expect(reaperLabel([SELINUX]).actions).toEqual([]);
  expect(reaperLabel([APPARMOR, SELINUX]).actions).toContainEqual(
    expect.objectContaining({ sys: 'write', args: [{ slot: 'label.file' }, { text: 'changeprofile web' }, 17] }),
  );
});

test('from outside, the program is looked at, and PID 1 where it has the label too', () => {
  const shown = labelChecks([APPARMOR, SELINUX]).map(({ what, path, expect: wanted }) => `${what}: ${path} ${wanted.kind === 'equals' ? wanted.text : ''}`);
  expect(shown).toEqual([
    'the AppArmor label of the program: /proc/{program}/attr/apparmor/current web (enforce)',
    'the AppArmor label of PID 1: /proc/{pid}/attr/apparmor/current web (enforce)',
    'the SELinux label of the program: /proc/{program}/attr/current u:r:t:s0',
  ]);
});
