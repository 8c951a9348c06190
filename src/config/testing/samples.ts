// Values for every key of the table, right ones and wrong ones, for tests that compare readers and for the fuzzer.

import type { Grammar, KeyEntry } from '../keys/entry.ts';

export interface Samples {
  /** In the form their users write. */
  readonly right: readonly string[];
  /** Malformed, or beyond a bound. */
  readonly wrong: readonly string[];
}

const NUMBERS: Samples = { right: ['0', '1', '010', '0x10'], wrong: ['-1', '08', '1.5', '4 5', 'x', '99999999999'] };
const PATHS: Samples = { right: ['/srv', '/a//b/./c/', 'a/b', '/'], wrong: [] };

const BY_GRAMMAR: Readonly<Partial<Record<Grammar['kind'], Samples>>> = {
  clear: { right: [''], wrong: ['x', '0'] },
  include: { right: [], wrong: ['/absent', '/'] },
  boolean: { right: ['0', '1'], wrong: ['2', 'yes', '-1', '0 1'] },
  integer: NUMBERS,
  text: { right: ['a', 'two words', '=', '#x', 'ü', "it's"], wrong: [] },
  choice: { right: [], wrong: ['nothing', '9', '-', 'x y'] },
  path: PATHS,
  relative: { right: ['a', 'b-c', 'x.y'], wrong: ['/a', '../a', 'a/../b', '/'] },
  words: { right: ['a', 'a b', 'x  y\tz'], wrong: [] },
  ids: { right: ['1', '1,2', '0x10,7', '0'], wrong: ['a', '1,b', '-1', '1 2', '4294967296'] },
  capabilities: { right: ['chown', 'sys_time  mknod', '16', 'chown\tkill', '0'], wrong: ['CHOWN', 'cap_chown', 'chown,kill', 'foo', '64', '-1', 'kill # c'] },
  signal: {
    right: ['SIGTERM', 'sigint', '9', 'SIGRTMIN+3', 'SIGRTMAX-1', '0x9', 'SIGIO'],
    wrong: ['TERM', 'SIGRTMIN', 'SIGRTMIN+99', '-1', 'SIGFOO', '999', '65', 'SIGRTMIN-1'],
  },
  rlimit: { right: ['1', '1:2', '10 : 20', 'unlimited', '5:unlimited', '7:'], wrong: ['many', '1:2:3', '-1', '1 2', ':', '2x', ':5'] },
  idmap: {
    right: ['u 0 100000 65536', 'g 0 100000 65536', 'u 0 0x186a0 1000', 'g\t5  6 1'],
    wrong: ['u 0 1', 'x 0 1 2', 'u 0 1 2 3', 'u a 1 2', '0 1 2', 'u:0:1:2'],
  },
  namespaces: { right: ['net', 'net ipc', 'USER pid', 'uts\tmnt', 'cgroup'], wrong: ['ipcs', 'net,ipc', 'all'] },
  'mount-auto': {
    right: ['proc', 'proc:rw sys:ro', 'sys', 'cgroup:mixed', 'cgroup-full:ro', 'proc:mixed'],
    wrong: ['proc:ro', 'sysfs', 'cgroup:x', 'proc,sys', 'sys:readonly'],
  },
  mount: { right: ['tmpfs tmp tmpfs', '/a b none bind,ro 0 0', 'proc proc proc nodev,optional,create=dir'], wrong: ['a', 'a b', 'a b c d e f g h'] },
  root: { right: ['/srv', 'dir:/srv//x/', '/srv/./y'], wrong: [] },
  'root-options': { right: ['ro', 'rw', 'ro,rw', 'idmap=container'], wrong: ['idmap=web', 'optional', 'create=dir', 'relative'] },
  arch: { right: ['i686', 'x86_64', 'arm64', 'armhf', 's390x', 'linux32'], wrong: ['x86-64', 'X86_64', 'sparc', '64'] },
  command: { right: ['/sbin/init', '/bin/sh -c "x y"', "a 'b c' d"], wrong: [] },
  environment: { right: ['A=b', 'A=', 'B=c d', 'C="x"', 'D=e=f'], wrong: [] },
};

const ADDRESS4: Samples = { right: ['10.0.3.2/24', '192.168.1.1/32'], wrong: ['10.0.3', '10.0.3.2/33', 'x', '10.0.3.2/24/1', '300.1.1.1/8'] };
const ADDRESS6: Samples = { right: ['fd00::1/64', 'fe80::2/10'], wrong: ['fd00::g/64', 'x', 'fd00::1/129', '1.2.3.4/8'] };
const INTERFACE: Samples = { right: ['eth0', 'lxcbr0', 'br-x.1'], wrong: ['a-name-that-is-too-long', 'a/b', 'a b'] };
const OFFSET: Samples = { right: ['5h', '3m', '10s', '7ms', '8us', '9ns'], wrong: ['5', 'h', '5d', '5 hours', '1.5h'] };
const SIZE: Samples = { right: ['auto', '4096', '64KB', '1MB', '0'], wrong: ['big', '-1', '1XB', 'KB'] };

