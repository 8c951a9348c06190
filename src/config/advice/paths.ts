// Directories, files and sockets of the host that should not be in a container, or not writable: by mount entries.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { ContainerSpec, MountEntry } from '../../model/spec.ts';

interface Risk {
  /** The path itself; with a slash at the end also all below it. */
  readonly path: string;
  /** `read`: seeing it is enough. */
  readonly when: 'read' | 'write';
  readonly gain: string;
  readonly remedy: string;
  /** Does mapping the ids of the container take the risk away? */
  readonly mapped: boolean;
}

const SOCKET = 'who can talk to it starts a container with the root of the host in it: it is root of the host';

/** The first that matches is told: longer paths before the directories they are in. */
const RISKS: readonly Risk[] = [
  ...[
    '/var/run/docker.sock',
    '/run/docker.sock',
    '/run/containerd/containerd.sock',
    '/run/podman/podman.sock',
    '/run/crio/crio.sock',
    '/var/lib/lxd/unix.socket',
    '/run/lxd.socket',
    '/var/lib/incus/unix.socket',
  ].map((path): Risk => ({ path, when: 'read', gain: SOCKET, remedy: 'remove the line', mapped: false })),
  {
    path: '/run/systemd/private',
    when: 'read',
    gain: "it is the way to the host's systemd, which starts anything as root",
    remedy: 'remove the line',
    mapped: true,
  },
  { path: '/run/dbus/', when: 'read', gain: "it talks to the host's services over D-Bus, systemd among them", remedy: 'remove the line', mapped: false },
  {
    path: '/proc/',
    when: 'read',
    gain: "it sees and, as root, steers the host's processes and settings",
    remedy: 'lxc.mount.auto = proc:mixed gives the container its own',
    mapped: false,
  },
  {
    path: '/sys/',
    when: 'write',
    gain: 'its root sets up devices, and can have the kernel run a program on the host (uevent_helper, release_agent)',
    remedy: 'lxc.mount.auto = sys:ro, or the option ro',
    mapped: true,
  },
  {
    path: '/dev/',
    when: 'write',
    gain: "the host's device nodes are there, and only the device rules stand before the disks",
    remedy: 'lxc.autodev makes a small /dev; bind single nodes',
    mapped: true,
  },
  {
    path: '/etc/',
    when: 'write',
    gain: "its root changes the host's passwords, services and programs that start as root",
    remedy: 'add the option ro, or bind the one file',
    mapped: true,
  },
  { path: '/root/', when: 'read', gain: 'the keys of root lie there', remedy: 'remove the line', mapped: true },
  { path: '/boot/', when: 'write', gain: 'its root replaces the kernel that starts next', remedy: 'add the option ro', mapped: true },
  { path: '/lib/modules/', when: 'write', gain: 'its root replaces modules that the host loads', remedy: 'add the option ro', mapped: true },
  { path: '/usr/', when: 'write', gain: 'its root replaces programs that the host runs as root', remedy: 'add the option ro', mapped: true },
  { path: '/home/', when: 'read', gain: "its root reads the users' files and keys", remedy: 'bind the one directory that is needed', mapped: true },
  {
    path: '/var/',
    when: 'write',
    gain: "its root changes the host's services, schedules and other containers",
    remedy: 'bind the one directory that is needed',
    mapped: true,
  },
  { path: '/run/', when: 'read', gain: "the sockets of the host's services are there", remedy: 'bind the one socket that is needed', mapped: false },
];
/** fusectl: files of one's own mounts, each the user's who mounted; LXC's common.conf binds it. */
const FUSE = '/sys/fs/fuse/connections';
/** Directories that are dangerous as a whole only: what lies in them is an ordinary directory of data. */
const ONLY_WHOLE: ReadonlySet<string> = new Set(['/home/', '/var/', '/run/', '/usr/', '/etc/', '/dev/']);

export function mountGrants(spec: ContainerSpec): readonly Diagnostic[] {
  return spec.mounts.flatMap((entry) => grantOf(entry, spec.idmap.length > 0));
}

function grantOf({ source, fstype, options, why }: MountEntry, mapped: boolean): readonly Diagnostic[] {
  const bound = options.some((option) => option === 'bind' || option === 'rbind');
  if (!bound || !source.startsWith('/') || (fstype !== 'none' && fstype !== 'bind')) return [];
  const path = source.replace(/\/+/g, '/').replace(/(?<=.)\/$/, '');
  const readOnly = options.includes('ro');
  const how = readOnly ? '' : ', writable';
  if (path === '/') {
    const gain = readOnly ? 'it reads every file of the host that its ids may, and its sockets answer' : 'it is the host';
    return [diagnostic('HF611', { path, how, gain, remedy: 'bind the directories that are needed, with the option ro' }, why)];
  }
  if (path.startsWith(FUSE)) return [];
  const risk = RISKS.find(({ path: risky }) => {
    if (!risky.endsWith('/')) return path === risky;
    return `${path}/` === risky || (!ONLY_WHOLE.has(risky) && path.startsWith(risky));
  });
  if (risk === undefined || (risk.when === 'write' && readOnly) || (risk.mapped && mapped)) return [];
  return [diagnostic('HF611', { path, how, gain: risk.gain, remedy: risk.remedy }, why)];
}
