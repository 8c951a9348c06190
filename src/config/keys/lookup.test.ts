import { describe, expect, test } from 'vitest';
import { findKey, KEYS, nearestKeys, suggestKeys } from './lookup.ts';

/** The keys of LXC 6.0.6's table, and those that came since (reference: lxc.container.conf(5)). */
const LXC = `
  lxc.arch lxc.apparmor.profile lxc.apparmor.allow_incomplete lxc.apparmor.allow_nesting lxc.apparmor.raw lxc.autodev.tmpfs.size lxc.autodev
  lxc.cap.drop lxc.cap.keep lxc.cap.inheritance lxc.cgroup2 lxc.cgroup.dir.monitor.pivot lxc.cgroup.dir.monitor lxc.cgroup.dir.container.inner
  lxc.cgroup.dir.container lxc.cgroup.dir lxc.cgroup.relative lxc.cgroup lxc.console.buffer.size lxc.console.logfile lxc.console.path
  lxc.console.rotate lxc.console.size lxc.sched.core lxc.environment lxc.environment.runtime lxc.environment.hooks lxc.ephemeral lxc.execute.cmd
  lxc.group lxc.hook.autodev lxc.hook.clone lxc.hook.destroy lxc.hook.mount lxc.hook.post-stop lxc.hook.pre-mount lxc.hook.pre-start
  lxc.hook.start lxc.hook.start-host lxc.hook.stop lxc.hook.version lxc.hook lxc.idmap lxc.include lxc.init.cmd lxc.init.gid lxc.init.groups
  lxc.init.uid lxc.init.cwd lxc.keyring.session lxc.log.file lxc.log.level lxc.log.syslog lxc.monitor.unshare lxc.monitor.signal.pdeath
  lxc.mount.auto lxc.mount.entry lxc.mount.fstab lxc.namespace.clone lxc.namespace.keep lxc.namespace.share.net lxc.time.offset.boot
  lxc.time.offset.monotonic lxc.net lxc.no_new_privs lxc.prlimit lxc.prlimit.nofile lxc.prlimit.7 lxc.pty.max lxc.rootfs.managed
  lxc.rootfs.mount lxc.rootfs.options lxc.rootfs.path lxc.seccomp.allow_nesting lxc.seccomp.notify.cookie lxc.seccomp.notify.proxy
  lxc.seccomp.profile lxc.selinux.context.keyring lxc.selinux.context lxc.signal.halt lxc.signal.reboot lxc.signal.stop lxc.start.auto
  lxc.start.delay lxc.start.order lxc.tty.dir lxc.tty.max lxc.uts.name lxc.sysctl lxc.sysctl.net.ipv4.ip_forward lxc.proc lxc.proc.oom_score_adj
  lxc.cgroup.memory.limit_in_bytes lxc.cgroup2.memory.max
  ${'flags hwaddr ipv4.address ipv4.gateway ipv6.address ipv6.gateway link l2proxy macvlan.mode ipvlan.mode ipvlan.isolation mtu name script.down script.up type vlan.id veth.mode veth.n_rxqueues veth.n_txqueues veth.pair veth.ipv4.route veth.ipv6.route veth.vlan.id veth.vlan.tagged.id'
    .split(' ')
    .map((sub) => `lxc.net.0.${sub}`)
    .join(' ')}
`
  .trim()
  .split(/\s+/);

test.each(LXC)('%s is a key under its own name', (key) => {
  expect(findKey(key)).toMatchObject({ kind: 'known', key, old: false });
});

