// Machines for tests, as the kernel and distributions present them: one for each layout of control groups.

import type { Fixture, FixtureNode } from './fixture.ts';

/** What every machine has, as Debian 12 has it. */
const COMMON: Readonly<Record<string, FixtureNode>> = {
  '/etc/passwd': 'root:x:0:0:root:/root:/bin/bash\nalice:x:1000:1000::/home/alice:/bin/bash\n',
  '/etc/subuid': 'alice:100000:65536\nbob:165536:65536\n',
  '/etc/subgid': 'alice:200000:65536\n1000:900000:10\n',
  '/usr/bin/newuidmap': { text: '', mode: 0o4755 },
  '/usr/bin/newgidmap': { text: '', mode: 0o4755 },
  '/proc/sys/kernel/cap_last_cap': '40\n',
  '/proc/sys/user/max_user_namespaces': '63500\n',
  '/proc/self/uid_map': '         0          0 4294967295\n',
  '/proc/self/status': status('000001ffffffffff'),
  '/proc/self/limits': limitsTable(),
  ...Object.fromEntries(
    ['cgroup', 'ipc', 'mnt', 'net', 'pid', 'pid_for_children', 'time', 'time_for_children', 'user', 'uts'].map((name) => [
      `/proc/self/ns/${name}`,
      { link: `${name}:[1]` },
    ]),
  ),
  '/proc/thread-self/children': '',
  '/sys/kernel/security/lsm': 'lockdown,capability,landlock,yama,apparmor',
};

export function status(effective: string): string {
  return `Name:\tnode\nUmask:\t0022\nCapInh:\t0000000000000000\nCapPrm:\t${effective}\nCapEff:\t${effective}\nCapBnd:\t000001ffffffffff\nCapAmb:\t0000000000000000\nNoNewPrivs:\t0\n`;
}

function limitsTable(): string {
  return [
    'Limit                     Soft Limit           Hard Limit           Units     ',
    'Max cpu time              unlimited            unlimited            seconds   ',
    'Max open files            1024                 1048576              files     ',
    'Max processes             31000                31000                processes ',
    'Max nice priority         0                    0                    ',
    '',
  ].join('\n');
}

/** A mountinfo line; `root` is not '/' inside containers. */
export function mountLine(mountPoint: string, type: string, superOptions = 'rw', root = '/', options = 'rw,relatime'): string {
  return `30 25 0:26 ${root} ${mountPoint} ${options} shared:9 - ${type} ${type} ${superOptions}`;
}

function machine(changes: Readonly<Record<string, FixtureNode>>, mounts: readonly string[], rest: Partial<Fixture> = {}): Fixture {
  const base = [mountLine('/', 'ext4'), mountLine('/proc', 'proc'), mountLine('/sys', 'sysfs')];
  return { ...rest, files: { ...COMMON, '/proc/self/mountinfo': `${[...base, ...mounts].join('\n')}\n`, ...changes } };
}

const membership = (...lines: readonly string[]) => `${lines.join('\n')}\n`;

/** Legacy: Debian 8 to 10 with systemd, all controllers in v1, two of them mounted together. */
export function legacyMachine(): Fixture {
  const controllers = ['cpu,cpuacct', 'cpuset', 'memory', 'devices', 'freezer', 'blkio', 'pids', 'net_cls,net_prio', 'perf_event', 'hugetlb'];
  const text = (path: string, systemd: string) =>
    membership(...controllers.map((one, index) => `${index + 2}:${one}:${one === 'memory' ? path : '/'}`), `1:name=systemd:${systemd}`);
  const mounts = controllers.map((one) => mountLine(`/sys/fs/cgroup/${one}`, 'cgroup', `rw,${one}`));
  return machine(
    {
      '/proc/self/cgroup': text('/user.slice', '/user.slice/user-0.slice/session-1.scope'),
      '/proc/1/cgroup': text('/', '/init.scope'),
      ...Object.fromEntries(controllers.map((one) => [`/sys/fs/cgroup/${one}/tasks`, ''])),
      '/sys/fs/cgroup/systemd/tasks': '',
      '/sys/fs/cgroup/cpuset/cpuset.cpus': '0-3\n',
      '/sys/fs/cgroup/cpuset/cpuset.mems': '0\n',
    },
    [...mounts, mountLine('/sys/fs/cgroup/systemd', 'cgroup', 'rw,xattr,release_agent=/lib/systemd/systemd-cgroups-agent,name=systemd')],
  );
}

