// How each need is found out. A probe looks or tries; it answers null when the need is met, else what is missing.

import { spawnSync } from 'node:child_process';
import { accessSync, constants, existsSync, mkdtempSync, readFileSync, readlinkSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { release, tmpdir } from 'node:os';
import { dirname, join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { CONSTANTS } from '../../src/kernel/constants.gen.ts';
import { createBuilder } from '../../src/launcher/builder.ts';
import { emit } from '../../src/launcher/emit.ts';
import { cachedKernel } from '../vm/kernel.ts';
import { QEMU } from '../vm/qemu.ts';
import { ordinaryAccount, succeedsAs } from './ordinary-user.ts';
import { findProgram, isStatic } from './programs.ts';

type Probe = () => string | null;

export const PROBES = {
  /** root with CAP_SYS_ADMIN in this user namespace */
  root: () => (process.getuid?.() !== 0 ? 'the tests do not run as root' : hasSysAdmin() ? null : 'root here lacks CAP_SYS_ADMIN'),
  /** an ordinary user whom the tests can become, and who can read the project and run Node */
  user: probeUser,
  /** Debian's LXC 5 */
  lxc: () => (findProgram('lxc-start') ? null : 'lxc-start is not installed'),
  'lxc-templates': () => (existsSync('/usr/share/lxc/config/debian.common.conf') ? null : 'lxc-templates is not installed'),
  gcc: () => (findProgram('gcc') ? (existsSync('/usr/include/stdio.h') ? null : 'libc6-dev is not installed') : 'gcc is not installed'),
  binutils: () => (findProgram('objdump') && findProgram('readelf') ? null : 'binutils is not installed'),
  /** a statically linked busybox */
  busybox: probeBusybox,
  /** control groups v1 with the usual controllers, which the tests may make groups in */
  cgroup1: () => probeCgroup1(['memory', 'pids', 'devices', 'freezer']),
  /** control groups v2 with controllers */
  cgroup2: () => probeCgroup2(['memory', 'pids']),
  /** a control group v2 hierarchy, with or without controllers */
  'cgroup2-mount': () => probeCgroup2([]),
  /** pressure stall information, which groups of the unified hierarchy have */
  psi: () => (existsSync('/proc/pressure/cpu') ? probeCgroup2([]) : 'the kernel has no /proc/pressure'),
  /** an ordinary user may make a user namespace */
  userns: probeUserNamespace,
  /** newuidmap and newgidmap with their privileges, and subordinate ids for the ordinary user */
  newuidmap: probeSubordinateIds,
  bwrap: () => (findProgram('bwrap') ? null : 'bubblewrap is not installed'),
  crun: () => (findProgram('crun') ? null : 'crun is not installed'),
  runc: () => (findProgram('runc') ? null : 'runc is not installed'),
  /** the kernel's tracepoint of capability checks, in a tracefs that can be written */
  'cap-trace': () =>
    existsSync('/sys/kernel/tracing/events/capability/cap_capable') ? null : 'there is no tracepoint cap_capable (Linux 6.13), or tracefs is not mounted',
  strace: () => (findProgram('strace') ? null : 'strace is not installed'),
  zsh: () => (findProgram('zsh') ? null : 'zsh is not installed'),
  fish: () => (findProgram('fish') ? null : 'fish is not installed'),
  libseccomp: () => (existsSync('/usr/include/seccomp.h') ? null : 'libseccomp-dev is not installed'),
  /** Landlock among the kernel's security modules */
  landlock: probeLandlock,
  /** Landlock that tells of denials: Linux 6.15, with an audit system that the tests may switch on */
  'landlock-audit': () => (landlockLogs() ? probeLandlock() : 'Landlock tells of denials since Linux 6.15, in the initial namespaces'),
  /** the kernel's log, with all that is written to it */
  kmsg: () => (mayRead('/dev/kmsg') && mayWrite('/proc/sys/kernel/printk_ratelimit') ? null : "the kernel's log cannot be read, or not all be written to it"),
  /** systemd's own program, to be an init in a container */
  systemd: () => (existsSync('/lib/systemd/systemd') ? null : 'systemd is not installed'),
  /** AppArmor at work in this kernel */
  apparmor: () => (contentOf('/sys/module/apparmor/parameters/enabled') === 'Y' ? null : 'AppArmor is not at work in this kernel'),
  'apparmor-parser': () => (findProgram('apparmor_parser') ? null : 'apparmor is not installed'),
  /** SELinux enforcing a policy */
  selinux: probeSelinux,
  /** Debian's own kernel in an emulated machine: test/vm/ */
  vm: probeVm,
  /** pseudoterminals, and the package with which tests drive them */
  pty: probePty,
} as const satisfies Record<string, Probe>;

export type Need = keyof typeof PROBES;

/** CAP_SYS_ADMIN is capability 21 (capabilities(7)). */
function hasSysAdmin(): boolean {
  const mask = /^CapEff:\s*([0-9a-f]+)$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return ((BigInt(`0x${mask}`) >> 21n) & 1n) === 1n;
}

/** landlock_create_ruleset(2) with LANDLOCK_CREATE_RULESET_VERSION tells the version, from 1 on. */
function probeLandlock(): string | null {
  const directory = mkdtempSync(join(tmpdir(), 'holdfast-probe-'));
  try {
    const b = createBuilder();
    b.sys('landlock_create_ruleset', [0, 0, CONSTANTS.LANDLOCK_CREATE_RULESET_VERSION], { onError: 'absent' });
    b.exit(0);
    b.label('absent');
    b.exit(1);
    const program = join(directory, 'probe');
    writeFileSync(program, emit(b.program(), { arch: 'x86_64' }), { mode: 0o700 });
    return spawnSync(program).status === 0 ? null : 'this kernel has no Landlock';
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function probeUser(): string | null {
  const account = ordinaryAccount();
  if (account === undefined) return 'there is no ordinary account to become';
  if (!findProgram('setpriv')) return 'setpriv is not installed';
  if (!succeedsAs(account, ['true'])) return `the tests may not become ${account.name}`;
  const project = resolve(dirname(fileURLToPath(import.meta.url)), '../../package.json');
  if (!succeedsAs(account, ['test', '-r', project])) return `${account.name} may not read the project`;
  return succeedsAs(account, ['test', '-x', process.execPath]) ? null : `${account.name} may not run Node`;
}

function probeBusybox(): string | null {
  const path = findProgram('busybox');
  if (path === undefined) return 'busybox-static is not installed';
  return isStatic(path) ? null : 'busybox is not the static one';
}

interface MountPoint {
  readonly path: string;
  readonly type: string;
  readonly options: readonly string[];
}

function mounts(): readonly MountPoint[] {
  const lines = readFileSync('/proc/self/mounts', 'utf8').trimEnd().split('\n');
  return lines.map((line) => {
    const [, path = '', type = '', options = ''] = line.split(' ');
    return { path, type, options: options.split(',') };
  });
}

function mayWrite(path: string): boolean {
  try {
    accessSync(path, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

function mayRead(path: string): boolean {
  try {
    accessSync(path, constants.R_OK);
    return true;
  } catch {
    return false;
  }
}

/** The audit system takes orders in the initial namespaces only (kernel/audit.c, audit_netlink_ok). */
function landlockLogs(): boolean {
  const [major = 0, minor = 0] = release().split('.').map(Number);
  return (major > 6 || (major === 6 && minor >= 15)) && readlinkSync('/proc/self/ns/pid') === 'pid:[4026531836]';
}

function probeCgroup1(controllers: readonly string[]): string | null {
  const found = mounts().filter(({ type }) => type === 'cgroup');
  if (found.length === 0) return 'no control group v1 hierarchy is mounted';
  for (const controller of controllers) {
    const mount = found.find(({ options }) => options.includes(controller));
    if (mount === undefined) return `no v1 hierarchy has the controller ${controller}`;
    if (!mayWrite(mount.path)) return `${mount.path} is not writable`;
  }
  return null;
}

function probeCgroup2(controllers: readonly string[]): string | null {
  const mount = mounts().find(({ type }) => type === 'cgroup2');
  if (mount === undefined) return 'no control group v2 hierarchy is mounted';
  const present = readFileSync(`${mount.path}/cgroup.controllers`, 'utf8').trim().split(' ');
  const absent = controllers.find((name) => !present.includes(name));
  return absent === undefined ? (mayWrite(mount.path) ? null : `${mount.path} is not writable`) : `the v2 hierarchy lacks the controller ${absent}`;
}

function probeUserNamespace(): string | null {
  const account = ordinaryAccount();
  if (account === undefined) return 'there is no ordinary account to become';
  return succeedsAs(account, ['unshare', '--user', '--map-root-user', '--mount', 'true']) ? null : `${account.name} may not make a user namespace`;
}

function probeSubordinateIds(): string | null {
  const account = ordinaryAccount();
  if (account === undefined) return 'there is no ordinary account to become';
  for (const program of ['newuidmap', 'newgidmap']) {
    const path = findProgram(program);
    if (path === undefined) return 'uidmap is not installed';
    const setuid = (statSync(path).mode & 0o4000) !== 0;
    if (!setuid && !hasFileCapability(path)) return `${program} has lost its privilege`;
  }
  for (const file of ['/etc/subuid', '/etc/subgid']) {
    const text = existsSync(file) ? readFileSync(file, 'utf8') : '';
    if (!text.split('\n').some((line) => line.startsWith(`${account.name}:`) || line.startsWith(`${account.uid}:`)))
      return `${file} grants ${account.name} nothing`;
  }
  return null;
}

function hasFileCapability(path: string): boolean {
  const answer = spawnSync('getcap', [path], { encoding: 'utf8' });
  return answer.status === 0 && answer.stdout.includes('cap_set');
}

/** The content of a file of one line; empty when there is no such file. */
function contentOf(path: string): string {
  return existsSync(path) ? readFileSync(path, 'utf8').replaceAll('\0', '').trim() : '';
}

/** Without a policy every label is `kernel`, and an enforcing kernel refuses nothing. */
function probeSelinux(): string | null {
  const mode = contentOf('/sys/fs/selinux/enforce');
  if (mode === '') return 'SELinux is not at work in this kernel';
  if (contentOf('/proc/self/attr/current') === 'kernel') return 'SELinux has no policy';
  return mode === '1' ? null : 'SELinux is permissive';
}

function probeVm(): string | null {
  if (process.getuid?.() !== 0) return 'the tests do not run as root';
  if (process.arch !== 'x64') return `the emulated machine is x86-64, not ${process.arch}`;
  const packages = {
    [QEMU]: 'qemu-system-x86',
    setpriv: 'util-linux',
    secilc: 'secilc',
    apparmor_parser: 'apparmor',
    xz: 'xz-utils',
    busybox: 'busybox-static',
  };
  const absent = Object.entries(packages).find(([program]) => findProgram(program) === undefined);
  if (absent !== undefined) return `${absent[1]} is not installed`;
  if (probeBusybox() !== null) return probeBusybox();
  return cachedKernel() !== undefined || findProgram('apt-get') ? null : "there is no kernel for guests, and no apt-get to fetch Debian's with";
}

function probePty(): string | null {
  try {
    createRequire(import.meta.url).resolve('@lydell/node-pty');
  } catch {
    return '@lydell/node-pty is not installed';
  }
  return existsSync('/dev/ptmx') && existsSync('/dev/pts') ? null : 'there are no pseudoterminals';
}
