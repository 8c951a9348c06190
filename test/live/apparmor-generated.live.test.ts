// Generated AppArmor profiles at work: what they deny, what they leave, and that nothing of them stays. LXC's own assertions about its
// profiles (src/tests/aa.c, lxc-test-apparmor-generated, lxc-test-apparmor-mount) are among these.

import { copyFileSync, mkdirSync, readdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import { prepare } from '../../src/runtime/source.ts';
import { labelOf, loadedProfiles } from '../support/apparmor.ts';
import { planOf, type TestContainer, writeLauncher } from '../support/container.ts';
import { containers, hasEnded, holdfast, startDetached, stateOf, until } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { run } from '../support/run.ts';
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
  // Where such a tree is made nothing else is mounted, and what leads to it is seen nowhere else.
  '-o bind /srv /run/systemd/mount-rootfs',
  '-o rbind /srv /run/systemd/mount-rootfs',
  '--move /mnt/c /run/systemd/mount-rootfs',
  '-t ramfs r /run/systemd/mount-rootfs',
  '-t ramfs r /run',
  '-o bind /srv /run/systemd',
  '-o bind /run/systemd /mnt/b',
  '-o rbind /run/systemd /run/systemd/other',
  '-o rbind / /run/systemd/other',
  '-o bind / /run/systemd/unit-root',
  '-o rbind /run/systemd/unit-root/sys /run/systemd/mount-rootfs/sys',
  '-t sysfs s /run/systemd/unit-root/sys',
  '-t sysfs -o nosuid s /run/systemd/unit-root/sys',
  '-t proc -o nosuid p /run/systemd/unit-root/sys',
  '-t proc -o nosuid p /proc/1/task',
  '-t proc -o nosuid p /mnt/b',
  '-o remount,bind,nosuid /run/systemd/unit-root/sys',
];
const RENAMED_FILES = ['mount-rootfs/proc/sysrq-trigger', 'mount-rootfs/other/sysrq-trigger', 'unit-root/other/kernel/uevent_helper'].map(
  (path) => `/run/other/${path}`,
);
/** A directory on which a /proc is mounted is given another name where nothing is mounted on it: by another path to it, elsewhere. */
const RENAMED = `
mkdir -p /run/a/proc && mount -o bind /run/a /mnt/d && rmdir /run/systemd/mount-rootfs && mv /run/a /run/systemd/mount-rootfs
mount -t proc p /run/systemd/mount-rootfs/proc && echo mounted
unshare -m sh -c 'umount /run/systemd/mount-rootfs/proc; mv /mnt/d/proc /mnt/d/other' 2> /dev/null && echo renamed
mv /run/systemd /run/other && echo moved
unshare -m sh -c 'umount /run/other/unit-root/sys; umount /sys; mv /run/other/unit-root/sys /run/other/unit-root/other' 2> /dev/null && echo renamed
w ${RENAMED_FILES.join(' ')}`;
const ALLOWED = ['-t tmpfs t /mnt/a', '-o bind /etc /mnt/b', '-o remount,bind,ro /mnt/b'];
const TREE =
  'mount --make-rprivate / 2> /dev/null; mkdir -p /mnt/a /mnt/b /mnt/c /mnt/d /mnt/proc /run/systemd/mount-rootfs /run/systemd/other /run/systemd/unit-root; mount -t tmpfs c /mnt/c 2> /dev/null; mount -o rbind / /run/systemd/unit-root && echo unit';

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

