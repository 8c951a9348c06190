import { describe, expect, test } from 'vitest';
import { loadSpec, type LoadRequest, memoryFiles, readConfig, toSpec } from './index.ts';

const ROOT = 'lxc.rootfs.path = /srv/web\n';
const load = (text: string, request: Partial<LoadRequest> = {}, files: Record<string, string> = {}) =>
  loadSpec(memoryFiles({ '/c': text, ...files }), '/c', { name: 'web', ...request });
const specOf = (...args: Parameters<typeof load>) => {
  const { spec, diagnostics } = load(...args);
  if (!spec) throw new Error(JSON.stringify(diagnostics));
  return spec;
};
const codesOf = (...args: Parameters<typeof load>) => load(...args).diagnostics.map(({ code }) => code);

test("where a configuration is silent, LXC's defaults hold", () => {
  const { diagnostics } = load(ROOT);
  expect(diagnostics).toEqual([]);
  expect(specOf(ROOT)).toMatchObject({
    name: 'web',
    init: { argv: { value: ['/sbin/init'], why: { kind: 'default' } }, uid: { value: 0 }, gid: { value: 0 }, groups: null, cwd: { value: '/' }, reaper: false },
    root: { kind: 'dir', path: '/srv/web', readOnly: false },
    hostname: null,
    environment: [],
    namespaces: null,
    idmap: [],
    capabilities: { mode: 'drop', names: [] },
    noNewPrivs: { value: false },
    mountAuto: { proc: null, sys: null, cgroup: null, shmounts: null },
    mounts: [],
    dev: {
      autodev: { value: true },
      tmpfsSize: { value: 500000 },
      ttys: { value: 0 },
      ttyDir: { value: '' },
      ptyMax: { value: 0 },
      console: { value: { kind: 'pty' } },
      consoleLog: null,
    },
    cgroup: {
      values: [],
      shared: [],
      dir: null,
      container: null,
      inner: null,
      monitor: null,
      relative: { value: false },
      pattern: null,
      translate: { value: false },
    },
    network: [],
    seccomp: null,
    landlock: null,
    personality: null,
    signals: { halt: { value: 30 }, reboot: { value: 2 }, stop: { value: 9 } },
    stopTimeout: { value: 60 },
    keyring: { value: true },
    unenforced: [],
    allowMissing: [],
  });
});

describe('root', () => {
  test.each([
    ['/srv/web/', { kind: 'dir', path: '/srv/web' }],
    ['dir:/srv//web', { kind: 'dir', path: '/srv/web' }],
    ['btrfs:/srv/web', { kind: 'dir', path: '/srv/web' }],
    ['overlay:/low:/var/up', { kind: 'overlay', lower: ['/low'], upper: '/var/up', work: '/var/work' }],
    ['overlayfs:/a:/b:/up', { kind: 'overlay', lower: ['/a', '/b'], upper: '/up', work: '/work' }],
  ])('%s', (path, root) => expect(specOf(`lxc.rootfs.path = ${path}`).root).toMatchObject(root));
  test.each([
    ['srv/web', 'HF120'],
    ['/low:/up', 'HF120'],
    ['dir:srv', 'HF120'],
    ['overlay:/up', 'HF132'],
    ['overlay:low:/up', 'HF132'],
    ['lvm:/dev/a', 'HF131'],
    ['loop:/a.img', 'HF131'],
    ['dri:/srv', 'HF131'],
  ])('%s is refused', (path, code) => expect(codesOf(`lxc.rootfs.path = ${path}`)).toEqual([code]));
  test('lxc.rootfs.backend of LXC 2.0 is a prefix', () =>
    expect(specOf('lxc.rootfs.backend = overlayfs\nlxc.rootfs = /low:/up').root).toMatchObject({ kind: 'overlay', upper: '/up' }));
  test('ro', () => expect(specOf(`${ROOT}lxc.rootfs.options = ro`).root).toMatchObject({ readOnly: true }));
  test('other options are not enforced', () =>
    expect(specOf(`${ROOT}lxc.rootfs.options = ro,nosuid,idmap=container`).unenforced).toMatchObject([{ key: 'lxc.rootfs.options', value: 'nosuid' }]));
  test.each([
    ['idmap=container', { of: 'container' }],
    ['ro,idmap=/proc/12/ns/user', { of: 'file', path: '/proc/12/ns/user' }],
  ])('%s', (options, value) => expect(specOf(`${ROOT}lxc.rootfs.options = ${options}`).root).toMatchObject({ idmap: { value } }));
  test.each(['idmap', 'idmap=', 'idmap=web', 'idmap=proc/1/ns/user'])('%s is refused', (options) => {
    expect(codesOf(`${ROOT}lxc.rootfs.options = ${options}`)).toEqual(['HF120']);
    expect(codesOf(`${ROOT}lxc.mount.entry = /a b none bind,${options}`)).toEqual(['HF120']);
  });
  test("none, with a command: the host's programs", () => expect(specOf('', { command: ['true'] }).root.kind).toBe('host'));
  test('none, with lxc.init.cmd: the same', () => expect(specOf('lxc.init.cmd = true').root.kind).toBe('host'));
  test('none and nothing to run is an error', () => expect(codesOf('lxc.execute.cmd = true')).toEqual(['HF142']));
});