const BY_KEY: Readonly<Record<string, Samples>> = {
  'lxc.uts.name': { right: ['web', 'web-1', 'a.b'], wrong: ['x'.repeat(65)] },
  'lxc.autodev.tmpfs.size': { right: ['1', '0x1000', '600000'], wrong: ['0', '-1', '08', '1k'] },
  'lxc.log.level': { right: ['DEBUG', 'info', 'WARN', 'ERROR', '1', '6'], wrong: ['9', 'loud', '-1'] },
  'lxc.log.syslog': { right: ['daemon', 'local0'], wrong: ['mail', 'user', 'x'] },
  'lxc.hook.version': { right: ['0', '1'], wrong: ['2', 'x', '-1'] },
  'holdfast.securebits': { right: ['noroot', 'noroot  no_setuid_fixup'], wrong: ['root', 'noroot,no_setuid_fixup', 'noroot_locked'] },
  'lxc.seccomp.notify.proxy': { right: ['unix:/run/proxy'], wrong: ['/run/proxy', 'tcp:1', 'unix'] },
  'lxc.time.offset.boot': OFFSET,
  'lxc.time.offset.monotonic': OFFSET,
  'lxc.console.buffer.size': SIZE,
  'lxc.console.size': SIZE,
  'lxc.console.path': { right: ['none', '/dev/tty9'], wrong: [] },
  'lxc.tty.dir': { right: ['lxc', 'a/b'], wrong: ['/x', '../x'] },
  'lxc.net.N.type': { right: ['veth', 'macvlan', 'ipvlan', 'vlan', 'phys', 'empty', 'none'], wrong: ['vteh', 'VETH', 'bridge'] },
  'lxc.net.N.flags': { right: ['up'], wrong: ['down', 'UP'] },
  'lxc.net.N.link': INTERFACE,
  'lxc.net.N.name': INTERFACE,
  'lxc.net.N.veth.pair': INTERFACE,
  'lxc.net.N.hwaddr': { right: ['00:16:3e:01:02:03', '00:16:3E:aA:Bb:cC'], wrong: ['zz', '00:16:3e', '00:16:3e:01:02:03:04'] },
  'lxc.net.N.mtu': { right: ['1500', '9000'], wrong: ['x', '-1', '12'] },
  'lxc.net.N.ipv4.address': ADDRESS4,
  'lxc.net.N.ipv6.address': ADDRESS6,
  'lxc.net.N.ipv4.gateway': { right: ['10.0.3.1', 'auto', 'dev'], wrong: ['10.0.3', 'x', '10.0.3.1/24'] },
  'lxc.net.N.ipv6.gateway': { right: ['fd00::ff', 'auto', 'dev'], wrong: ['fd00', 'x', '10.0.3.1'] },
  'lxc.net.N.veth.ipv4.route': ADDRESS4,
  'lxc.net.N.veth.ipv6.route': ADDRESS6,
  'lxc.net.N.veth.vlan.id': { right: ['1', '4094', 'none'], wrong: ['4095', '-1', 'x'] },
  'lxc.net.N.veth.vlan.tagged.id': { right: ['1', '4094'], wrong: ['4095', 'none', 'x'] },
  'lxc.net.N.veth.mode': { right: ['bridge', 'router'], wrong: ['x'] },
  'lxc.net.N.macvlan.mode': { right: ['private', 'vepa', 'bridge', 'passthru'], wrong: ['x'] },
  'lxc.net.N.ipvlan.mode': { right: ['l3', 'l3s', 'l2'], wrong: ['l4'] },
  'lxc.net.N.ipvlan.isolation': { right: ['bridge', 'private', 'vepa'], wrong: ['x'] },
  'lxc.net.N.vlan.id': { right: ['0', '7', '4094'], wrong: ['x', '-1', '65536'] },
  'lxc.net.N.veth.n_rxqueues': { right: ['1', '4'], wrong: ['0', '-1', 'x'] },
  'lxc.net.N.veth.n_txqueues': { right: ['1', '4'], wrong: ['0', '-1', 'x'] },
  'lxc.seccomp.profile': { right: [], wrong: [] },
  'lxc.mount.fstab': { right: [], wrong: [] },
  'lxc.log.file': { right: [], wrong: [] },
  'holdfast.seccomp.weights': { right: [], wrong: [] },
  'holdfast.selinux.context': { right: ['auto', 'auto:container_init_t'], wrong: ['on', 'auto:', 'container_t'] },
  'holdfast.selinux.files': { right: ['container_file_t', 'none'], wrong: ['u:object_r:container_file_t:s0', 'a b'] },
  'holdfast.landlock': { right: ['default', 'none'], wrong: ['on', 'web.landlock'] },
};

const HOOK: Samples = { right: ['/bin/hook', "/bin/hook 'a b'"], wrong: [] };

const NOTHING: Samples = { right: [], wrong: [] };

/** Values to try for a key. */
export function samplesOf({ name, grammar }: KeyEntry): Samples {
  return BY_KEY[name] ?? (name.startsWith('lxc.hook.') ? HOOK : undefined) ?? BY_GRAMMAR[grammar.kind] ?? NOTHING;
}

/** What stands for the rest of a family's name. */
const MEMBERS: Readonly<Record<string, readonly string[]>> = {
  'lxc.prlimit.': ['nofile', 'core', 'cpu'],
  'lxc.sysctl.': ['net.core.somaxconn', 'kernel.msgmax'],
  'lxc.proc.': ['oom_score_adj'],
  'lxc.cgroup.': ['memory.limit_in_bytes', 'devices.deny', 'devices.allow'],
  'lxc.cgroup2.': ['memory.max', 'devices.deny'],
  'lxc.namespace.share.': ['net', 'ipc', 'pid'],
};

/** The interface that stands for each type. */
export const INTERFACES: Readonly<Record<string, number>> = { veth: 0, macvlan: 1, ipvlan: 2, vlan: 3 };

/** Keys to try for a row: itself, members of a family, the interface whose type it goes with. Under the names of today. */
export function keysOf({ name }: KeyEntry): readonly string[] {
  if (name.endsWith('.')) return (MEMBERS[name] ?? ['x']).map((member) => name + member);
  const [, , type = 'veth'] = /^lxc\.net\.N(\.(\w+))?/.exec(name) ?? [];
  return [name.replace('lxc.net.N', `lxc.net.${INTERFACES[type] ?? 0}`)];
}
