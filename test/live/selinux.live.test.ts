// SELinux contexts are entered by all that runs in a container; containers with categories of their own reach nothing of one another; what
// cannot be entered starts nothing. In a guest everything is slow: one container serves all tests but one.

import { chmodSync, linkSync, mkdirSync, readdirSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, afterEach, expect } from 'vitest';
import { readHostFacts } from '../../src/host/facts.ts';
import { needs as policyNeeds } from '../../src/controls/selinux/needs.ts';
import { realMachine } from '../../src/host/machine.ts';
import { askSelinux, readSelinux } from '../../src/host/selinux.ts';
import { diagnosticText } from '../../src/model/diagnostic.ts';
import { compileAttach } from '../../src/plan/attach.ts';
import { launcherOf, planStart } from '../../src/runtime/compile.ts';
import { releaseCategories } from '../../src/runtime/selinux/release.ts';
import { prepare } from '../../src/runtime/source.ts';
import { stopContainer } from '../../src/runtime/stop.ts';
import { verifyContainer } from '../../src/runtime/verify.ts';
import { makeContainer, type TestContainer } from '../support/container.ts';
import { begin, childrenOf, containers, hasEnded, holdfast, leftOf, recorded, RUN_DIR, stateOf, until, writePolicy } from '../support/live.ts';
import { needing, needs } from '../support/needs.ts';
import { run } from '../support/run.ts';
import { confinedBusybox, contextOf, FILES, labelsOf, PROCESS, relabel, whilePermissive } from '../support/selinux.ts';

const it = needing('root', 'selinux', 'busybox');
const make = containers();
const CONTEXT = `${PROCESS}:c1,c2`;
const ENTER = `lxc.selinux.context=${CONTEXT}`;

/** Relabelling takes its time in a guest: what is left is more than one batch of files. */
function smaller(container: TestContainer): TestContainer {
  const used = ['busybox', 'sh', 'cat', 'ls', 'head', 'mount', 'mknod', 'mkfifo', 'kill', 'dmesg', 'sleep', 'true'];
  const applets = readdirSync(join(container.rootfs, 'bin')).filter((name) => !used.includes(name));
  for (const name of applets.slice(120)) rmSync(join(container.rootfs, 'bin', name));
  return container;
}
const here = needs('root', 'selinux', 'busybox').ok ? { busybox: confinedBusybox(), web: smaller(makeContainer([ENTER], 'exec sleep 100')) } : null;
const web = here?.web ?? ({} as TestContainer);
afterAll(() => {
  here?.busybox.remove();
  here?.web.remove();
});
afterEach(async () => {
  if (here === null) return;
  if (stateOf(web.name).state !== 'stopped') await stopContainer(RUN_DIR, web.name, { kill: true, timeout: 0 });
  expect((await leftOf(web)).filter((line) => !line.includes('launcher-'))).toEqual([]);
});
const inContext = (context: string, ...words: readonly string[]) => here?.busybox.run(context, ...words) ?? Promise.reject(new Error('no busybox'));

/** In place of the progress: what happens after the first files. */
function dies(): never {
  throw new Error('killed');
}

let launchers = 0;
function launcherFile(bytes: Uint8Array): string {
  const path = join(web.lxcpath, `launcher-${(launchers += 1)}`);
  writeFileSync(path, bytes, { mode: 0o700 });
  return path;
}

interface Start {
  readonly set?: readonly string[];
  readonly command?: readonly string[];
  readonly allowMissing?: readonly string[];
}
/** A launcher of the shared container, with other lines. Throws with the diagnostics. */
function launcher({ set = [], command, allowMissing = [] }: Start): string {
  const { plan, diagnostics } = planStart(prepare({ name: web.name, lxcpath: web.lxcpath, set, allowMissing, command: command ?? null }), {
    detach: command === undefined,
  });
  if (plan === null) throw new Error(diagnostics.map((one) => `${one.code} ${diagnosticText(one).message}; ${diagnosticText(one).help}`).join('\n'));
  return launcherFile(launcherOf(plan));
}
async function started(start: Start): Promise<number> {
  const done = await run([launcher(start)]);
  expect(done).toMatchObject({ code: 0, stderr: '' });
  return (await recorded(web.name)).record.init;
}

async function attach({ name }: TestContainer, script: string) {
  const { record, monitor } = await recorded(name);
  const pidNamespace = statSync(`/proc/${record.init}/ns/pid`, { bigint: true }).ino;
  const { plan } = compileAttach(record, { argv: ['sh', '-c', script], monitor, pidNamespace, rlimits: {}, handsDown: false });
  if (plan === null) throw new Error('it has no plan');
  return run([launcherFile(launcherOf(plan))]);
}