describe('init', () => {
  test('a command replaces init and has a reaper', () =>
    expect(specOf(`${ROOT}lxc.init.cmd = /x`, { command: ['a', 'b c'] }).init).toMatchObject({
      argv: { value: ['a', 'b c'], why: { kind: 'option' } },
      reaper: true,
    }));
  test('lxc.execute.cmd holds when executing, with a reaper', () =>
    expect(specOf(`${ROOT}lxc.execute.cmd = /x 1`, { mode: 'execute' }).init).toMatchObject({ argv: { value: ['/x', '1'] }, reaper: true }));
  test('and not when starting', () => expect(specOf(`${ROOT}lxc.execute.cmd = /x`).init).toMatchObject({ argv: { value: ['/sbin/init'] }, reaper: false }));
  test('ids, groups, directory', () =>
    expect(specOf(`${ROOT}lxc.init.uid = 5\nlxc.init.gid = 6\nlxc.init.groups = 7,8\nlxc.init.groups = 9\nlxc.init.cwd = /tmp/`).init).toMatchObject({
      uid: { value: 5 },
      gid: { value: 6 },
      groups: { value: [7, 8, 9], why: { span: { line: 4 } } },
      cwd: { value: '/tmp' },
    }));
  test('environment: the last value of a name, without those for hooks', () =>
    expect(
      specOf(`${ROOT}lxc.environment = A=1\nlxc.environment = TERM\nlxc.environment.hooks = H=1\nlxc.environment.runtime = R=1\nlxc.environment = A=2`)
        .environment,
    ).toMatchObject([
      { name: 'A', value: '2' },
      { name: 'TERM', value: null },
      { name: 'R', value: '1' },
    ]));
  test('signals and arch', () =>
    expect(specOf(`${ROOT}lxc.signal.halt = SIGRTMIN+3\nlxc.arch = i686`)).toMatchObject({
      signals: { halt: { value: 37 } },
      personality: { value: 'linux32' },
    }));
});

describe('capabilities', () => {
  const caps = (text: string) => {
    const { mode, names } = specOf(ROOT + text).capabilities;
    return [mode, ...names.map(({ value }) => value)];
  };
  test.each([
    ['lxc.cap.drop = kill chown\nlxc.cap.drop = 25', ['drop', 'kill', 'chown', '25']],
    ['lxc.cap.keep = none', ['keep']],
    ['lxc.cap.keep = chown none', ['keep']],
    ['lxc.cap.keep = none chown', ['keep', 'chown']],
    ['lxc.cap.keep = kill\nlxc.cap.keep = none\nlxc.cap.keep = chown', ['keep', 'chown']],
    ['lxc.cap.drop = kill\nlxc.cap.drop =', ['drop']],
    ['lxc.cap.drop = kill\nlxc.cap.keep =\nlxc.cap.keep = chown', ['keep', 'chown']],
    ['lxc.cap.keep = kill\nlxc.cap.keep =', ['drop']],
  ])('%j', (text, expected) => expect(caps(text)).toEqual(expected));
  test('each name knows its own place', () =>
    expect(specOf(`${ROOT}lxc.cap.drop = kill chown`).capabilities.names[1]?.why).toMatchObject({ span: { line: 2, column: 21, length: 5 } }));
  test.each(['lxc.cap.drop = kill\nlxc.cap.keep = chown', 'lxc.cap.keep = chown\nlxc.cap.drop = kill'])('%j is refused at the later line', (text) => {
    expect(load(ROOT + text)).toMatchObject({ spec: null, diagnostics: [{ code: 'HF140', span: { line: 3 } }] });
  });
});

