// Everything the article shows, in the spelling of LXC 1.0 and in today's: both are read, and they are the same container.

import { expect, test } from 'vitest';
import { hasErrors } from '../model/diagnostic.ts';
import type { ContainerSpec } from '../model/spec.ts';
import { loadSpec, memoryFiles } from './index.ts';

const DEVICES = `
lxc.cgroup.devices.deny = a
lxc.cgroup.devices.allow = c *:* m
lxc.cgroup.devices.allow = b *:* m
${['1:3 rwm', '1:5 rwm', '5:0 rwm', '5:1 rwm', '1:8 rwm', '1:9 rwm', '5:2 rwm', '136:* rwm', '254:0 rm', '10:229 rwm', '10:200 rwm', '1:7 rwm', '10:228 rwm', '10:232 rwm'].map((rule) => `lxc.cgroup.devices.allow = c ${rule}`).join('\n')}
lxc.cgroup.memory.limit_in_bytes = 134217728
lxc.cap.drop = sys_module mac_admin mac_override sys_time
`;

const THEN = `
lxc.rootfs = /var/lib/lxc/p1/rootfs
lxc.utsname = p1
lxc.arch = amd64
lxc.tty = 4
lxc.pts = 1024
lxc.devttydir = lxc
lxc.aa_profile = lxc-container-default-with-nesting
lxc.se_context = unconfined_u:unconfined_r:lxc_t:s0-s0:c0.c1023
lxc.seccomp = /var/lib/lxc/p1/policy
lxc.id_map = u 0 100000 65536
lxc.id_map = g 0 100000 65536
lxc.mount = /var/lib/lxc/p1/fstab
lxc.console = none
lxc.haltsignal = SIGUSR1
lxc.stopsignal = SIGKILL
lxc.network.type = veth
lxc.network.flags = up
lxc.network.link = lxcbr0
lxc.network.ipv4 = 10.0.3.5/24
lxc.kmsg = 0
lxc.pivotdir = mnt
lxc.logfile = /var/log/p1
lxc.loglevel = 1
${DEVICES}`;

const NOW = `
lxc.rootfs.path = /var/lib/lxc/p1/rootfs
lxc.uts.name = p1
lxc.arch = amd64
lxc.tty.max = 4
lxc.pty.max = 1024
lxc.tty.dir = lxc
lxc.apparmor.profile = lxc-container-default-with-nesting
lxc.selinux.context = unconfined_u:unconfined_r:lxc_t:s0-s0:c0.c1023
lxc.seccomp.profile = /var/lib/lxc/p1/policy
lxc.idmap = u 0 100000 65536
lxc.idmap = g 0 100000 65536
lxc.mount.fstab = /var/lib/lxc/p1/fstab
lxc.console.path = none
lxc.signal.halt = SIGUSR1
lxc.signal.stop = SIGKILL
lxc.net.0.type = veth
lxc.net.0.flags = up
lxc.net.0.link = lxcbr0
lxc.net.0.ipv4.address = 10.0.3.5/24
lxc.log.file = /var/log/p1
lxc.log.level = 1
${DEVICES}`;

const load = (text: string) =>
  loadSpec(
    memoryFiles({ '/c': text, '/var/lib/lxc/p1/policy': '1\nwhitelist\n103\n', '/var/lib/lxc/p1/fstab': 'proc proc proc nodev,noexec,nosuid 0 0\n' }),
    '/c',
    { name: 'p1' },
  );

/** Without the places, which differ. */
const plain = (spec: ContainerSpec | null): unknown => JSON.parse(JSON.stringify(spec, (key, value: unknown) => (key === 'why' ? undefined : value)));

test('the old spelling is read, with a warning for every old name and none else', () => {
  const { spec, diagnostics } = load(THEN);
  expect(hasErrors(diagnostics)).toBe(false);
  expect(spec).not.toBeNull();
  expect(diagnostics.filter(({ code }) => code === 'HF111').length).toBe(19);
  expect(diagnostics.filter(({ code }) => code !== 'HF111').map(({ code }) => code)).toEqual(['HF112', 'HF112', 'HF144', 'HF144']);
});

test("today's spelling is read without a warning and is the same container", () => {
  const { spec, diagnostics } = load(NOW);
  expect(diagnostics.map(({ code }) => code)).toEqual(['HF144', 'HF144']);
  expect(plain(spec)).toEqual(plain(load(THEN).spec));
});

test('the container is the one the article describes', () => {
  const { spec } = load(NOW);
  expect(spec?.cgroup.values.length).toBe(18);
  expect(spec?.cgroup.values.at(-1)).toMatchObject({ file: 'memory.limit_in_bytes', value: '134217728' });
  expect(spec?.capabilities.names.map(({ value }) => value)).toEqual(['sys_module', 'mac_admin', 'mac_override', 'sys_time']);
  expect(spec?.seccomp?.value.text).toBe('1\nwhitelist\n103\n');
  expect(spec?.unenforced).toEqual([]);
  expect(spec?.selinux?.context?.value).toBe('unconfined_u:unconfined_r:lxc_t:s0-s0:c0.c1023');
});

test("the reader's lxc-cgroup line is an error that knows the right key", () => {
  const { diagnostics } = load(`${NOW}lxc-cgroup.devices.allow = c 1 1\n`);
  expect(diagnostics).toContainEqual(
    expect.objectContaining({ code: 'HF102', data: expect.objectContaining({ suggestion: "write 'lxc.cgroup.devices.allow', or " }) }),
  );
});
