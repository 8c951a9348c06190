// AppArmor profiles are entered by all that runs in a container, and by nothing but them; what cannot be entered starts nothing.

import { afterAll, expect } from 'vitest';
import { readHostFacts } from '../../src/host/facts.ts';
import { realMachine } from '../../src/host/machine.ts';
import { verifyContainer } from '../../src/runtime/verify.ts';
import { labelOf, loadProfile, removeProfile } from '../support/apparmor.ts';
import { planOf, startContainer, type TestContainer, writeLauncher } from '../support/container.ts';
import { begin, childrenOf, containers, hasEnded, holdfast, recorded, startDetached, until, writePolicy } from '../support/live.ts';
import { needing, needs } from '../support/needs.ts';
import { run } from '../support/run.ts';

const it = needing('root', 'apparmor', 'busybox');
const make = containers();
const NAME = `holdfast-test-${process.pid}`;
const ENTER = `lxc.apparmor.profile = ${NAME}`;
const LABEL = `${NAME} (enforce)`;
const rules = (name: string) => `profile ${name} flags=(attach_disconnected) {\n  file,\n  capability,\n  signal,\n  network,\n  deny /mnt/** w,\n}\n`;

if (needs('root', 'apparmor').ok) {
  loadProfile(rules(NAME));
  afterAll(() => removeProfile(NAME));
}

const attach = ({ name }: TestContainer, script: string) => holdfast(['attach', name, '--', 'sh', '-c', script]);
/** What `holdfast verify` finds of labels. */
async function labelsFound(container: TestContainer): Promise<readonly string[]> {
  const { record } = await recorded(container.name);
  return verifyContainer(record, readHostFacts(realMachine()))
    .filter(({ what }) => what.includes('label'))
    .map(({ what, found, holds }) => `${what}: ${found}${holds ? '' : ' (not as expected)'}`);
}

it('init and all who attach are under the profile, which denies what it says', async () => {
  const container = make([ENTER], 'sleep 100');
  const { init } = await startDetached(container);
  expect(labelOf(init)).toBe(LABEL);
  const attached = await attach(container, 'cat /proc/self/attr/current; echo x > /mnt/file; echo y > /root/file && cat /root/file');
  expect(attached.stdout).toBe(`${LABEL}\ny\n`);
  expect(attached.stderr).toContain('/mnt/file: Permission denied');
  expect(await labelsFound(container)).toEqual([`the AppArmor label of the program: ${LABEL}`, `the AppArmor label of PID 1: ${LABEL}`]);
});

it('a command is, and the small PID 1 in front of it; verify tells one that is not', async () => {
  const container = make([ENTER]);
  const running = begin([writeLauncher(container, planOf(container, { command: ['sleep', '100'] }))]);
  const { record } = await recorded(container.name);
  const [command = 0] = await until('the command runs', () => childrenOf(record.init).length === 1 && childrenOf(record.init));
  expect([labelOf(record.init), labelOf(command)]).toEqual([LABEL, LABEL]);
  expect(await labelsFound(container)).toEqual([`the AppArmor label of the program: ${LABEL}`, `the AppArmor label of PID 1: ${LABEL}`]);
  process.kill(running.pid, 'SIGTERM');
  await running.ended;
});

const COMBINATIONS = {
  'no_new_privs, a filter, and no /proc': ['lxc.no_new_privs = 1', 'lxc.seccomp.profile = $HERE/policy', 'lxc.mount.auto ='],
  'a filter, Landlock, another user and few capabilities': [
    'lxc.seccomp.profile = $HERE/policy',
    'holdfast.landlock = default',
    'lxc.init.uid = 1000',
    'lxc.init.gid = 1000',
    'lxc.cap.keep = chown',
  ],
  'ids of its own and no_new_privs': ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536', 'lxc.no_new_privs = 1'],
} as const;

for (const [what, lines] of Object.entries(COMBINATIONS)) {
  it(`so it is together with ${what}`, async () => {
    const container = make([ENTER, ...lines], 'sleep 100');
    writePolicy(container, '2\ndenylist\nreboot errno 1');
    if (what.startsWith('ids')) await run(['chown', '-R', '100000:100000', container.rootfs]);
    const { init } = await startDetached(container);
    expect(labelOf(init)).toBe(LABEL);
    const attached = await attach(container, 'test -e /proc/self && cat /proc/self/attr/current; echo x > /mnt/file');
    expect(attached.stdout).toBe(what.includes('no /proc') ? '' : `${LABEL}\n`);
    expect(attached.stderr).toContain('/mnt/file: Permission denied');
  });
}

it('nothing starts under a profile that is not loaded, that only complains, or that went away meanwhile', async () => {
  const gone = `${NAME}-gone`;
  loadProfile(rules(gone).replace('attach_disconnected', 'complain'));
  const container = make([`lxc.apparmor.profile = ${gone}`]);
  expect(() => planOf(container)).toThrow(/HF301 .*mode complain, which denies nothing/);
  loadProfile(rules(gone));
  const launcher = writeLauncher(container, planOf(container));
  removeProfile(gone);
  expect(() => planOf(container)).toThrow(`HF291 the profile ${gone} is not loaded`);
  const started = await run([launcher]);
  expect(started).toMatchObject({ code: 125, stderr: expect.stringMatching(/become .* of AppArmor at the exec: .*ENOENT.*no such profile is loaded/) });
});

it('a monitor that is killed takes init with it, and a command', async () => {
  const container = make([ENTER], 'sleep 100');
  const { init, monitor } = await startDetached(container);
  process.kill(monitor, 'SIGKILL');
  await until('init ends', () => hasEnded(init));
  const running = begin([writeLauncher(container, planOf(container, { command: ['sleep', '100'] }))]);
  const { record } = await recorded(container.name);
  process.kill(running.pid, 'SIGKILL');
  await until('the command ends', () => hasEnded(record.init));
  await running.ended;
  // The next start removes what is left of the groups.
  expect(await startContainer(container, { command: ['true'] })).toMatchObject({ code: 0 });
});

it('who asks for no profile keeps the one of the caller', async () => {
  const container = make(['lxc.apparmor.profile = unchanged']);
  const shown = await startContainer(container, { command: ['cat', '/proc/self/attr/current'] });
  expect(shown).toMatchObject({ code: 0, stdout: `${labelOf('self')}\n` });
});
