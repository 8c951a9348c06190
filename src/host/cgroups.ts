// Which control-group hierarchies are here, and where in them the caller and PID 1 are: cgroups(7), proc_pid_cgroup(5).
// Legacy (v1), hybrid and unified (v2) differ only in which mounts there are.

import type { CgroupHierarchy } from '../model/host.ts';
import { type Machine, valueOr } from './machine.ts';
import type { Mount } from './mounts.ts';

/** One line of /proc/PID/cgroup. The unified hierarchy has id 0 and no controllers. */
interface Membership {
  readonly controllers: readonly string[];
  readonly path: string;
}

/** The hierarchies in the order of their mounts, the unified one last. Each once: a second mount of the same shows nothing new. */
export function readCgroups(machine: Machine, mounts: readonly Mount[], uid: number): readonly CgroupHierarchy[] {
  const own = memberships(valueOr(machine.readText('/proc/self/cgroup'), ''));
  const init = memberships(valueOr(machine.readText('/proc/1/cgroup'), ''));
  const found: CgroupHierarchy[] = [];
  const seen = new Set<string>();
  for (const mount of mounts) {
    const version = mount.filesystem === 'cgroup2' ? 2 : mount.filesystem === 'cgroup' ? 1 : null;
    if (version === null) continue;
    const mine = own.find((one) => (version === 2 ? one.controllers.length === 0 : belongs(one, mount)));
    if (mine === undefined) continue;
    const name = mine.controllers.join(',');
    if (seen.has(name)) continue;
    seen.add(name);
    const first = init.find((one) => one.controllers.join(',') === name) ?? mine;
    found.push(hierarchy(machine, mount, version, mine, first, uid));
  }
  return found.sort((a, b) => a.version - b.version);
}

/** cgroups(7), "/proc/cgroups": name, hierarchy, number of groups, enabled. */
export function readControllers(machine: Machine): Readonly<Record<string, boolean>> {
  const lines = valueOr(machine.readText('/proc/cgroups'), '').split('\n');
  return Object.fromEntries(
    lines.flatMap((line) => {
      const [name = '', , , enabled] = line.split('\t');
      return enabled === undefined || name.startsWith('#') ? [] : [[name, enabled === '1']];
    }),
  );
}

function hierarchy(machine: Machine, mount: Mount, version: 1 | 2, mine: Membership, first: Membership, uid: number): CgroupHierarchy {
  const own = below(mount, mine.path);
  const init = below(mount, first.path);
  const base = directory(mount.mountPoint, withoutInitScope(uid === 0 ? init : own));
  const controllers = version === 1 ? mine.controllers : words(valueOr(machine.readText(`${base}/cgroup.controllers`), ''));
  // cgroup-v2.rst, "Delegation Containment": whoever moves a process must be able to write cgroup.procs of the common ancestor.
  const writable = machine.canWrite(base) && (version === 1 || machine.canWrite(`${base}/cgroup.procs`));
  const cpuset = version === 1 && controllers.includes('cpuset') ? readCpuset(machine, base) : null;
  return { version, controllers, mountPoint: mount.mountPoint, own, init, writable, ...(cpuset ? { cpuset } : {}) };
}

/** cgroup-v1/cpusets.rst: a group that was never configured has an empty `cpuset.cpus`; what it may use is in `effective`. */
function readCpuset(machine: Machine, base: string): { readonly cpus: string; readonly mems: string } | null {
  const read = (what: string) =>
    valueOr(machine.readText(`${base}/cpuset.${what}`), '').trim() || valueOr(machine.readText(`${base}/cpuset.effective_${what}`), '').trim();
  const cpus = read('cpus');
  const mems = read('mems');
  return cpus !== '' && mems !== '' ? { cpus, mems } : null;
}

/** systemd keeps PID 1 in a leaf of its own, init.scope; containers belong beside it, not below. */
function withoutInitScope(path: string): string {
  return path.endsWith('/init.scope') ? path.slice(0, -'/init.scope'.length) || '/' : path;
}

/** `ID:CONTROLLERS:PATH`. The path of a group whose directory was removed ends in ` (deleted)`, and stays as it is. */
function memberships(text: string): readonly Membership[] {
  return text.split('\n').flatMap((line) => {
    const [, controllers, ...path] = line.split(':');
    return controllers === undefined ? [] : [{ controllers: controllers.split(',').filter((one) => one !== ''), path: path.join(':') }];
  });
}

/** A v1 mount names its controllers among its super options. */
function belongs(membership: Membership, mount: Mount): boolean {
  return membership.controllers.length > 0 && membership.controllers.every((one) => mount.superOptions.includes(one));
}

/**
 * The group as a path below the mount: inside a container without a cgroup namespace the mount's root is the container's own group.
 * A group outside what is mounted (`/../..`) cannot be reached from here: the mount's root stands in.
 */
function below(mount: Mount, path: string): string {
  if (path.startsWith('/..')) return '/';
  if (mount.root === '/' || mount.root.startsWith('/..')) return path;
  if (path === mount.root) return '/';
  return path.startsWith(`${mount.root}/`) ? path.slice(mount.root.length) : '/';
}

function directory(mountPoint: string, path: string): string {
  return path === '/' ? mountPoint : `${mountPoint}${path}`;
}

function words(text: string): readonly string[] {
  return text
    .trim()
    .split(' ')
    .filter((one) => one !== '');
}