describe('clearing', () => {
  test.each([
    ['lxc.net.0.type = veth\nlxc.net =', 'network'],
    ['lxc.net.1.type = veth\nlxc.net.1.link = a\nlxc.net.1 =', 'network'],
    ['lxc.cgroup.memory.limit_in_bytes = 1\nlxc.cgroup =', 'cgroup'],
    ['lxc.cgroup.devices.deny = a\nlxc.cgroup.devices.deny =', 'cgroup'],
    ['lxc.cgroup2.memory.max = 1\nlxc.cgroup2 =', 'cgroup'],
    ['lxc.hook.pre-start = /a\nlxc.hook.stop = /b\nlxc.hook =', 'unenforced'],
    ['lxc.hook.pre-start = /a\nlxc.hook.pre-start =', 'unenforced'],
    ['lxc.prlimit.nofile = 1\nlxc.limit =', 'rlimits'],
    ['lxc.sysctl.a = 1\nlxc.sysctl.a =', 'sysctls'],
    ['lxc.proc.a = 1\nlxc.proc =', 'proc'],
    ['lxc.idmap = u 0 1 1\nlxc.idmap =', 'idmap'],
    ['lxc.mount.entry = a b tmpfs\nlxc.mount.entry =', 'mounts'],
    ['lxc.mount.auto = proc sys\nlxc.mount.auto =', 'mountAuto'],
    ['lxc.environment = A=1\nlxc.environment =', 'environment'],
    ['lxc.uts.name = a\nlxc.uts.name =', 'hostname'],
    ['lxc.namespace.clone = net\nlxc.namespace.clone =', 'namespaces'],
    ['lxc.apparmor.profile = a\nlxc.apparmor.profile =', 'apparmor'],
    ['holdfast.allow_missing = lxc.hook.*\nholdfast.allow_missing =', 'allowMissing'],
  ] as const)('%j leaves nothing', (text, field) => {
    expect(specOf(ROOT + text)[field]).toEqual(specOf(ROOT)[field]);
    expect(specOf(ROOT + text.split('\n').slice(0, -1).join('\n'))[field]).not.toEqual(specOf(ROOT)[field]);
  });
  test('clearing one is not clearing the other', () => {
    const spec = specOf(
      `${ROOT}lxc.cgroup.devices.deny = a\nlxc.cgroup.devices.allow = c 1:3 rwm\nlxc.cgroup.dir = d\nlxc.cgroup2.memory.max = 1\nlxc.cgroup.devices.deny =\nlxc.net.0.type = empty\nlxc.net.10.type = none\nlxc.net.1 =\n`,
    );
    expect(spec.cgroup).toMatchObject({ values: [{ file: 'devices.allow' }, { file: 'memory.max' }], dir: { value: 'd' } });
    expect(specOf(`${ROOT}lxc.cgroup.dir = d\nlxc.cgroup =`).cgroup.dir).toMatchObject({ value: 'd' });
    expect(spec.network.map(({ index }) => index)).toEqual([0, 10]);
  });
  test('lxc.autodev = is 0, as in LXC', () => expect(specOf(`${ROOT}lxc.autodev =`).dev.autodev).toMatchObject({ value: false, why: { kind: 'config' } }));
});

