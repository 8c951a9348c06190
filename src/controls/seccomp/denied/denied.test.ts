import { expect, test } from 'vitest';
import type { SeccompRecord } from '../../../audit/record.ts';
import { CONSTANTS as C } from '../../../kernel/constants.gen.ts';
import { syscallNumber } from '../../../kernel/syscall-number.ts';
import { openPolicy } from '../explain/index.ts';
import { answersSo, explainSeccomp } from './index.ts';

const opened = (text: string) => {
  const { opened: policy } = openPolicy(text, 'web.seccomp', 'x86_64');
  if (policy === null) throw new Error(text);
  return policy;
};
const record = (name: string, action: number, arch: 'x86_64' | 'i386' = 'x86_64'): SeccompRecord => ({
  kind: 'seccomp',
  at: 0,
  serial: 1,
  subject: {},
  arch: arch === 'i386' ? C.AUDIT_ARCH_I386 : C.AUDIT_ARCH_X86_64,
  syscall: syscallNumber(name, arch) ?? -1,
  action,
});

const DENY = opened('2\ndenylist\n[all]\nkexec_load errno 1\nreboot kill [0,0xfee1dead,SCMP_CMP_EQ]\nsync log\n');
const ALLOW = opened('2\nallowlist errno 1\n[all]\nread\nwrite\n');
const PLACE = 'web/config:7';

test.each([
  ['kexec_load', C.SECCOMP_RET_ERRNO, 'refused', "web.seccomp:4 says 'errno EPERM' (lxc.seccomp.profile, web/config:7)", "remove 'kexec_load' from line 4"],
  [
    'reboot',
    C.SECCOMP_RET_KILL_PROCESS,
    'killed',
    "web.seccomp:5 says 'kill_process', where arg0 == 0xfee1dead (lxc.seccomp.profile, web/config:7)",
    "remove 'reboot' from line 5",
  ],
  ['sync', C.SECCOMP_RET_LOG, 'allowed', "web.seccomp:6 says 'log' (lxc.seccomp.profile, web/config:7)", "remove 'sync' from line 6"],
] as const)('a denylist: %s', (name, action, outcome, rule, line) => {
  const found = explainSeccomp(record(name, action), { opened: DENY, place: PLACE });
  expect(found).toMatchObject({ tried: `make the call ${name}`, outcome, rule, remedy: { lines: [line], where: 'web.seccomp' } });
});

test('an allowlist: the call is added, and the risk is told', () => {
  const found = explainSeccomp(record('init_module', C.SECCOMP_RET_ERRNO), { opened: ALLOW, place: PLACE });
  expect(found.rule).toMatch(/^no line allows it, and web.seccomp:2 says 'errno EPERM'/);
  expect(found.remedy).toMatchObject({ lines: ['init_module'], risk: expect.stringContaining('code of the kernel') });
});

test('a call of another convention bears its name there', () => {
  expect(explainSeccomp(record('getpid', C.SECCOMP_RET_ERRNO, 'i386'), { opened: ALLOW, place: null }).tried).toBe('make the call getpid of i386');
});

test('what the policy cannot have answered is none of it', () => {
  expect(answersSo(record('read', C.SECCOMP_RET_ERRNO), ALLOW)).toBe(false);
  expect(answersSo(record('kexec_load', C.SECCOMP_RET_KILL_PROCESS), DENY)).toBe(false);
  expect(answersSo(record('kexec_load', C.SECCOMP_RET_ERRNO), DENY)).toBe(true);
  expect(explainSeccomp(record('read', C.SECCOMP_RET_ERRNO), { opened: ALLOW, place: null })).toMatchObject({
    rule: expect.stringContaining('changed since'),
    remedy: null,
  });
  expect(explainSeccomp(record('read', C.SECCOMP_RET_ERRNO), { opened: null, place: null }).remedy).toBeNull();
});
