import { expect, test } from 'vitest';
import type { AuditRecord, DenialRecord, SeccompRecord } from '../../audit/record.ts';
import { CONSTANTS as C } from '../../kernel/constants.gen.ts';
import { openPolicy } from '../../controls/seccomp/explain/index.ts';
import { owners, type Suspect } from './owner.ts';
import type { LivingProcess } from './process.ts';

const SUSPECT: Suspect = {
  init: 100,
  pidNamespace: 'pid:[7]',
  groups: ['/lxc.payload.web'],
  since: 10_000,
  label: null,
  ownLabel: false,
  uids: [],
  policy: openPolicy('2\ndenylist\n[all]\nkexec_load kill\n', 'p', 'x86_64').opened,
};
const PROCESSES: Readonly<Record<number, LivingProcess>> = {
  101: { startedAt: 11_000, groups: ['/lxc.payload.web/inner'], pidNamespace: 'pid:[8]' },
  102: { startedAt: 11_000, groups: ['/lxc.payload.web2'], pidNamespace: 'pid:[9]' },
  103: { startedAt: 99_000, groups: ['/lxc.payload.web'], pidNamespace: 'pid:[7]' },
};
const living = (pid: number): LivingProcess | null => PROCESSES[pid] ?? null;

const at = 20_000;
const killed = (pid: number, more: Partial<SeccompRecord> = {}): DenialRecord => ({
  kind: 'seccomp',
  at,
  serial: 1,
  subject: { pid },
  arch: C.AUDIT_ARCH_X86_64,
  syscall: 246,
  action: C.SECCOMP_RET_KILL_PROCESS,
  ...more,
});
const apparmor = (profile: string): DenialRecord => ({
  kind: 'apparmor',
  at,
  serial: 1,
  subject: { pid: 999 },
  result: 'DENIED',
  operation: 'open',
  profile,
  details: new Map(),
});

const verdict = (record: DenialRecord, suspect: Partial<Suspect> = {}, event: readonly AuditRecord[] = []) =>
  owners({ ...SUSPECT, ...suspect }, living)(record, event.length === 0 ? [record] : event);

test.each([
  ['its init', killed(100), {}, 'certain'],
  ['a process in its group', killed(101), {}, 'certain'],
  ['a process in a group whose name begins as its own', killed(102), {}, null],
  ['one before it began', killed(100, { at: 5_000 }), {}, null],
  ['a number that somebody inside has now: the one that was meant has gone', killed(103), {}, 'likely'],
  ['one that has gone, and the policy answers so', killed(999), {}, 'likely'],
  ['one that has gone, and the policy does not answer so', killed(999, { syscall: 1 }), {}, null],
  ['one that has gone, of its ids', killed(999, { subject: { pid: 999, uid: 100_005 } }), { uids: [{ first: 100_000, count: 65_536 }] }, 'certain'],
  ['one that has gone, of other ids', killed(999, { subject: { pid: 999, uid: 5 } }), { uids: [{ first: 100_000, count: 65_536 }] }, null],
  ['its own label', apparmor('holdfast-web'), { label: 'holdfast-web', ownLabel: true }, 'certain'],
  ['a profile below its own', apparmor('holdfast-web//x'), { label: 'holdfast-web//&:ns:unconfined', ownLabel: true }, 'certain'],
  ['a label that others have', apparmor('lxc-container-default'), { label: 'lxc-container-default' }, 'likely'],
  ['another label', apparmor('holdfast-web2'), { label: 'holdfast-web', ownLabel: true }, null],
  ['a label, where it has none', apparmor('holdfast-web2'), {}, null],
  [
    'the label in a message of a filter',
    killed(999, { subject: { pid: 999, label: 'holdfast-web (enforce)' } }),
    { label: 'holdfast-web', ownLabel: true },
    'certain',
  ],
] as const)('%s', (_, record, suspect, expected) => {
  expect(verdict(record, suspect)).toBe(expected);
});

test('Landlock says whom a domain belongs to only once', () => {
  const ownerOf = owners(SUSPECT, living);
  const denied = (domain: string, serial: number): DenialRecord => ({
    kind: 'landlock',
    at,
    serial,
    subject: {},
    domain,
    blockers: ['fs.write_file'],
    details: new Map(),
  });
  const entered = (domain: string, pid: number): AuditRecord => ({ kind: 'landlock-domain', at, serial: 1, subject: { pid }, domain, status: 'allocated' });
  expect(ownerOf(denied('a', 1), [denied('a', 1), entered('a', 100)])).toBe('certain');
  expect(ownerOf(denied('a', 2), [denied('a', 2)])).toBe('certain');
  expect(ownerOf(denied('b', 3), [denied('b', 3), entered('b', 102)])).toBeNull();
  expect(ownerOf(denied('c', 4), [denied('c', 4)])).toBeNull();
});