async function labelsFound(): Promise<readonly string[]> {
  const { record } = await recorded(web.name);
  return verifyContainer(record, readHostFacts(realMachine()))
    .filter(({ what }) => what.includes('label'))
    .map(({ what, found, holds }) => `${what}: ${found}${holds ? '' : ' (not as expected)'}`);
}

it('files are given the label of the container, and those they had again; nothing outside of the tree gets one', async () => {
  expect(() => launcher({})).toThrow(
    /HF576 .*does not let system_u:system_r:container_t:s0:c1,c2 use \/init, .*tmpfs_t.*entrypoint.*; holdfast selinux relabel/,
  );
  const outside = join(web.lxcpath, 'outside');
  const secret = join(outside, 'secret');
  mkdirSync(outside);
  writeFileSync(secret, '');
  symlinkSync(outside, join(web.rootfs, 'way-out'));
  await run(['chcon', 'system_u:object_r:usr_t:s0', join(web.rootfs, 'etc')]);
  const watched = ['', 'etc', 'way-out', 'bin/sh', 'bin/busybox'].map((name) => join(web.rootfs, name));
  const before = labelsOf(...watched);
  linkSync(secret, join(web.rootfs, 'etc/linked'));
  expect(() => relabel(web)).toThrow(/has another name outside of it/);
  expect(labelsOf(...watched)).toEqual(before);
  rmSync(join(web.rootfs, 'etc/linked'));
  // Whoever is killed in between goes on, and what was before all is known.
  expect(() => relabel(web, {}, dies)).toThrow('killed');
  expect(labelsOf(web.rootfs)).toEqual([`${FILES}:c1,c2`]);
  const [rest] = relabel(web);
  expect(rest?.changed).toBeLessThan(rest?.files ?? 0);
  relabel(web, { undo: true });
  expect(labelsOf(...watched)).toEqual(before);
  const [first] = relabel(web);
  expect(first).toMatchObject({ path: web.rootfs, mounted: 0, changed: first?.files });
  expect(labelsOf(outside, secret)).not.toContain(`${FILES}:c1,c2`);
  expect(relabel(web, { undo: true })).toMatchObject([{ changed: first?.files }]);
  expect(labelsOf(...watched)).toEqual(before);
  expect(() => relabel(web, { undo: true })).toThrow(/not relabelled/);
  relabel(web);
  // With what the configuration binds; of the host's own directories none.
  const config = readFileSync(web.config, 'utf8');
  try {
    writeFileSync(web.config, `${config}lxc.mount.entry = ${outside} mnt none bind 0 0\n`);
    expect(relabel(web, { mounts: true })).toMatchObject([{ changed: 0 }, { path: outside, files: 2, changed: 2 }]);
    expect(labelsOf(secret)).toEqual([`${FILES}:c1,c2`]);
    expect(relabel(web, { mounts: true, undo: true })).toHaveLength(2);
    expect(labelsOf(secret)).not.toEqual([`${FILES}:c1,c2`]);
    writeFileSync(web.config, `${config}lxc.mount.entry = /etc/ mnt none rbind 0 0\n`);
    expect(() => relabel(web, { mounts: true })).toThrow('/etc/, which it binds, belongs to the host');
  } finally {
    writeFileSync(web.config, config);
  }
  relabel(web);
  expect(relabel(web)).toMatchObject([{ changed: 0 }]);
  expect(labelsOf(...watched)).toEqual(watched.map(() => `${FILES}:c1,c2`));
});

it('init and all who attach are in the context, and the file systems that are made for it have its label', async () => {
  const init = await started({ set: ['lxc.mount.entry=tmpfs mnt tmpfs defaults 0 0', 'lxc.mount.auto=', 'lxc.mount.auto=proc:rw sys:rw'] });
  expect(contextOf(init)).toBe(CONTEXT);
  const allowed = [
    'echo x > /mnt/file',
    'echo y > /dev/shm-file',
    'echo z > /dev/null',
    'mkfifo /tmp/fifo',
    'echo 1 > /proc/sys/net/ipv4/ip_forward',
    'kill -0 1',
    'cat /proc/meminfo',
    'ls /sys',
  ];
  const denied = [
    'mount -t tmpfs t /tmp',
    'mknod /tmp/mem c 1 1',
    'head -c1 /proc/kcore',
    'echo 1 > /proc/sysrq-trigger',
    'echo h > /proc/sys/kernel/core_pattern',
    'echo > /proc/self/attr/exec',
    'echo 0 > /sys/kernel/mm/ksm/run',
    'dmesg -c',
  ];
  const attached = await attach(web, [...allowed, ...denied].map((words) => `(${words}) > /dev/null 2>&1; echo $?`).join('; '));
  expect(attached.stdout.trim().split('\n')).toEqual([...allowed.map(() => '0'), ...denied.map(() => expect.stringMatching(/^[1-9]/))]);
  expect((await attach(web, 'cat /proc/self/attr/current')).stdout).toBe(`${CONTEXT}\0`);
  const inside = ['mnt/file', 'dev', 'dev/null', 'dev/pts/ptmx', 'dev/shm-file'].map((path) => `/proc/${init}/root/${path}`);
  expect(labelsOf(...inside)).toEqual(inside.map(() => `${FILES}:c1,c2`));
  expect(await labelsFound()).toEqual([`the SELinux label of the program: ${CONTEXT}`]);
});