describe('mounts', () => {
  test('lxc.mount.auto: a later word replaces an earlier one about the same', () =>
    expect(specOf(`${ROOT}lxc.mount.auto = cgroup:mixed proc:mixed sys:mixed\nlxc.mount.auto = sys:rw`).mountAuto).toMatchObject({
      proc: { value: 'mixed' },
      sys: { value: 'rw', why: { span: { line: 3, column: 18 } } },
      cgroup: { value: { kind: 'cgroup', mode: 'mixed' } },
    }));
  test('fstab lines come first, with their own places', () => {
    const spec = specOf(`lxc.mount.entry = a b tmpfs\n${ROOT}lxc.mount.fstab = /tab`, {}, { '/tab': '# x\n\n  c\td tmpfs nosuid 0 0\n' });
    expect(spec.mounts).toMatchObject([
      { source: 'c', target: 'd', options: ['nosuid'], why: { span: { file: '/tab', line: 3, column: 3 } } },
      { source: 'a', target: 'b' },
    ]);
  });
  test('a wrong fstab line is an error in that file', () => {
    expect(load(`${ROOT}lxc.mount.fstab = /tab`, {}, { '/tab': 'a b\n' })).toMatchObject({
      spec: null,
      diagnostics: [{ code: 'HF128', span: { file: '/tab', line: 1 } }],
    });
  });
  test.each(['/srv/web/data', '/var/lib/lxc/web/rootfs/data', '/srv/web//data/'])('the absolute target %s is below the root', (target) => {
    expect(specOf(`${ROOT}lxc.mount.entry = a ${target} tmpfs`).mounts).toMatchObject([{ target: 'data' }]);
  });
  test('another one is an error, not a mount that is missing', () => expect(codesOf(`${ROOT}lxc.mount.entry = a /srv/webs/data tmpfs`)).toEqual(['HF129']));
  test('relative keeps an entry out, visibly; idmap= is a part of it', () => {
    expect(specOf(`${ROOT}lxc.mount.entry = a b none bind,relative\nlxc.mount.entry = /c d none bind,idmap=container`)).toMatchObject({
      mounts: [{ source: '/c', options: ['bind'], idmap: { value: { of: 'container' } } }],
      unenforced: [{ key: 'lxc.mount.entry', value: 'relative' }],
    });
  });
});

test('devices', () => {
  expect(
    specOf(`${ROOT}lxc.autodev.tmpfs.size = 1000\nlxc.tty.max = 4\nlxc.tty.dir = lxc\nlxc.pty.max = 1024\nlxc.console.path = none\nlxc.console.logfile = /log`)
      .dev,
  ).toMatchObject({
    tmpfsSize: { value: 1000 },
    ttys: { value: 4 },
    ttyDir: { value: 'lxc' },
    ptyMax: { value: 1024 },
    console: { value: { kind: 'none' } },
    consoleLog: { value: '/log' },
  });
  expect(specOf(`${ROOT}lxc.console.path = /dev/tty8`).dev.console.value).toEqual({ kind: 'path', path: '/dev/tty8' });
});

test('control groups: values verbatim and in order, of both versions', () => {
  expect(
    specOf(
      `${ROOT}lxc.cgroup.devices.deny = a\nlxc.cgroup.devices.allow = c *:* m\nlxc.cgroup.memory.limit_in_bytes = 134217728\nlxc.cgroup2.memory.max = 128M\nlxc.cgroup.relative = 1`,
      {
        cgroupPattern: { value: 'lxc/%n', why: { kind: 'default', text: 'lxc.conf' } },
      },
    ).cgroup,
  ).toMatchObject({
    values: [
      { version: 1, controller: 'devices', file: 'devices.deny', value: 'a', key: 'lxc.cgroup.devices.deny' },
      { version: 1, controller: 'devices', file: 'devices.allow', value: 'c *:* m' },
      { version: 1, controller: 'memory', file: 'memory.limit_in_bytes', value: '134217728' },
      { version: 2, controller: 'memory', file: 'memory.max', value: '128M' },
    ],
    relative: { value: true },
    pattern: { value: 'lxc/%n' },
  });
});

test.each([
  ['lxc.cgroup.dir = a\nlxc.cgroup.dir.container = b\nlxc.cgroup.dir.monitor = c', ['HF140']],
  ['lxc.cgroup.dir.container = b', ['HF141']],
  ['lxc.cgroup.dir.container = b\nlxc.cgroup.dir.monitor = c', []],
  ['lxc.namespace.clone = net\nlxc.namespace.keep = ipc', ['HF140']],
  ['lxc.net.0.link = lxcbr0', ['HF143']],
  ['lxc.keyring.session = 0', ['HF145']],
])('%j is told as %j', (text, codes) => expect(codesOf(ROOT + text)).toEqual(codes));

