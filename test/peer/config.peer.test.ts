// The same configuration read by Debian's LXC (lxc-info -c KEY) and by Holdfast, key by key; and single lines that either takes or refuses.

import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect } from 'vitest';
import { loadSpec, memoryFiles } from '../../src/config/index.ts';
import type { ContainerSpec } from '../../src/model/spec.ts';
import { needing } from '../support/needs.ts';
import { run } from '../support/run.ts';

const it = needing('lxc');
const directory = mkdtempSync(join(tmpdir(), 'holdfast-config-'));
afterAll(() => {
  rmSync(directory, { recursive: true, force: true });
});

const ENVIRONMENT = { PATH: '/usr/sbin:/usr/bin:/sbin:/bin' };
let count = 0;

/** What LXC says of keys, or that it refuses the text (null). */
async function lxcSays(text: string, keys: readonly string[]): Promise<readonly string[] | null> {
  const name = `c${(count += 1)}`;
  mkdirSync(join(directory, name));
  writeFileSync(join(directory, name, 'config'), text);
  const answers: string[] = [];
  for (const key of keys) {
    const { code, stdout, stderr } = await run(['lxc-info', '-P', directory, '-n', name, '-H', '-c', key], { env: ENVIRONMENT });
    if (code !== 0 || stderr !== '') return null;
    answers.push(stdout.trim());
  }
  return answers;
}

function holdfastSays(text: string): ContainerSpec | null {
  return loadSpec(memoryFiles({ '/c': text }), '/c', { name: 'c', command: ['true'] }).spec;
}

const CONFIG = `
  lxc.rootfs.path = dir:/srv//web/./root/
lxc.rootfs.options = ro
lxc.uts.name = 'web one'
lxc.tty.max = 0x4
lxc.tty.dir = lxc/ttys
lxc.pty.max = 010
lxc.autodev =
lxc.autodev.tmpfs.size = 1000
lxc.console.path = none
lxc.console.logfile = /var//log/web
lxc.signal.halt = SIGRTMIN+3
lxc.signal.reboot = sigterm
lxc.signal.stop = SIGRTMAX-1
lxc.cap.drop = mac_admin
lxc.cap.drop =
lxc.cap.drop = sys_time\tchown
lxc.cap.drop = 16
lxc.mount.auto = proc sys:ro
lxc.mount.auto = sys:rw cgroup:mixed
lxc.mount.entry = x y tmpfs
lxc.mount.entry =
lxc.mount.entry = a b tmpfs size=1m 0 0
lxc.net.007.type = empty
lxc.net.7.flags = up
lxc.net.1.type = veth
lxc.net.1 =
lxc.prlimit.nofile = 10 : 20
lxc.prlimit.core = unlimited
lxc.sysctl.net.core.somaxconn = 1
lxc.sysctl.net.core.somaxconn = 256
lxc.proc.oom_score_adj = 10
lxc.init.cmd = /bin/sh -c "x y"
lxc.init.uid = 5
lxc.init.gid = 6
lxc.init.cwd = /tmp/
lxc.init.groups = 1,2
lxc.init.groups = 3
lxc.environment = A=b
lxc.environment = C="d e"
lxc.idmap = u 0 100000 65536
lxc.idmap = g 0 0x186a0 65536
lxc.namespace.clone = NET ipc
lxc.cgroup.dir = a//b
lxc.cgroup.relative = 1
lxc.cgroup.memory.limit_in_bytes = 134217728
lxc.cgroup2.memory.max = 128M
lxc.no_new_privs = 1
lxc.hook.pre-start = /a b
foo = ignored by LXC
`;