it('a command is in the context; the small PID 1 in front of it is none that the container can touch; both end with a monitor that is killed', async () => {
  const script = 'cat /proc/self/attr/current; kill -9 1; echo $?; cat /proc/1/environ; ls /proc/1/fd; sleep 100';
  const running = begin([launcher({ command: ['sh', '-c', script] })]);
  const { record } = await recorded(web.name);
  await until('the command has tried', () => running.stderr().includes('/proc/1/fd'));
  const [command = 0] = childrenOf(record.init);
  expect(contextOf(command)).toBe(CONTEXT);
  expect(contextOf(record.init)).not.toContain('container_t');
  expect(running.stdout()).toBe(`${CONTEXT}\x001\n`);
  expect([...running.stderr().matchAll(/ermission denied/g)]).toHaveLength(3);
  expect(await labelsFound()).toEqual([`the SELinux label of the program: ${CONTEXT}`]);
  process.kill(running.pid, 'SIGKILL');
  await until('the command ends', () => hasEnded(command));
  await running.ended;
  // The next start removes what is left of the groups.
  expect(await run([launcher({ command: ['true'] })])).toMatchObject({ code: 0 });
});

const COMBINATIONS = {
  'no_new_privs, a filter, and no /proc': ['lxc.no_new_privs=1', 'lxc.seccomp.profile=POLICY', 'lxc.mount.auto='],
  'a filter, Landlock, another user, few capabilities and limits': [
    'lxc.seccomp.profile=POLICY',
    'holdfast.landlock=default',
    'lxc.init.uid=1000',
    'lxc.init.gid=1000',
    'lxc.cap.keep=chown',
    'lxc.prlimit.nofile=77:99',
  ],
  'ids of its own and no_new_privs': ['lxc.idmap=u 0 100000 65536', 'lxc.idmap=g 0 100000 65536', 'lxc.no_new_privs=1'],
} as const;

for (const [what, lines] of Object.entries(COMBINATIONS)) {
  it(`so it is together with ${what}`, async () => {
    writePolicy(web, '2\ndenylist\nreboot errno 1');
    if (what.startsWith('ids')) await run(['chown', '-hR', '100000:100000', web.rootfs]);
    const init = await started({ set: lines.map((line) => line.replace('POLICY', join(web.lxcpath, web.name, 'policy'))) });
    expect(contextOf(init)).toBe(CONTEXT);
    if (what.includes('limits')) expect(readFileSync(`/proc/${init}/limits`, 'utf8')).toMatch(/Max open files +77 +99/);
    const attached = await attach(web, 'test -e /proc/self && cat /proc/self/attr/current; exit 0');
    expect(attached).toMatchObject({ code: 0, stdout: what.includes('no /proc') ? '' : `${CONTEXT}\0` });
    if (what.startsWith('ids')) await run(['chown', '-hR', '0:0', web.rootfs]);
  });
}

