// Generated AppArmor profiles at work: what they deny, what they leave, and that nothing of them stays. LXC's own assertions about its
// profiles (src/tests/aa.c, lxc-test-apparmor-generated, lxc-test-apparmor-mount) are among these.

import { chmodSync, copyFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { prepare } from '../../src/runtime/source.ts';
import { labelOf, loadedProfiles } from '../support/apparmor.ts';
import { planOf, type TestContainer } from '../support/container.ts';
import { containers, hasEnded, holdfast, startDetached, stateOf, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { stopContainer } from '../../src/runtime/stop.ts';

const it = needing('root', 'apparmor', 'busybox');
const make = containers();
const OPEN = ['lxc.apparmor.profile = generated', 'lxc.mount.auto = proc:rw sys:rw cgroup:rw'];

const attach = async ({ name }: TestContainer, script: string) => (await holdfast(['attach', name, '--', 'sh', '-c', script])).stdout.trim().split('\n');
const stop = (name: string) => stopContainer('/run/holdfast', name, { kill: true, timeout: 0 });

/** For each file whether it can be written to, for each mount whether it is made. */
const WRITES = 'w() { for f in "$@"; do if echo 1 2> /dev/null > $f; then echo "+ $f"; else echo "- $f"; fi; done; }';
const MOUNTS = 'm() { if mount "$@" 2> /dev/null; then echo "+ $*"; else echo "- $*"; fi; }';

const CLOSED = [
  // LXC's aa.c
  '/sys/kernel/uevent_helper',
  '/proc/sys/fs/file-nr',
  '/sys/kernel/mm/ksm/pages_to_scan',
  '/proc/sys/kernel/sysrq',
  // and
  '/proc/sysrq-trigger',
  '/proc/sys/kernel/core_pattern',
  '/proc/sys/vm/panic_on_oom',
  '/sys/kernel/security/x',
  '/sys/power/state',
  '/run/systemd/unit-root/proc/sysrq-trigger',
  '/run/systemd/unit-root/proc/sys/kernel/core_pattern',
];
const OPENED = [
  // aa.c
  '/sys/class/net/lo/ifalias',
  '/proc/sys/kernel/shmmax',
  // and
  '/proc/sys/kernel/hostname',
  '/proc/sys/net/ipv4/ip_forward',
  '/proc/self/oom_score_adj',
  '/etc/file',
  '/dev/null',
];
/** As mount(8) takes them. The tree of a unit is there when it is tried to get at it from elsewhere. */
const REFUSED = [
  '-t proc p /mnt/b',
  '-t proc p /mnt/proc',
  '-t proc -o ro,nosuid,relatime p /mnt/proc',
  '-t sysfs s /mnt/b',
  '-t devtmpfs d /mnt/b',
  '-t debugfs d /mnt/b',
  '-t securityfs s /mnt/b',
  '-t tmpfs t /proc/tty',
  '-o bind /proc /mnt/b',
  '-o bind /proc/sys /mnt/b',
  '-o bind /sys/kernel /mnt/b',
  '-o bind /etc /proc/tty',
  '-o rbind / /mnt/b',
  '-o rbind /run /mnt/b',
  '-o bind /run/systemd/unit-root/proc /mnt/b',
  '-o rbind /run/systemd/unit-root/proc /mnt/b',
  '-o rbind /run/systemd/unit-root /mnt/b',
  '-o rbind /run/systemd/unit-root/sys/kernel /run/systemd/unit-root/sys/fs/cgroup',
  '--move /proc /mnt/b',
  '-t proc -o nosuid p /proc/1/task',
  '-t sysfs s /sys',
  '-t proc -o nosuid p /run/systemd/unit-root/sys',
  '-t proc -o nosuid p /run/systemd/unit-root',
  '-t proc -o nosuid p /mnt/b',
  '-t sysfs -o nosuid s /run/systemd/unit-root/sys',
  '-o rbind /run/systemd /run/systemd/other',
  '-o rbind / /run/systemd/other',
  '-o bind / /run/systemd/unit-root',
  '-o rbind /run/systemd/unit-root/sys /run/systemd/mount-rootfs/sys',
  '--make-unbindable /proc',
  '--make-runbindable /',
];
const ALLOWED = ['-t tmpfs t /mnt/a', '-o bind /etc /mnt/b', '-o remount,bind,ro /mnt/b', '-o remount,bind,nosuid /mnt/a'];
const TREE =
  'mount --make-rprivate / 2> /dev/null; mkdir -p /mnt/a /mnt/b /mnt/proc /run/systemd/mount-rootfs /run/systemd/other /run/systemd/unit-root; mount -o rbind / /run/systemd/unit-root && echo unit';

/**
 * What a /proc or a /sys is mounted on gets no other name, where nothing is mounted on it or by another path. The tree of a unit can get one:
 * they keep theirs in it, and nothing of it is bound elsewhere. Nor does a /proc in a tree of other making.
 */
const RENAMED = `
try() { unshare -m sh -c "$1" 2> /dev/null && echo "done: $1"; }
u=/run/systemd/unit-root; n=/run/systemd/mount-rootfs; m=/run/systemd/moved
try "umount -l $u/proc /proc; mv $u/proc $u/other"; try "umount -l $u/sys /sys; mv $u/sys $u/other"
try 'umount -l /sys'; try "umount -l $u/sys"; try 'umount -l /'
mkdir -p /run/plain/proc /run/plain/sys /run/plain/old && mount -o bind /run/plain $n && echo plain
try "cd $n && pivot_root . old"
mount -t proc p $n/proc && try "umount -l $n/proc; mv $n/proc $n/other"; try "umount -l $n; mv /run/plain/proc /run/plain/other"
try "umount -l $u && mv $u $m"
touch /mnt/file; mount -o bind $m/proc/sysrq-trigger /mnt/file 2> /dev/null && echo bound; mount -o rbind $m/proc/sysrq-trigger /mnt/file 2> /dev/null && echo bound
mount -o rbind $m/sys/kernel /mnt/b 2> /dev/null && echo bound
try "umount -l $m/proc /proc; mv $m/proc $m/other"; try "umount -l $m/sys /sys; mv $m/sys $m/other"
w $n/proc/sysrq-trigger $n/other/sysrq-trigger $m/proc/sysrq-trigger $m/proc/sys/kernel/core_pattern $m/sys/kernel/uevent_helper /mnt/file`;
const RENAMED_SAYS = [
  'plain',
  'done: umount -l /run/systemd/unit-root && mv /run/systemd/unit-root /run/systemd/moved',
  '- /run/systemd/mount-rootfs/proc/sysrq-trigger',
  '- /run/systemd/mount-rootfs/other/sysrq-trigger',
  '- /run/systemd/moved/proc/sysrq-trigger',
  '- /run/systemd/moved/proc/sys/kernel/core_pattern',
  '- /run/systemd/moved/sys/kernel/uevent_helper',
  '+ /mnt/file',
];

it('root inside writes to what is its own, and nothing stays loaded', async () => {
  const container = make(OPEN, 'sleep 1000');
  const profile = `holdfast-${container.name}`;
  const { init, monitor } = await startDetached(container);
  expect(labelOf(init)).toBe(`${profile} (enforce)`);
  const said = await attach(container, [WRITES, TREE, 'cat /proc/self/attr/current', `w ${[...CLOSED, ...OPENED].join(' ')}`].join('\n'));
  expect(said).toEqual(['unit', `${profile} (enforce)`, ...CLOSED.map((path) => `- ${path}`), ...OPENED.map((path) => `+ ${path}`)]);
  // A killed monitor takes no profile out; the next start says so, and puts its own in its place.
  process.kill(monitor, 'SIGKILL');
  await until('init ends', () => hasEnded(init));
  expect(loadedProfiles()).toContain(`${profile} (enforce)`);
  const { diagnostics } = prepare({ name: container.name, lxcpath: container.lxcpath });
  expect(diagnostics).toContainEqual(expect.objectContaining({ code: 'HF295', data: { name: profile } }));
  const again = await startDetached(container);
  expect(labelOf(again.init)).toBe(`${profile} (enforce)`);
  await stop(container.name);
  await until('it has stopped', () => stateOf(container.name).state === 'stopped');
  expect(loadedProfiles().filter((line) => line.includes(container.name))).toEqual([]);
});

it('one with containers within has a policy namespace of its own, on top of its profile', async () => {
  const container = make([...OPEN, 'lxc.apparmor.allow_nesting = 1'], 'sleep 1000');
  const profile = `holdfast-${container.name}`;
  const { init } = await startDetached(container);
  expect(labelOf(init)).toBe(`${profile}//&:${profile}:unconfined (enforce)`);
  const said = await attach(
    container,
    `${WRITES}\n${MOUNTS}\ncat /proc/self/attr/current; mkdir -p /var/c/proc /mnt/b; m -t proc p /var/c/proc; m -t proc p /mnt/b; w /var/c/proc/sysrq-trigger /proc/sys/kernel/core_pattern; sleep 9 & kill $! && echo killed`,
  );
  expect(said).toEqual([
    'unconfined',
    '+ -t proc p /var/c/proc',
    '- -t proc p /mnt/b',
    '- /var/c/proc/sysrq-trigger',
    '- /proc/sys/kernel/core_pattern',
    'killed',
  ]);
});

/** What Debian's logind, timesyncd, networkd, resolved and hostnamed are confined by, taken together. */
const FILTERS = [
  'RestrictNamespaces=yes',
  'RestrictRealtime=yes',
  'RestrictSUIDSGID=yes',
  'LockPersonality=yes',
  'MemoryDenyWriteExecute=yes',
  'SystemCallFilter=@system-service',
  'RestrictAddressFamilies=AF_UNIX AF_INET',
  'CapabilityBoundingSet=CAP_NET_ADMIN CAP_DAC_OVERRIDE',
];
const KERNEL = [
  'ProtectKernelTunables=yes',
  'ProtectKernelModules=yes',
  'ProtectKernelLogs=yes',
  'ProtectControlGroups=yes',
  'ProtectClock=yes',
  'ProtectHostname=yes',
];
const STRICT = ['PrivateTmp=yes', 'ProtectSystem=strict', 'ReadWritePaths=/srv', 'ProtectHome=yes'];
/** Each unit's sandbox, and what it does in it. `%N` is its name. */
const UNITS: Readonly<Record<string, readonly [settings: readonly string[], command: string]>> = {
  all: [
    [
      'NoNewPrivileges=yes',
      ...STRICT,
      ...KERNEL,
      ...FILTERS,
      'PrivateDevices=yes',
      'PrivateNetwork=yes',
      'ProtectProc=invisible',
      'ProcSubset=pid',
      'PrivateIPC=yes',
    ],
    `grep -q NoNewPrivs:.1 /proc/self/status && grep -q hidepid=invisible /proc/self/mountinfo && ! test -e /proc/sys && ! touch /etc/x &&
      test -c /dev/null && test -c /dev/pts/ptmx && ! test -e /dev/console && test -d /sys/class/net/lo`.replace(/\n */, ' '),
  ],
  logind: [
    ['NoNewPrivileges=yes', ...STRICT, ...KERNEL.slice(1), ...FILTERS, 'ReadWritePaths=/etc /run', 'RuntimeDirectory=systemd/seats'],
    'touch /etc/x /run/x /run/systemd/seats/x',
  ],
  kernel: [[...KERNEL, 'NoExecPaths=/srv'], '! touch /proc/sys/net/ipv4/ip_forward && ! test -s /proc/kmsg'],
  users: [['ProtectSystem=full', 'ProtectHome=tmpfs', 'PrivateUsers=yes', 'PrivateIPC=yes'], '! touch /etc/x'],
  dynamic: [
    ['DynamicUser=yes', 'StateDirectory=%N', 'ReadWritePaths=/srv', 'LoadCredential=file:/etc/machine-id'],
    'touch /var/lib/%N/x && test -s /run/credentials/%n/file',
  ],
  paths: [
    [
      'TemporaryFileSystem=/home',
      'InaccessiblePaths=/mnt /proc/cpuinfo',
      'ReadOnlyPaths=/etc',
      'BindPaths=/usr:/opt',
      'BindReadOnlyPaths=/etc:/root',
      'SetCredential=word:secret',
    ],
    'test -d /opt/bin && test -s /root/passwd && ! test -s /proc/cpuinfo && grep -q secret /run/credentials/%n/word',
  ],
};

const systemd = needing('root', 'apparmor', 'systemd');

// Read-only without a mount that says so: beside one, no mount of a unit loses anything but by `ro`.
const USR = 'lxc.mount.entry = usr usr overlay lowerdir=/usr:/opt 0 0';

systemd('systemd runs as init, and the sandboxes of its units are made', async () => {
  const container = make([...OPEN, USR, 'lxc.init.cmd = /lib/systemd/systemd --unit=test.target']);
  const inRoot = (path: string) => join(container.rootfs, path);
  rmSync(container.rootfs, { recursive: true });
  for (const folder of ['etc/systemd/system', 'proc', 'sys', 'dev', 'tmp', 'root', 'run', 'var/tmp', 'mnt', 'usr', 'home', 'srv', 'opt'])
    mkdirSync(inRoot(folder), { recursive: true });
  chmodSync(inRoot('srv'), 0o1777);
  for (const link of ['bin', 'sbin', 'lib', 'lib64']) symlinkSync(`usr/${link}`, inRoot(link));
  for (const file of ['os-release', 'ld.so.cache']) copyFileSync(`/etc/${file}`, inRoot(`etc/${file}`));
  writeFileSync(inRoot('etc/passwd'), 'root:x:0:0:root:/root:/bin/sh\nnobody:x:65534:65534::/:/bin/false\n');
  writeFileSync(inRoot('etc/group'), 'root:x:0:\nnogroup:x:65534:\n');
  writeFileSync(inRoot('etc/machine-id'), `${'0123456789abcdef'.repeat(2)}\n`);
  const names = Object.keys(UNITS).map((name) => `${name}.service`);
  writeFileSync(inRoot('etc/systemd/system/test.target'), `[Unit]\nDefaultDependencies=no\nWants=${names.join(' ')}\n`);
  for (const [name, [settings, command]] of Object.entries(UNITS)) {
    const service = ['Type=oneshot', ...settings, `ExecStart=/bin/sh -c "${command} && echo done > /srv/${name}"`];
    writeFileSync(inRoot(`etc/systemd/system/${name}.service`), `[Unit]\nDefaultDependencies=no\n[Service]\n${service.join('\n')}\n`);
  }
  await startDetached(container);
  const finished = () => readdirSync(inRoot('srv')).sort();
  await until('all units are done', () => finished().length === names.length, 40_000).catch(() => undefined);
  expect(finished()).toEqual(Object.keys(UNITS).sort());
  // The mount(8) of util-linux: the one of busybox asks for `silent` with every mount, which no rule has.
  const tries = [...REFUSED, ...ALLOWED, '-o remount,bind,rw /mnt/b'].map((words) => `m ${words}`);
  const tried = await attach(container, [MOUNTS, WRITES, TREE, ...tries, RENAMED].join('\n'));
  const refused = REFUSED.map((words) => `- ${words}`);
  expect(tried.slice(0, 1 + tries.length)).toEqual(['unit', ...refused, ...ALLOWED.map((words) => `+ ${words}`), '- -o remount,bind,rw /mnt/b']);
  expect(tried.slice(1 + tries.length)).toEqual(RENAMED_SAYS);
});

it('nothing is loaded for a configuration whose rules are wrong, and the error is at its line', async () => {
  const container = make([...OPEN, 'lxc.apparmor.raw = capability no_such_thing,'], 'exit 0');
  expect(() => planOf(container)).toThrow(/HF294 apparmor_parser does not take capability no_such_thing,: Invalid capability no_such_thing/);
  const checked = await holdfast(['apparmor', 'check', '-P', container.lxcpath, container.name]);
  expect(checked).toMatchObject({ code: 2, stdout: expect.stringContaining(`${container.config}:9:`) });
  expect(loadedProfiles().filter((line) => line.includes(container.name))).toEqual([]);
});