/** What Debian's logind, timesyncd, networkd, resolved and hostnamed are confined by, taken together, but for NoNewPrivileges=. */
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
  devices: [['PrivateDevices=yes'], 'test -c /dev/null && test -c /dev/pts/ptmx && ! test -e /dev/console'],
  processes: [['ProtectProc=invisible', 'ProcSubset=pid'], 'grep -q hidepid=invisible /proc/self/mountinfo && ! test -e /proc/sys'],
  kernel: [KERNEL, '! touch /proc/sys/net/ipv4/ip_forward && ! test -s /proc/kmsg'],
  system: [STRICT, '! touch /etc/x'],
  full: [['ProtectSystem=full', 'ProtectHome=tmpfs', 'PrivateUsers=yes', 'PrivateIPC=yes'], '! touch /etc/x'],
  network: [['PrivateNetwork=yes', 'PrivateMounts=yes', 'ProtectHostname=yes'], 'test -d /sys/class/net/lo'],
  credentials: [
    ['SetCredential=word:secret', 'LoadCredential=file:/etc/machine-id'],
    'grep -q secret /run/credentials/%n/word && test -s /run/credentials/%n/file',
  ],
  directories: [['StateDirectory=%N', 'RuntimeDirectory=systemd/%N', 'ProtectSystem=strict', 'ReadWritePaths=/srv'], 'touch /var/lib/%N/x /run/systemd/%N/x'],
  paths: [
    ['TemporaryFileSystem=/home', 'InaccessiblePaths=/mnt /proc/cpuinfo', 'ReadOnlyPaths=/etc', 'BindPaths=/usr:/opt', 'BindReadOnlyPaths=/etc:/root'],
    'test -d /opt/bin && test -s /root/passwd && ! test -s /proc/cpuinfo',
  ],
  // Not beside what mounts: docs/adr/0013. Nor DynamicUser=, on this kernel.
  privileges: [['NoNewPrivileges=yes', ...FILTERS], 'grep -q NoNewPrivs:.1 /proc/self/status'],
  logind: [
    [...STRICT, ...KERNEL.slice(1), ...FILTERS, 'ReadWritePaths=/etc /run', 'RuntimeDirectory=systemd/seats'],
    'touch /etc/x /run/x /run/systemd/seats/x',
  ],
  all: [
    [...STRICT, ...KERNEL, ...FILTERS, 'PrivateDevices=yes', 'PrivateNetwork=yes', 'ProtectProc=invisible', 'ProcSubset=pid', 'PrivateIPC=yes'],
    '! touch /etc/y',
  ],
};

const systemd = needing('root', 'apparmor', 'systemd');

systemd('systemd runs as init, and the sandboxes of its units are made', async () => {
  const container = make([...OPEN, 'lxc.mount.entry = /usr usr none bind,ro 0 0', 'lxc.init.cmd = /lib/systemd/systemd --unit=test.target']);
  const inRoot = (path: string) => join(container.rootfs, path);
  rmSync(container.rootfs, { recursive: true });
  for (const folder of ['etc/systemd/system', 'proc', 'sys', 'dev', 'tmp', 'root', 'run', 'var/tmp', 'mnt', 'usr', 'home', 'srv', 'opt'])
    mkdirSync(inRoot(folder), { recursive: true });
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
  expect(tried.slice(1 + tries.length)).toEqual(['mounted', 'moved', ...RENAMED_FILES.map((path) => `- ${path}`)]);
});

it('nothing is loaded for a configuration whose rules are wrong, and the error is at its line', async () => {
  const container = make([...OPEN, 'lxc.apparmor.raw = capability no_such_thing,'], 'exit 0');
  expect(() => planOf(container)).toThrow(/HF294 apparmor_parser does not take capability no_such_thing,: Invalid capability no_such_thing/);
  const checked = await holdfast(['apparmor', 'check', '-P', container.lxcpath, container.name]);
  expect(checked).toMatchObject({ code: 2, stdout: expect.stringContaining(`${container.config}:9:`) });
  expect(loadedProfiles().filter((line) => line.includes(container.name))).toEqual([]);
});

it('a start with a profile of its own takes about as long as one without', async () => {
  const times = async (profile: string) => {
    const container = make([`lxc.apparmor.profile = ${profile}`], 'exit 0');
    const launcher = writeLauncher(container, planOf(container));
    const all: number[] = [];
    for (let round = 0; round < 5; round += 1) {
      const from = performance.now();
      expect(await run([launcher])).toMatchObject({ code: 0 });
      all.push(performance.now() - from);
    }
    return Math.min(...all);
  };
  const [without, generated] = [await times('unconfined'), await times('generated')];
  process.stdout.write(`launcher alone, least of 5: generated ${generated.toFixed(0)} ms, unconfined ${without.toFixed(0)} ms\n`);
  expect(generated).toBeLessThan(1000);
});
