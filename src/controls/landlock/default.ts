// The ruleset `default`, from the container's own configuration: all may be read and executed; written is only where files belong,
// and what the configuration mounts for writing. /proc, /sys and the devices that are not listed stay closed to writing, whoever
// owns them, and so does mounting (a process under a ruleset for files may not: security/landlock/fs.c, hook_sb_mount).

import { abiOf, rightsOf, type Scope, SCOPES } from '../../kernel/landlock.ts';
import type { HostFacts } from '../../model/host.ts';
import type { PathRule, Ruleset } from '../../model/landlock.ts';
import type { ContainerSpec, Namespace } from '../../model/spec.ts';
import type { MountPoint } from '../mounts/index.ts';
import { newNamespaces } from '../namespaces/index.ts';
import { DEVICE, READ, WRITE } from './ruleset.ts';

/** hier(7): the directories of a root file system in which files are kept. A rule holds for all below, so `/` itself has none. */
const FILES = ['bin', 'boot', 'etc', 'home', 'lib', 'lib32', 'lib64', 'libx32', 'media', 'mnt', 'opt', 'root', 'run', 'sbin', 'srv', 'tmp', 'usr', 'var'];
/** Those that take and give data and change nothing of the machine: Documentation/admin-guide/devices.txt. */
const DEVICES = ['null', 'zero', 'full', 'random', 'urandom', 'tty', 'ptmx', 'pts', 'console'];
const MEMORY = ['shm', 'mqueue'];

const optional = (path: string, rights: PathRule['rights']): PathRule => ({ path, rights, optional: true });

const isBelow = (path: string, directory: string) => path === directory || path.startsWith(`${directory}/`);

/** What the configuration mounts for writing. In /dev these are devices, or directories for memory that is shared. */
function mounted({ target, flags }: MountPoint): readonly PathRule[] {
  if (target === '/' || target === '/dev' || flags.includes('MOUNT_ATTR_RDONLY') || isBelow(target, '/proc') || isBelow(target, '/sys')) return [];
  if (MEMORY.some((name) => target === `/dev/${name}`)) return [optional(target, WRITE)];
  return [optional(target, isBelow(target, '/dev') ? DEVICE : WRITE)];
}

/** What lies in a namespace of the container's own is out of reach of others, and others are out of its reach, without Landlock. */
const CLOSED_BY: Readonly<Record<Scope, Namespace>> = { signal: 'pid', 'abstract-unix-socket': 'net' };

/** In the words of a ruleset file it can be changed and given as one. The network is left to the container's namespace. */
export function defaultRuleset(spec: ContainerSpec, host: HostFacts, mounts: readonly MountPoint[]): Ruleset {
  const abi = abiOf(host.kernel);
  const own = newNamespaces(spec, host);
  const files = spec.root.kind === 'host' || spec.root.readOnly ? [] : FILES.map((name) => optional(`/${name}`, WRITE));
  const paths = [
    { path: '/', rights: READ, optional: false },
    ...files,
    ...mounts.flatMap(mounted),
    ...DEVICES.map((name) => optional(`/dev/${name}`, DEVICE)),
    ...MEMORY.map((name) => optional(`/dev/${name}`, WRITE)),
  ];
  const once = new Map(paths.map((rule) => [rule.path, rule]));
  return { abi, paths: [...once.values()], ports: [], network: [], scopes: rightsOf(SCOPES, abi).filter((scope) => !own.includes(CLOSED_BY[scope])) };
}