/** Hybrid, as the virtual machine of the tests has it: v1, and a unified hierarchy with one controller. */
export function hybridMachine(): Fixture {
  const controllers = ['cpu', 'cpuset', 'memory', 'devices', 'pids'];
  const text = membership('9:name=systemd:/', ...controllers.map((one, index) => `${index + 1}:${one}:/`), '0::/');
  return machine(
    {
      '/proc/self/cgroup': text,
      '/proc/1/cgroup': text,
      ...Object.fromEntries([...controllers, 'systemd'].map((one) => [`/sys/fs/cgroup/${one}/tasks`, ''])),
      '/sys/fs/cgroup/cpuset/cpuset.cpus': '\n',
      '/sys/fs/cgroup/cpuset/cpuset.mems': '\n',
      '/sys/fs/cgroup/cpuset/cpuset.effective_cpus': '0-1\n',
      '/sys/fs/cgroup/cpuset/cpuset.effective_mems': '0\n',
      '/sys/fs/cgroup/unified/cgroup.controllers': 'hugetlb\n',
      '/sys/fs/cgroup/unified/cgroup.procs': '',
    },
    [
      ...controllers.map((one) => mountLine(`/sys/fs/cgroup/${one}`, 'cgroup', `rw,${one}`)),
      mountLine('/sys/fs/cgroup/systemd', 'cgroup', 'rw,name=systemd'),
      mountLine('/sys/fs/cgroup/unified', 'cgroup2'),
    ],
  );
}

const UNIFIED = [mountLine('/sys/fs/cgroup', 'cgroup2', 'rw,nsdelegate,memory_recursiveprot')];

/** Unified with systemd (Debian 11 and later), root in a session. */
export function unifiedMachine(): Fixture {
  return machine(
    {
      '/proc/self/cgroup': '0::/user.slice/user-0.slice/session-2.scope\n',
      '/proc/1/cgroup': '0::/init.scope\n',
      '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory hugetlb pids rdma misc\n',
      '/sys/fs/cgroup/cgroup.procs': '',
    },
    UNIFIED,
  );
}

/** Alice in a scope of her own manager: `systemd-run --user --scope -p Delegate=yes`. */
export function delegatedMachine(): Fixture {
  const scope = '/user.slice/user-1000.slice/user@1000.service/app.slice/run-r1.scope';
  return machine(
    {
      '/proc/self/cgroup': `0::${scope}\n`,
      '/proc/1/cgroup': '0::/init.scope\n',
      '/proc/self/status': status('0000000000000000'),
      [`/sys/fs/cgroup${scope}/cgroup.controllers`]: 'cpu memory pids\n',
      [`/sys/fs/cgroup${scope}/cgroup.procs`]: '',
      '/sys/fs/cgroup/cgroup.controllers': 'cpuset cpu io memory pids\n',
      '/run/user/1000': { dir: true, uid: 1000 },
    },
    UNIFIED,
    { uid: 1000, env: { HOME: '/home/alice', XDG_RUNTIME_DIR: '/run/user/1000' }, writable: [`/sys/fs/cgroup${scope}`] },
  );
}

/** Alice in an ordinary session, whose group is root's. */
export function sessionMachine(): Fixture {
  return machine(
    {
      '/proc/self/cgroup': '0::/user.slice/user-1000.slice/session-3.scope\n',
      '/proc/1/cgroup': '0::/init.scope\n',
      '/proc/self/status': status('0000000000000000'),
      '/sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope/cgroup.controllers': 'cpu memory pids\n',
      '/sys/fs/cgroup/user.slice/user-1000.slice/session-3.scope/cgroup.procs': '',
    },
    UNIFIED,
    { uid: 1000, env: { HOME: '/home/alice' } },
  );
}

/** The beginning of a 64-bit ELF program with program headers of these types (elf(5)), as text of one character a byte. */
export function elfHead(types: readonly number[]): string {
  const head = Buffer.alloc(64 + types.length * 56);
  head.write('\x7fELF\x02\x01', 'latin1');
  head.writeBigUInt64LE(64n, 32);
  head.writeUInt16LE(56, 54);
  head.writeUInt16LE(types.length, 56);
  for (const [index, type] of types.entries()) head.writeUInt32LE(type, 64 + index * 56);
  return head.toString('latin1');
}