test('namespaces: a set', () => {
  expect(specOf(`${ROOT}lxc.namespace.keep = net ipc\nlxc.namespace.keep = net`).namespaces).toMatchObject({ mode: 'keep', names: ['net', 'ipc'] });
});

test('limits, sysctls, proc: the last of a name, in order', () => {
  expect(
    specOf(
      `${ROOT}lxc.prlimit.nofile = 1\nlxc.prlimit.core = 0:unlimited\nlxc.prlimit.nofile = 2\nlxc.sysctl.net.ipv4.ip_forward = 1\nlxc.proc.oom_score_adj = 10`,
    ),
  ).toMatchObject({
    rlimits: [
      { name: 'core', soft: 0n, hard: null },
      { name: 'nofile', soft: 2n, hard: 2n, key: 'lxc.prlimit.nofile' },
    ],
    sysctls: [{ name: 'net.ipv4.ip_forward', value: '1', key: 'lxc.sysctl.net.ipv4.ip_forward' }],
    proc: [{ name: 'oom_score_adj', value: '10' }],
  });
});

test('network: gathered by number', () => {
  expect(specOf(`${ROOT}lxc.net.2.flags = up\nlxc.net.2.type = empty\nlxc.net.0.type = veth\nlxc.net.0.link = br0`).network).toMatchObject([
    { index: 0, type: 'veth', up: false, keys: ['lxc.net.0.type', 'lxc.net.0.link'] },
    { index: 2, type: 'empty', up: true, why: { span: { line: 3 } } },
  ]);
});

describe('what is not enforced', () => {
  test.each([
    'lxc.hook.pre-start = /a',
    'lxc.namespace.share.net = web',
    'lxc.time.offset.boot = 1h',
    'lxc.monitor.unshare = 1',
    'lxc.monitor.signal.pdeath = SIGTERM',
    'lxc.sched.core = 1',
    'lxc.console.rotate = 1',
  ])('%s', (line) =>
    expect(specOf(ROOT + line).unenforced).toMatchObject([{ key: line.split(' ')[0], why: { span: { line: 2, column: 1, length: line.length } } }]),
  );
  test('nothing about capabilities', () => {
    const { capabilities, secureBits, unenforced } = specOf(
      `${ROOT}lxc.cap.keep = chown\nlxc.cap.inheritance = 0\nholdfast.securebits = no_cap_ambient_raise noroot`,
    );
    expect(unenforced).toEqual([]);
    expect(capabilities).toMatchObject({ mode: 'keep', inheritance: { value: false, why: { span: { line: 3 } } } });
    expect(secureBits).toMatchObject({ value: ['noroot', 'no_cap_ambient_raise'], why: { span: { line: 4 } } });
    expect(specOf(`${ROOT}holdfast.securebits = noroot\nholdfast.securebits =`).secureBits).toBeUndefined();
  });
  test('the script of a network', () =>
    expect(specOf(`${ROOT}lxc.net.0.type = empty\nlxc.net.0.script.up = /a`).unenforced).toMatchObject([{ key: 'lxc.net.0.script.up' }]));
  test('every hook by itself', () =>
    expect(specOf(`${ROOT}lxc.hook.mount = /a\nlxc.hook.mount = /b`).unenforced.map(({ value }) => value)).toEqual(['/a', '/b']));
  test.each([
    'lxc.apparmor.profile = unconfined',
    'lxc.apparmor.profile = unchanged',
    'lxc.apparmor.allow_nesting = 1',
    'lxc.apparmor.raw = deny /x rw,',
    'lxc.apparmor.allow_incomplete = 1',
    'lxc.seccomp.allow_nesting = 0',
    'lxc.monitor.signal.pdeath = SIGKILL',
    'lxc.sched.core = 0',
    'lxc.hook.clone = /a',
    'lxc.hook.destroy = /a',
    'lxc.hook.version = 1',
    'lxc.start.auto = 1',
    'lxc.group = a',
    'lxc.rootfs.managed = 0',
    'lxc.time.offset.boot = 0s',
    'lxc.ephemeral = 0',
  ])('%s asks for nothing', (line) => {
    expect(specOf(ROOT + line).unenforced).toEqual([]);
    expect(codesOf(ROOT + line)).toEqual([]);
  });
  test.each(['lxc.rootfs.mount = /mnt', 'lxc.log.file = /a', 'lxc.log.level = 1', 'lxc.ephemeral = 1', 'lxc.cgroup.dir.monitor.pivot = a'])(
    '%s is told to have no effect',
    (line) => {
      expect(codesOf(ROOT + line)).toEqual(['HF144']);
      expect(specOf(ROOT + line).unenforced).toEqual([]);
    },
  );
  test('may be allowed', () =>
    expect(specOf(`${ROOT}holdfast.allow_missing = lxc.aa_profile\nholdfast.allow_missing = lxc.hook.*`).allowMissing.map(({ value }) => value)).toEqual([
      'lxc.apparmor.profile',
      'lxc.hook.*',
    ]));
});

