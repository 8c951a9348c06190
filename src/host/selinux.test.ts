import { expect, test } from 'vitest';
import { fixtureMachine, type FixtureNode } from './fixture.ts';
import { askSelinux, canonicalContext, policyTypes, readSelinux } from './selinux.ts';

const OWN = 'u:r:unconfined_t:s0';
const WEB = 'u:r:container_t:s0:c1,c2';

/** selinuxfs of an enforcing kernel that has three classes. */
const SELINUXFS: Readonly<Record<string, FixtureNode>> = {
  '/sys/fs/selinux/enforce': '1',
  '/sys/fs/selinux/policyvers': '33',
  '/sys/fs/selinux/mls': '1',
  '/sys/fs/selinux/deny_unknown': '0',
  '/sys/fs/selinux/policy_capabilities/nnp_nosuid_transition': '1',
  '/sys/fs/selinux/class/process/index': '2',
  '/sys/fs/selinux/class/process/perms/transition': '2',
  '/sys/fs/selinux/class/process/perms/setexec': '18',
  '/sys/fs/selinux/class/process/perms/last': '32',
  '/sys/fs/selinux/context': { answers: { [OWN]: `${OWN}\0`, [WEB]: `${WEB}\0`, 'u:r:container_t:s0:c2,c1': `${WEB}\0` } },
  '/sys/fs/selinux/access': {
    answers: {
      [`${OWN} ${WEB} 2`]: '80000002 ffffffff 0 ffffffff 3 0',
      [`${OWN} ${OWN} 2`]: 'ffffffff ffffffff 0 ffffffff 3 0',
      [`${WEB} ${WEB} 2`]: '0 ffffffff 0 ffffffff 3 1',
    },
  },
  '/proc/self/attr/current': `${OWN}\0`,
};
const machine = (changes: Readonly<Record<string, FixtureNode>> = {}) => fixtureMachine({ files: { ...SELINUXFS, ...changes } });

test('mode, policy and the context of the caller', () => {
  expect(readSelinux(machine())).toMatchObject({ enforcing: true, policy: { version: 33, mls: true, nnpTransition: true }, own: OWN });
  expect(readSelinux(machine({ '/sys/fs/selinux/enforce': '0', '/sys/fs/selinux/mls': '0' }))).toMatchObject({ enforcing: false, policy: { mls: false } });
  expect(readSelinux(machine({ '/proc/self/attr/current': 'kernel\0' }))).toMatchObject({ enforcing: true, policy: null });
  expect(readSelinux(fixtureMachine({ files: {} }))).toBeNull();
});

test('contexts as the kernel writes them', () => {
  expect(canonicalContext(machine(), 'u:r:container_t:s0:c2,c1')).toBe(WEB);
  expect(canonicalContext(machine(), 'u:r:nosuch_t:s0')).toBeNull();
});

test('what is denied, and which domains are permissive', () => {
  const facts = readSelinux(machine());
  if (facts === null) throw new Error('no facts');
  const question = (permissions: readonly string[], of = 'process') => ({ source: OWN, target: WEB, class: of, permissions });
  const questions = [question(['transition', 'last']), question(['setexec']), question(['new']), question(['any'], 'new_class')];
  const asked = askSelinux(machine(), facts, [OWN, WEB, 'u:r:nosuch_t:s0'], questions);
  expect(asked.contexts).toEqual({ [OWN]: OWN, [WEB]: WEB, 'u:r:nosuch_t:s0': null });
  expect(asked.access.map(({ denied }) => denied)).toEqual([[], ['setexec'], [], []]);
  expect(asked.permissive).toEqual([WEB]);
  const strict = askSelinux(machine({ '/sys/fs/selinux/deny_unknown': '1' }), facts, [OWN, WEB], questions);
  expect(strict.access.map(({ denied }) => denied)).toEqual([[], ['setexec'], ['new'], ['any']]);
});

test('nothing is asked about a context that there is not, and nothing at all without a policy', () => {
  const facts = readSelinux(machine());
  if (facts === null) throw new Error('no facts');
  const unknown = { source: OWN, target: 'u:r:nosuch_t:s0', class: 'process', permissions: ['transition'] };
  expect(askSelinux(machine(), facts, [OWN, unknown.target], [unknown]).access).toEqual([]);
  expect(askSelinux(machine(), { ...facts, policy: null }, [OWN], [unknown])).toMatchObject({ contexts: {}, access: [] });
});

test('the words of the policy for containers', () => {
  const files = {
    '/etc/selinux/config': 'SELINUX=enforcing\nSELINUXTYPE=default\n',
    '/etc/selinux/default/contexts/lxc_contexts':
      'process = "system_u:system_r:my_t:s0"\nfile = "system_u:object_r:my_file_t:s0"\ncontent = "system_u:object_r:virt_var_lib_t:s0"\n',
  };
  expect(policyTypes(fixtureMachine({ files }))).toEqual({ process: 'my_t', file: 'my_file_t' });
  expect(policyTypes(fixtureMachine({ files: { '/etc/selinux/config': files['/etc/selinux/config'] } }))).toBeNull();
  expect(policyTypes(fixtureMachine({ files: {} }))).toBeNull();
});
