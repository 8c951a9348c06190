// Debian's LXC and Holdfast start the same configuration, and the kernel is asked about both inits from outside. Every difference
// has a row here and a reason in docs/differences.md; one without a row fails, and so does a row that nothing shows.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type PeerOptions, peerDifferences, removeTemplate, underPeer } from '../support/lxc.ts';
import { ROOT } from '../support/modules.ts';
import { needing } from '../support/needs.ts';

/** Id of the reason -> what the kernel's answers look like, as peerDifferences() writes them. Each line has exactly one id. */
const DIFFERENCES = {
  'pid-guard': [/^init, PID namespaces below the host: LXC 1, Holdfast 2$/],
  'caller-state': [
    /^init, Umask: LXC 0077, Holdfast 0022$/,
    /^init, SigIgn: LXC 0000000000000201, Holdfast 0{16}$/,
    /^init, Cap(Inh|Amb): LXC 0{15}1, Holdfast 0{16}$/,
    /^group \S+, owner: LXC 0:0 700, Holdfast 0:0 755$/,
  ],
  'environment-path': [/^environment, PATH: LXC nothing, Holdfast \/usr\/local\/sbin:/],
  'environment-term': [/^environment, TERM: LXC nothing, Holdfast vt100$/],
  'environment-ttys': [/^environment, container_ttys: LXC nothing, Holdfast pts\/1( pts\/\d)*$/],
  'stdio-console': [/^descriptors, [012]: LXC (\/dev)?\/null, Holdfast \/dev\/pts\/0$/],
  'console-own': [
    /^mount \/dev\/console, flags: LXC rw,relatime, Holdfast rw,nosuid,noexec,relatime$/,
    /^mount \/dev\/console, super: LXC rw,mode=600,ptmxmode=000, Holdfast rw,gid=\d+,mode=620,ptmxmode=666,max=\d$/,
    /^(mount \/)?dev\/console, owner: LXC (0:0|100000:100000), Holdfast (0:5|100000:100005)$/,
    /^dev\/(tty\d|console), is: LXC character 136:\d+, Holdfast character 136:\d$/,
    /^mount \/dev\/(tty\d|console), root: LXC \/\d+, Holdfast \/\d$/,
    /^dev\/pts\/5: only under Holdfast \(is character 136:5, mode 620, owner (0:5|100000:100005)\)$/,
  ],
  'devpts-for-ttys': [
    /^mount \/dev\/pts: only under Holdfast \(type devpts, /,
    /^dev\/pts, mode: LXC 644, Holdfast 755$/,
    /^dev\/pts\/([0-4]|ptmx): only under Holdfast /,
    /^(mount \/)?dev\/tty\d, (mode: LXC 600, Holdfast 620|owner: LXC 0:0, Holdfast 0:5)$/,
    /^mount \/dev\/tty\d, flags: LXC rw,relatime, Holdfast rw,nosuid,noexec,relatime$/,
    /^mount \/dev\/tty\d, super: LXC rw,mode=600,ptmxmode=000, Holdfast rw,gid=5,mode=620,ptmxmode=666,max=6$/,
  ],
  'console-mode': [/^(mount \/dev|dev)\/(lxc\/console|console|pts\/0), mode: LXC 700, Holdfast 620$/],
  'pts-room': [/^mount \/dev\/(pts|ptmx|(lxc\/)?tty\d|(lxc\/)?console), super: LXC (rw,gid=\d+,mode=620,ptmxmode=666),max=\d+, Holdfast \4,max=\d+$/],
  'dev-nosuid': [/^mount \/dev, flags: LXC rw,relatime, Holdfast rw,nosuid,relatime$/],
  'boot-id-file': [/^dev\/\.lxc-boot-id: only under LXC/, /^mount \/proc\/sys\/kernel\/random\/boot_id, root: LXC \/\.lxc-boot-id, Holdfast \S+\/deleted$/],
  'proc-sys-flags': [/^mount \/proc\/sys, flags: LXC ro,relatime, Holdfast ro,nosuid,nodev,noexec,relatime$/],
  'sysfs-flags': [/^mount \/sys, flags: LXC (r[ow]),relatime, Holdfast \1,nosuid,nodev,noexec,relatime$/],
  'sysfs-read-only-mount': [/^mount \/sys, super: LXC ro, Holdfast rw$/],
  'bind-flags': [
    /^mount \/etc\/given, flags: LXC rw,relatime, Holdfast rw,nodev,relatime$/,
    /^mount \/srv, flags: LXC rw,relatime, Holdfast rw,nosuid,noexec,relatime$/,
  ],
  'overlay-source': [/^mount \/, source: LXC \$HERE\/rootfs, Holdfast overlay$/],
  'cpuset-clone-children': [/^group cpuset, cgroup\.clone_children: LXC 1, Holdfast 0$/],
  'group-owner': [
    /^group \S+, owner: LXC 0:100000 775, Holdfast 100000:100000 755$/,
    /^group \S+, owner of cgroup\.procs: LXC 0:100000 664, Holdfast 100000:100000 644$/,
    /^group unified, owner of the values: LXC 0:0 and 0:100000, Holdfast 0:0 and 100000:100000$/,
  ],
  'group-inside': [/^group \S+, path: LXC (\/lxc\.payload\.\$NAME), Holdfast \1\/inner$/],
  'groups-when-needed': [/^group \S+: only under LXC \(path \/lxc\.payload\.\$NAME, /],
  'time-namespace': [/^namespaces, time(_for_children)?: LXC own, Holdfast the host's$/],
  'keep-needs-user': [/^start: LXC refuses \(Failed to create directory "dev\/pts"\), Holdfast runs$/],
  'root-needs-subordinate-ids': [/^start: LXC refuses \(.*newuidmap: uid range .* not allowed.*\), Holdfast runs$/],
  'root-reach': [/^start: LXC refuses \(Could not access \S+\. Please grant it x access.*\), Holdfast runs$/],
  'mapped-groups': [/^init, Groups: LXC , Holdfast 100007 150001$/],
  'sysctl-behind-mixed': [/^start: LXC refuses \(Failed to setup sysctl parameters kernel\.msgmax to 4096\), Holdfast runs$/],
  'cgroup-without-sysfs': [/^start: LXC refuses \(Failed to mount tmpfs on sys\/fs\/cgroup\), Holdfast runs$/],
  'cgroup-mount-needs-namespace': [/^start: LXC runs, Holdfast refuses \(HF301 'lxc\.mount\.auto' .*: control groups are only mounted in a cgroup namespace/],
  'cgroup-version': [/^start: LXC runs, Holdfast refuses \(HF301 'lxc\.cgroup2\.memory\.max' .* belongs to a v1 hierarchy/],
  labels: [/^start: LXC runs, Holdfast refuses \(HF301 'lxc\.(selinux\.context|apparmor\.profile)' /],
  'seccomp-unknown-call': [/^start: LXC runs, Holdfast refuses \(HF201 unknown system call 'mkdirr'/],
  'seccomp-notify': [/^start: LXC runs, Holdfast refuses \(HF301 'lxc\.seccomp\.profile' .* the action 'notify' needs a proxy/],
  'mount-outside': [/^start: LXC runs, Holdfast refuses \(HF129 '\/outside' lies outside the container/],
  'martian-line': [/^start: LXC runs, Holdfast refuses \(HF102 'lcx\.cap\.drop = sys_admin' /],
  'overlay-upper': [/^start: LXC runs, Holdfast refuses \(HF400 .*'\$HERE\/upper': it does not exist\)$/],
  'refusal-text': [/^start: LXC refuses \(Failed to set "pids\.max" to "many"\), Holdfast refuses \(HF542 'many' is no value for pids\.max\)$/],
  hooks: [/^start: LXC runs, Holdfast refuses \(HF301 'lxc\.hook\.start' /],
  'network-types': [/^start: LXC runs, Holdfast refuses \(HF301 'lxc\.net\.1\.type' /],
  shmounts: [/^start: LXC runs, Holdfast refuses \(HF301 'lxc\.mount\.auto' .* shmounts is not built\)$/],
  'time-offsets': [/^start: LXC runs, Holdfast refuses \(HF301 'lxc\.time\.offset\.boot' /],
} as const satisfies Readonly<Record<string, readonly RegExp[]>>;

type Id = keyof typeof DIFFERENCES;

/** A configuration, and the ids of exactly the differences that it shows. */
interface Variation extends PeerOptions {
  readonly shows: readonly Id[];
}

/** Shown by everything that runs. */
const RUNNING: readonly Id[] = ['pid-guard', 'environment-path', 'environment-term', 'environment-ttys', 'pts-room'];
/** Shown where the configuration is the template's. */
const DEV: readonly Id[] = ['dev-nosuid', 'boot-id-file'];
const CONSOLE: readonly Id[] = ['console-own', 'stdio-console'];
const SYS: readonly Id[] = ['sysfs-flags', 'sysfs-read-only-mount'];
const PROC: readonly Id[] = ['proc-sys-flags'];
const GROUPS: readonly Id[] = ['cpuset-clone-children'];
const TEMPLATE: readonly Id[] = [...RUNNING, ...DEV, ...CONSOLE, ...SYS, ...PROC, ...GROUPS];

const MAPPED = ['lxc.idmap = u 0 100000 65536', 'lxc.idmap = g 0 100000 65536'];

/** In a mount namespace of its own a caller sees other grants in /etc/subuid and /etc/subgid; the machine's files stay as they are. */
const granted = (ids: string): Pick<PeerOptions, 'caller' | 'files'> => ({
  caller: ['unshare', '--mount', 'sh', '-c', 'mount --bind "$0" /etc/subuid && mount --bind "$0" /etc/subgid && exec "$@"', '$HERE/grants'],
  files: { grants: ids },
});

/** Everything a caller can hand on without asking: sets of capabilities, groups, ignored signals, mask, descriptor, limit. */
const ROUGH_CALLER = [
  ...'setpriv --inh-caps +chown --ambient-caps +chown --groups 4,20 nice -n 3 sh -c'.split(' '),
  'echo 50 >/proc/self/oom_score_adj; umask 077; trap "" HUP USR1; exec 9</etc/passwd; ulimit -S -n 100; exec "$@"',
  'sh',
];

const VARIATIONS: Readonly<Record<string, Variation>> = {
  'the busybox template': { lines: [], shows: TEMPLATE },
  'capabilities dropped': { lines: ['lxc.cap.drop = net_raw setpcap sys_admin', 'lxc.cap.drop = 40'], shows: TEMPLATE },
  'capabilities kept': { lines: ['lxc.cap.drop =', 'lxc.cap.keep = chown kill setuid setgid net_bind_service'], shows: TEMPLATE },
  'a map of ids': {
    lines: [...MAPPED, 'lxc.cgroup.pids.max = 50'],
    owner: 100000,
    ...granted('root:100000:65536\n'),
    shows: [...TEMPLATE, 'group-owner'],
  },
  'a map of ids, and a root file system that is mounted with it': {
    lines: [...MAPPED, 'lxc.rootfs.options = idmap=container', 'lxc.cgroup.pids.max = 50'],
    ...granted('root:100000:65536\n'),
    shows: [...TEMPLATE, 'group-owner'],
  },
  'a map of several ranges, and an init within one': {
    lines: [
      ...['u 0 100000 1000', 'u 1000 101500 1', 'u 2000 102000 1000', 'g 0 100000 2000', 'g 2000 150000 10'].map((range) => `lxc.idmap = ${range}`),
      'lxc.init.uid = 1000',
      'lxc.init.gid = 2005',
      'lxc.init.groups = 7,2001',
      'lxc.cap.drop = sys_admin net_raw',
      'lxc.prlimit.nofile = 512:1024',
      'lxc.cgroup.pids.max = 50',
    ],
    owner: 100000,
    ...granted('root:100000:65536\n'),
    shows: [...TEMPLATE, 'group-owner', 'mapped-groups'],
  },
  'a map of ids, where nobody may come to the container': {
    lines: MAPPED,
    owner: 100000,
    closed: true,
    ...granted('root:100000:65536\n'),
    shows: ['root-reach'],
  },
  'mount entries, and everything writable': {
    lines: [
      'lxc.mount.auto =',
      'lxc.mount.auto = proc:rw sys:rw',
      'lxc.pty.max = 20',
      'lxc.tty.dir = lxc',
      'lxc.mount.entry = tmpfs new/deep tmpfs size=64k,mode=0700,nosuid,create=dir 0 0',
      'lxc.mount.entry = $HERE/given given none ro,bind,create=dir 0 0',
      'lxc.mount.entry = $HERE/given/file etc/given none bind,create=file,nodev 0 0',
      'lxc.mount.entry = $HERE/given srv none rbind,nosuid,noexec,create=dir 0 0',
      'lxc.mount.entry = /nonexistent mnt none bind,optional 0 0',
    ],
    shows: [...RUNNING, ...DEV, ...GROUPS, 'console-mode', 'sysfs-flags', 'bind-flags'],
  },
  'mixed mounts with control groups, without net_admin': {
    lines: ['lxc.mount.auto =', 'lxc.mount.auto = proc:mixed sys:mixed cgroup:mixed:force', 'lxc.cap.drop = net_admin'],
    shows: [...RUNNING, ...DEV, ...CONSOLE, ...PROC, ...GROUPS],
  },
  'all control groups, writable': {
    lines: ['lxc.mount.auto =', 'lxc.mount.auto = proc:rw sys:ro cgroup-full:rw:force'],
    shows: [...RUNNING, ...DEV, ...CONSOLE, ...SYS, ...GROUPS],
  },
  'control groups, read-only': {
    lines: ['lxc.mount.auto =', 'lxc.mount.auto = proc:rw sys:ro cgroup:ro:force'],
    shows: [...RUNNING, ...DEV, ...CONSOLE, ...SYS, ...GROUPS],
  },
  'no pseudoterminals': { lines: ['lxc.pty.max = 0'], shows: [...TEMPLATE.filter((id) => id !== 'pts-room'), 'devpts-for-ttys'] },
  'a prepared /dev': { lines: ['lxc.autodev = 0'], shows: [...RUNNING, ...CONSOLE, ...SYS, ...PROC, ...GROUPS] },
  'a read-only root': { lines: ['lxc.rootfs.options = ro'], shows: TEMPLATE },
  'an overlay': { lines: ['lxc.rootfs.path = overlay:$HERE/rootfs:$HERE/given'], shows: [...TEMPLATE, 'overlay-source'] },
  'no cgroup namespace': {
    lines: ['lxc.namespace.clone = mnt pid uts ipc net', 'lxc.mount.auto =', 'lxc.mount.auto = proc:mixed sys:ro'],
    shows: [...RUNNING, ...DEV, ...CONSOLE, ...SYS, ...PROC, 'groups-when-needed'],
  },
  'the namespaces of the caller': { lines: ['lxc.namespace.keep = user ipc'], shows: [...TEMPLATE, 'time-namespace'] },
  'values of control groups': {
    lines: [
      'lxc.cgroup.memory.limit_in_bytes = 128M',
      'lxc.cgroup.pids.max = 50',
      'lxc.cgroup.cpu.shares = 512',
      'lxc.cgroup.cpuset.cpus = 0',
      'lxc.cgroup.devices.deny = a',
      'lxc.cgroup.devices.allow = c *:* m',
      'lxc.cgroup.devices.allow = c 1:3 rwm',
      'lxc.cgroup.devices.allow = /dev/zero rw',
      'lxc.cgroup.devices.allow = c 5:* rw',
      'lxc.cgroup.devices.allow = c 136:* rwm',
    ],
    // clone_children is what the group inside is made with
    shows: [...TEMPLATE.filter((id) => id !== 'cpuset-clone-children'), 'group-inside'],
  },
  'common.conf, and no_new_privs': {
    lines: ['lxc.include = /usr/share/lxc/config/common.conf', 'lxc.no_new_privs = 1'],
    shows: [...RUNNING, ...DEV, ...PROC, ...GROUPS, 'console-mode', 'group-inside'],
  },
  'a process, its limits and its environment': {
    lines: [
      'lxc.uts.name = peer',
      'lxc.arch = i686',
      'lxc.prlimit.nofile = 512:1024',
      'lxc.prlimit.core = 0',
      'lxc.proc.oom_score_adj = 10',
      'lxc.sysctl.net.ipv4.ip_forward = 1',
      'lxc.environment = A=b c',
      'lxc.environment = PEER',
      'lxc.init.cwd = /tmp',
      'lxc.init.uid = 1000',
      'lxc.init.gid = 1001',
      'lxc.init.groups = 7,8',
    ],
    shows: TEMPLATE,
  },
  'a caller with a state of its own': { lines: [], caller: ROUGH_CALLER, shows: [...TEMPLATE, 'caller-state'] },

  'a map of ids that root was not granted': { lines: MAPPED, owner: 100000, ...granted(''), shows: ['root-needs-subordinate-ids'] },
  'a namespace kept alone': { lines: ['lxc.namespace.keep = ipc'], shows: ['keep-needs-user'] },
  'control groups without sysfs': { lines: ['lxc.mount.auto =', 'lxc.mount.auto = cgroup:ro:force'], shows: ['cgroup-without-sysfs'] },
  'control groups without their namespace': { lines: ['lxc.namespace.clone = mnt pid uts ipc net'], shows: ['cgroup-mount-needs-namespace'] },
  'a value of the other version': { lines: ['lxc.cgroup2.memory.max = 64M'], shows: ['cgroup-version'] },
  'an SELinux context': { lines: ['lxc.selinux.context = system_u:system_r:lxc_t:s0'], shows: ['labels'] },
  'an AppArmor profile': { lines: ['lxc.apparmor.profile = generated'], shows: ['labels'] },
  'a misspelt system call': {
    lines: ['lxc.seccomp.profile = $HERE/policy'],
    files: { policy: '2\ndenylist\n[all]\nmkdirr errno 1\n' },
    shows: ['seccomp-unknown-call'],
  },
  'a notification with nobody to notify': {
    lines: ['lxc.seccomp.profile = $HERE/policy'],
    files: { policy: '2\ndenylist\n[all]\nmkdir notify\n' },
    shows: ['seccomp-notify'],
  },
  'a mount outside': { lines: ['lxc.mount.entry = tmpfs /outside tmpfs create=dir 0 0'], shows: ['mount-outside'] },
  'a misspelt prefix': { lines: ['lcx.cap.drop = sys_admin'], shows: ['martian-line'] },
  'an overlay without its upper directory': { lines: ['lxc.rootfs.path = overlay:$HERE/rootfs:$HERE/upper'], shows: ['overlay-upper'] },
  'a hook': { lines: ['lxc.hook.start = /bin/true'], shows: ['hooks'] },
  'a virtual network': { lines: ['lxc.net.1.type = veth'], shows: ['network-types'] },
  'shared mounts': { lines: ['lxc.mount.auto = shmounts:$HERE/given'], shows: ['shmounts'] },
  'a clock offset': { lines: ['lxc.time.offset.boot = 1h'], shows: ['time-offsets'] },
  'a sysctl that is not of the network': { lines: ['lxc.sysctl.kernel.msgmax = 4096'], shows: ['sysctl-behind-mixed'] },
  'a value no kernel takes': { lines: ['lxc.cgroup.pids.max = many'], shows: ['refusal-text'] },
};

const ROWS = (Object.keys(DIFFERENCES) as Id[]).flatMap((id) => DIFFERENCES[id].map((pattern: RegExp) => ({ id, pattern })));
const seen = new Set<RegExp>();

/** `id: line` for each line; `none` and `several` are ids no variation expects. */
function named(line: string): string {
  const rows = ROWS.filter(({ pattern }) => pattern.test(line));
  for (const { pattern } of rows) seen.add(pattern);
  return `${rows.length > 1 ? 'several' : (rows[0]?.id ?? 'none')}: ${line}`;
}

describe('LXC and Holdfast differ exactly as listed', () => {
  const it = needing('root', 'lxc', 'busybox', 'cgroup1');
  afterAll(removeTemplate);

  for (const [title, variation] of Object.entries(VARIATIONS)) {
    it(title, async () => {
      const lxc = await underPeer('lxc', variation);
      const holdfast = await underPeer('holdfast', variation);
      const differences = peerDifferences(lxc, holdfast).map(named);
      const shown = [...new Set(differences.map((line) => line.replace(/:.*/s, '')))].sort();
      expect(shown, differences.join('\n')).toEqual([...variation.shows].sort());
    });
  }

  it('and every pattern of the list is shown by one of them', () => {
    expect(ROWS.filter(({ pattern }) => !seen.has(pattern)).map(({ id, pattern }) => `${id}: ${pattern}`)).toEqual([]);
  });
});

test('every difference is shown by a variation', () => {
  const shown = new Set(Object.values(VARIATIONS).flatMap(({ shows }) => shows));
  expect(Object.keys(DIFFERENCES).filter((id) => !shown.has(id as Id))).toEqual([]);
});

test('docs/differences.md lists exactly these differences', () => {
  const page = readFileSync(join(ROOT, 'docs/differences.md'), 'utf8');
  const listed = [...page.matchAll(/^\| `([a-z0-9-]+)` \|/gm)].map(([, id = '']) => id);
  expect([...listed].sort()).toEqual(Object.keys(DIFFERENCES).sort());
});

test('a difference is one line: of an aspect, of a subject that one side lacks, or of a start', () => {
  const facts = (subjects: Readonly<Record<string, Readonly<Record<string, string>>>>) =>
    new Map(Object.entries(subjects).map(([subject, aspects]) => [subject, new Map(Object.entries(aspects))]));
  const one = facts({ init: { Uid: '0', Gid: '0' }, 'mount /a': { type: 'tmpfs' } });
  expect(peerDifferences(one, one)).toEqual([]);
  expect(peerDifferences(one, facts({ init: { Uid: '0', Gid: '7', Umask: '0022' } }))).toEqual([
    'init, Gid: LXC 0, Holdfast 7',
    'init, Umask: LXC nothing, Holdfast 0022',
    'mount /a: only under LXC (type tmpfs)',
  ]);
  expect(peerDifferences(one, facts({ start: { outcome: 'no such key' } }))).toEqual(['start: LXC runs, Holdfast refuses (no such key)']);
});