test("a wrong value is no container, even to one who skips the reader's errors", () => {
  const { settings } = readConfig(memoryFiles({ '/c': `${ROOT}lxc.no_new_privs = yes` }), '/c');
  expect(toSpec(settings, { name: 'web' }).spec).toBeNull();
});

test("a policy that cannot be read is no container without a policy, even to one who skips the reader's errors", () => {
  const { settings } = readConfig(memoryFiles({ '/c': `${ROOT}lxc.seccomp.profile = /absent` }), '/c');
  expect(toSpec(settings, { name: 'web' }).spec).toBeNull();
  expect(specOf(`${ROOT}lxc.seccomp.profile = /p`, {}, { '/p': 'text' }).seccomp?.value).toEqual({ path: '/p', text: 'text' });
});

test('holdfast.stop.timeout', () => expect(specOf(`${ROOT}holdfast.stop.timeout = 3`).stopTimeout.value).toBe(3));

test('what belongs to a policy', () => {
  const files = { '/p': '2\ndenylist\nmkdir notify\n', '/w': 'read 3\n' };
  const value = (lines: string) => specOf(`${ROOT}lxc.seccomp.profile = /p\n${lines}`, {}, files).seccomp?.value;
  expect(value('')).toEqual({ path: '/p', text: files['/p'] });
  expect(value('lxc.seccomp.notify.proxy = unix:@x\nlxc.seccomp.notify.cookie = a b\nlxc.seccomp.allow_nesting = 0\n')).toMatchObject({
    proxy: { value: '@x', why: { span: { line: 3 } } },
    cookie: { value: 'a b' },
    nesting: { value: false, why: { span: { line: 5 } } },
  });
  expect(value('holdfast.seccomp.weights = /w\n')).toMatchObject({ weights: { path: '/w', text: 'read 3\n' } });
  expect(codesOf(`${ROOT}lxc.seccomp.notify.proxy = unix:/a\nlxc.seccomp.allow_nesting = 1`)).toEqual(['HF144', 'HF144']);
  expect(codesOf(`${ROOT}holdfast.seccomp.weights = /w\n`, {}, { '/w': 'read 3\n' })).toEqual(['HF144']);
});

test('a spec is plain data: all of it is in its JSON, the places of its words too', () => {
  const spec = specOf(`${ROOT}lxc.cap.drop = kill 5\nlxc.mount.auto = proc\nlxc.namespace.clone = pid mnt\nlxc.idmap = b 0 100000 10\nlxc.prlimit.core = 1\n`);
  const text = (value: unknown) => JSON.stringify(value, (_key, part: unknown) => (typeof part === 'bigint' ? `${part}n` : part));
  expect(text(spec)).toBe(text(structuredClone(spec)));
  expect(JSON.parse(text(spec.capabilities.names))).toEqual([
    { value: 'kill', why: { kind: 'config', span: { file: '/c', line: 2, column: 16, length: 4 } } },
    { value: '5', why: { kind: 'config', span: { file: '/c', line: 2, column: 21, length: 1 } } },
  ]);
  expect(text(spec.mountAuto)).toContain('"line":3');
});