// biome-ignore format: a case is a line
const OLD: readonly (readonly [old: string, key: string])[] = [
  ['lxc.aa_profile', 'lxc.apparmor.profile'], ['lxc.aa_allow_incomplete', 'lxc.apparmor.allow_incomplete'], ['lxc.se_context', 'lxc.selinux.context'],
  ['lxc.seccomp', 'lxc.seccomp.profile'], ['lxc.id_map', 'lxc.idmap'], ['lxc.utsname', 'lxc.uts.name'], ['lxc.tty', 'lxc.tty.max'],
  ['lxc.devttydir', 'lxc.tty.dir'], ['lxc.pts', 'lxc.pty.max'], ['lxc.mount', 'lxc.mount.fstab'], ['lxc.rootfs', 'lxc.rootfs.path'],
  ['lxc.console', 'lxc.console.path'], ['lxc.haltsignal', 'lxc.signal.halt'], ['lxc.rebootsignal', 'lxc.signal.reboot'],
  ['lxc.stopsignal', 'lxc.signal.stop'], ['lxc.init_cmd', 'lxc.init.cmd'], ['lxc.init_uid', 'lxc.init.uid'], ['lxc.init_gid', 'lxc.init.gid'],
  ['lxc.logfile', 'lxc.log.file'], ['lxc.loglevel', 'lxc.log.level'], ['lxc.syslog', 'lxc.log.syslog'], ['lxc.limit.nofile', 'lxc.prlimit.nofile'],
  ['lxc.limit', 'lxc.prlimit'], ['lxc.network', 'lxc.net'], ['lxc.network.2.ipv4', 'lxc.net.2.ipv4.address'], ['lxc.network.2.link', 'lxc.net.2.link'],
];

test.each(OLD)('%s of LXC 1 and 2.0 is %s', (old, key) => {
  expect(findKey(old)).toMatchObject({ kind: 'known', key, old: true });
});

describe('numbers of interfaces', () => {
  test('are counted, not spelled', () => expect(findKey('lxc.net.007.type')).toMatchObject({ key: 'lxc.net.7.type', rest: '7' }));
  test.each(['lxc.net.x.type', 'lxc.net.N.type', 'lxc.net.N', 'lxc.net.0.', 'lxc.net.', 'lxc.net.0.nothing', 'lxc.net.4294967296.type', 'lxc.net.-1.type'])(
    '%s is no key',
    (key) => {
      expect(findKey(key)).toEqual({ kind: 'unknown' });
    },
  );
});

test.each([
  'lxc.prlimit.',
  'lxc.prlimit.99',
  'lxc.prlimit.files',
  'lxc.sysctl.',
  'lxc.cgroup.',
  'lxc.cgroups',
  'lxc.namespace.share.mount',
  'lxc.Cap.drop',
  'lxc.cap.drop.',
  '',
  'lxc.',
  'lxc.toString',
])('%j is no key', (key) => {
  expect(findKey(key)).toEqual({ kind: 'unknown' });
});

test('no two rows have a name in common', () => {
  const names = KEYS.flatMap(({ name, old = [] }) => [name, ...old]);
  expect(names.filter((name, index) => names.indexOf(name) !== index)).toEqual([]);
  expect(KEYS.length).toBeGreaterThan(120);
});

test('what clears a family is a key that only clears', () => {
  for (const { clearedBy } of KEYS) {
    if (clearedBy !== undefined) expect(KEYS.find(({ name }) => name === clearedBy)?.grammar).toEqual({ kind: 'clear' });
  }
});

test.each([
  ['lxc.cap.dorp', ['lxc.cap.drop']],
  ['LXC.cap.drop', ['lxc.cap.drop']],
  ['cap.drop', ['lxc.cap.drop']],
  ['\uFEFFlxc.uts.name', ['lxc.uts.name']],
  ['lxc-cgroup.devices.allow', ['lxc.cgroup.devices.allow']],
  ['lxc.net.12.tpye', ['lxc.net.12.type']],
  ['lxc.prlimit.nofiles', ['lxc.prlimit.nofile']],
  ['lxc.appamor.profile', ['lxc.apparmor.profile']],
  ['qqqqqqqqqqqqqqqqqqqqqqqqqq', []],
])('near %j is %j', (written, expected) => {
  expect(nearestKeys(written)).toEqual(expected);
});

test('no suggestion is no text', () => expect(suggestKeys('qqqqqqqqqqqqqqqqqqq')).toBe(''));