/** How LXC writes what Holdfast has understood. */
const KEYS: Readonly<Record<string, (spec: ContainerSpec) => string>> = {
  'lxc.rootfs.path': ({ root }) => (root.kind === 'dir' ? root.path : root.kind),
  'lxc.rootfs.options': ({ root }) => (root.kind === 'dir' && root.readOnly ? 'ro' : ''),
  'lxc.uts.name': ({ hostname }) => hostname?.value ?? '',
  'lxc.tty.max': ({ dev }) => String(dev.ttys.value),
  'lxc.tty.dir': ({ dev }) => dev.ttyDir.value,
  'lxc.pty.max': ({ dev }) => String(dev.ptyMax.value),
  'lxc.autodev': ({ dev }) => String(Number(dev.autodev.value)),
  'lxc.autodev.tmpfs.size': ({ dev }) => String(dev.tmpfsSize.value),
  'lxc.console.path': ({ dev }) => dev.console.value.kind,
  'lxc.console.logfile': ({ dev }) => dev.consoleLog?.value ?? '',
  'lxc.signal.halt': ({ signals }) => String(signals.halt.value),
  'lxc.signal.reboot': ({ signals }) => String(signals.reboot.value),
  'lxc.signal.stop': ({ signals }) => String(signals.stop.value),
  'lxc.cap.drop': ({ capabilities }) => capabilities.names.map(({ value }) => value).join('\n'),
  'lxc.mount.auto': ({ mountAuto: { proc, sys, cgroup } }) => `proc:${proc?.value} sys:${sys?.value} cgroup:${cgroup?.value.mode}`,
  'lxc.mount.entry': ({ mounts }) => mounts.map((entry) => `${entry.source} ${entry.target} ${entry.fstype} ${entry.options.join(',')} 0 0`).join('\n'),
  'lxc.net.7.type': ({ network }) => network.map(({ index, type }) => (index === 7 ? type : `${index}`)).join(' '),
  'lxc.net.7.flags': ({ network }) => (network[0]?.up ? 'up' : ''),
  'lxc.prlimit.nofile': ({ rlimits }) => limit(rlimits, 'nofile'),
  'lxc.prlimit.core': ({ rlimits }) => limit(rlimits, 'core'),
  'lxc.sysctl.net.core.somaxconn': ({ sysctls }) => sysctls.map(({ value }) => value).join('\n'),
  'lxc.proc.oom_score_adj': ({ proc }) => proc.map(({ value }) => value).join('\n'),
  'lxc.init.uid': ({ init }) => String(init.uid.value),
  'lxc.init.gid': ({ init }) => String(init.gid.value),
  'lxc.init.cwd': ({ init }) => init.cwd.value,
  'lxc.init.groups': ({ init }) => init.groups?.value.join(',') ?? '',
  'lxc.environment': ({ environment }) => environment.map(({ name, value }) => `${name}=${value}`).join('\n'),
  'lxc.idmap': ({ idmap }) => idmap.map(({ value: { kind, inside, outside, count: ids } }) => `${kind} ${inside} ${outside} ${ids}`).join('\n'),
  'lxc.namespace.clone': ({ namespaces }) => [...(namespaces?.names ?? [])].sort().join('\n'),
  'lxc.cgroup.dir': ({ cgroup }) => cgroup.dir?.value ?? '',
  'lxc.cgroup.relative': ({ cgroup }) => String(Number(cgroup.relative.value)),
  'lxc.cgroup.memory.limit_in_bytes': ({ cgroup }) =>
    cgroup.values
      .filter(({ version }) => version === 1)
      .map(({ value }) => value)
      .join('\n'),
  'lxc.cgroup2.memory.max': ({ cgroup }) =>
    cgroup.values
      .filter(({ version }) => version === 2)
      .map(({ value }) => value)
      .join('\n'),
  'lxc.no_new_privs': ({ noNewPrivs }) => String(Number(noNewPrivs.value)),
  'lxc.hook.pre-start': ({ unenforced }) => unenforced.map(({ value }) => value).join('\n'),
};

function limit(rlimits: ContainerSpec['rlimits'], wanted: string): string {
  const found = rlimits.find(({ name }) => name === wanted);
  const text = (value: bigint | null | undefined) => (value === null ? 'unlimited' : String(value));
  return found?.soft === found?.hard ? text(found?.soft) : `${text(found?.soft)}:${text(found?.hard)}`;
}

it('both understand the same by a configuration', async () => {
  const keys = Object.keys(KEYS);
  const theirs = await lxcSays(CONFIG, keys);
  const ours = holdfastSays(CONFIG.replace('foo = ignored by LXC\n', ''));
  if (theirs === null || ours === null) throw new Error('one of the two refuses it');
  const table = (values: readonly string[]) => Object.fromEntries(keys.map((key, index) => [key, values[index]]));
  expect(table(Object.values(KEYS).map((say) => say(ours)))).toEqual(table(theirs));
});

const ROOT = 'lxc.rootfs.path = /srv\n';