it('two containers with automatic categories cannot read, signal or trace one another', async () => {
  const lines = ['holdfast.selinux.context = auto', 'lxc.mount.entry = /proc mnt none rbind 0 0'];
  const [one, two] = [make(lines, 'echo secret > /etc/secret; sleep 100'), make(lines, 'echo secret > /etc/secret; sleep 100')];
  relabel(two);
  chmodSync(two.lxcpath, 0o755);
  rmSync(one.rootfs, { recursive: true });
  await run(['cp', '-a', '--no-preserve=context', two.rootfs, one.rootfs]);
  relabel(one);
  try {
    const done = await Promise.all([one, two].map(({ name, lxcpath }) => holdfast(['start', name, '-P', lxcpath], { timeoutMs: 60_000 })));
    expect(done.map(({ code, stderr }) => ({ code, stderr }))).toEqual([
      { code: 0, stderr: '' },
      { code: 0, stderr: '' },
    ]);
    const [first, second] = [(await recorded(one.name)).record.init, (await recorded(two.name)).record.init];
    const [own, others] = [contextOf(first), contextOf(second)];
    expect([own, others]).toEqual(Array(2).fill(expect.stringMatching(/^system_u:system_r:container_t:s0:c\d+,c\d+$/)));
    expect(own).not.toBe(others);
    // Root with every capability, and the host's /proc: nothing but the categories is in the way.
    const paths = ['environ', 'root/etc/secret', 'mem', 'maps', 'status', 'fd/0', 'syscall', 'ns/mnt'].map((name) => `/mnt/${second}/${name}`);
    const tried = await attach(one, `${paths.map((path) => `head -c1 ${path}`).join('; ')}; cat /etc/secret`);
    expect(tried.stdout).toBe('secret\n');
    expect([...tried.stderr.matchAll(/: Permission denied/g)]).toHaveLength(paths.length);
    // The same attempts from outside, where every process can be named: by a third, and by one with the categories of the second.
    const secret = join(two.rootfs, 'etc/secret');
    const attempts = ['kill -0 PID', 'cat SECRET', 'head -c1 /proc/PID/environ', 'touch SECRET', 'renice 5 PID', 'kill -9 PID'];
    const script = attempts.map((words) => `${words.replace('PID', String(second)).replace('SECRET', secret)}; code=$?; echo; echo "= $code"`).join('\n');
    const codes = async (context: string) => [...(await inContext(context, 'sh', '-c', script)).stdout.matchAll(/^= (\d+)$/gm)].map(([, code]) => code);
    expect(await codes(own)).toEqual(attempts.map(() => '1'));
    expect(contextOf(second)).toBe(others);
    expect(await codes(others)).toEqual(attempts.map(() => '0'));
    await until('it ends', () => hasEnded(second));
  } finally {
    for (const { name } of [one, two]) if (stateOf(name).state !== 'stopped') await stopContainer(RUN_DIR, name, { kill: true, timeout: 0 });
    for (const { name, lxcpath } of [one, two]) releaseCategories({ name, lxcpath }, realMachine());
  }
});

it('what cannot be entered, or would not be enforced, starts nothing', async () => {
  const setting =
    (...set: readonly string[]) =>
    () =>
      launcher({ set });
  expect(setting('lxc.selinux.context=system_u:system_r:nosuch_t:s0')).toThrow(/HF571 .*no such user, role or type/);
  expect(setting(`lxc.selinux.context=${PROCESS}:c1024`)).toThrow(/HF571 .*no such level.*s0:c1024/);
  expect(setting(`lxc.selinux.context=${PROCESS}:c2.c1`)).toThrow(/HF570 .*from a higher category to a lower one/);
  expect(setting('lxc.selinux.context=container_t')).toThrow(/HF570 .*one part/);
  expect(setting(`lxc.selinux.context.keyring=${PROCESS}:c1024`)).toThrow('HF571');
  expect(setting('lxc.namespace.keep=pid')).toThrow(/HF299 .*would outlive a monitor that is killed/);
  expect(setting('lxc.selinux.context=', 'holdfast.selinux.context=auto:nosuch_t')).toThrow(/HF573 .*no domain nosuch_t/);
  await whilePermissive(async () => {
    expect(() => launcher({})).toThrow(/HF301 .*SELinux is permissive/);
    const allowed = launcher({ allowMissing: ['lxc.selinux.context'], command: ['cat', '/proc/self/attr/current'] });
    expect(await run([allowed])).toMatchObject({ code: 0, stdout: `${CONTEXT}\0` });
  });
});

it('a container within a container is refused, because nobody inside may change contexts', () => {
  const machine = realMachine();
  const facts = readSelinux(machine);
  const { spec } = prepare({ name: web.name, lxcpath: web.lxcpath, set: ['lxc.no_new_privs=1'] });
  if (facts === null || spec === null) throw new Error('it has no facts or no specification');
  const inside = { ...facts, own: CONTEXT };
  const questions = policyNeeds(spec, inside).map(({ question }) => question);
  const answers = askSelinux(machine, inside, [CONTEXT, FILES], questions).access.map(({ question, denied }) => [question.class, ...denied].join(' '));
  expect(answers).toContain('process setexec');
});

it('the keyring alone can have a label, and leaves the context as it is', async () => {
  const start = {
    set: ['lxc.selinux.context=', `lxc.selinux.context.keyring=${PROCESS}:c7`],
    command: ['cat', '/proc/self/attr/keycreate', '/proc/self/attr/current'],
  };
  expect(await run([launcher(start)])).toMatchObject({ code: 0, stdout: `${contextOf(process.pid)}\0` });
});