/** Lines about which both are of one mind. */
// biome-ignore format: a case is a line
const AGREED: readonly string[] = [
  'lxc.autodev = yes', 'lxc.autodev = 2', 'lxc.tty.max = -1', 'lxc.tty.max = 08', 'lxc.tty.max = 4 5', 'lxc.cap.drop = FOO', 'lxc.cap.drop = none', 'lxc.cap.drop = kill # c', 'lxc.cap.keep = none chown',
  'lxc.cap.drop = kill\nlxc.cap.keep = chown', 'lxc.cap.keep = chown\nlxc.cap.drop = kill', 'lxc.cap.keep = chown\nlxc.cap.keep =\nlxc.cap.drop = kill', 'lxc.signal.halt = TERM', 'lxc.signal.halt = SIGRTMIN',
  'lxc.signal.halt = SIGRTMIN+99', 'lxc.signal.halt = SIGCLD', 'lxc.prlimit.nofile = many', 'lxc.prlimit.nofile = 1:2:3', 'lxc.prlimit.nofile =', 'lxc.idmap = u 0 1', 'lxc.idmap = x 0 1 2', 'lxc.idmap = u 0 1 2 3',
  'lxc.namespace.clone = ipcs', 'lxc.namespace.clone = net\nlxc.namespace.keep = ipc', 'lxc.namespace.share.nothing = x', 'lxc.mount.auto = sys:readonly', 'lxc.mount.auto = cgroup:ro:force',
  'lxc.mount.fstab =', 'lxc.arch =', 'lxc.arch = x86-64', 'lxc.arch = s390x', 'lxc.cgroup.dir = /a', 'lxc.cgroup.dir = a/../b', 'lxc.cgroup.dir.container.inner = a/b', 'lxc.net = x', 'lxc.net.x.type = empty', 'lxc.net.0.type = vteh',
  'lxc.net.0.nothing = 1', 'lxc.init.groups = audio', 'lxc.environment = A=', 'lxc.time.offset.boot = 5d', 'lxc.hook.version = 2', 'lxc.hook = x', 'lxc.log.level = 1',
  'lxc.nothing = 1', 'lxc.aa_profil = x', 'lxc.cap.drop', 'lxc.kmsgs = 1', 'lxc.include = /absent/', 'lxc.include = /absent', 'lxc.rootfs.options = optional', 'lxc.seccomp.notify.proxy = /run/x', 'lxc.ephemeral = 2',
];

it('both take and refuse the same lines', async () => {
  const theirs: string[] = [];
  for (const line of AGREED) if ((await lxcSays(ROOT + line, ['lxc.uts.name'])) === null) theirs.push(line);
  expect(AGREED.filter((line) => holdfastSays(ROOT + line) === null)).toEqual(theirs);
  expect(theirs.length).toBeGreaterThan(20);
  expect(theirs.length).toBeLessThan(AGREED.length);
}, 120_000);

/** Where Holdfast decides otherwise, on purpose: what LXC does stands here so that a change of it is noticed. */
// biome-ignore format: a case is a line
const DIFFERENT: readonly (readonly [line: string, lxc: 'takes' | 'refuses', why: string])[] = [
  ['LXC.cap.drop = kill', 'takes', 'it skips the line without a word'],
  ['lxc.uts.name = a\0b', 'takes', 'it stops reading at the NUL byte'],
  ['lxc.autodev.tmpfs.size = lots', 'takes', 'it uses the default without a word'],
  ['lxc.mount.entry = a b tmpfs create=folder', 'takes', 'it sees the line when it mounts'],
  ['lxc.init.cmd = sh "a', 'takes', 'it drops the word without a word'],
  ['lxc.prlimit.nofiles = 1', 'takes', 'it sees the name when it starts'],
  ['lxc.prlimit.nofile = 2:1', 'takes', 'the kernel refuses it at the start'],
  ['lxc.cgroup.dir = a\nlxc.cgroup.dir.container = b', 'takes', 'it refuses the pair at the start'],
  ['lxc.init.uid = x', 'takes', 'it keeps 0 without a word'],
  ['lxc.mount.auto = shmounts:', 'takes', 'of 5.0.2: nothing is named'],
  ['lxc.namespace.clone = mount net', 'refuses', "its manual's own example"],
  ['lxc.idmap = b 0 1 2', 'refuses', 'only lxc-usernsexec takes b'],
  ['lxc.aa_profile = unconfined', 'refuses', 'a name of LXC 1'],
  ['lxc.kmsg = 1', 'refuses', 'a name of LXC 1'],
  ['lxc.time.offset.boot = -5h', 'refuses', 'its manual has negative offsets'],
  ['holdfast.stop.timeout = 1', 'takes', 'it skips the line: one file serves both'],
];

it('where they differ, it is as written down', async () => {
  const found: string[] = [];
  for (const [line] of DIFFERENT) found.push((await lxcSays(ROOT + line, ['lxc.uts.name'])) === null ? 'refuses' : 'takes');
  expect(found).toEqual(DIFFERENT.map(([, lxc]) => lxc));
  const ours = DIFFERENT.map(([line]) => (holdfastSays(ROOT + line) === null ? 'refuses' : 'takes'));
  expect(ours).toEqual([...Array<string>(10).fill('refuses'), ...Array<string>(6).fill('takes')]);
}, 60_000);
