// Control groups: which hierarchies there are, and whether the caller may make groups in them.

import type { CgroupHierarchy, HostFacts } from '../../model/host.ts';
import { type Finding, fine, wrong } from './finding.ts';
import type { Surroundings } from './surroundings.ts';

const TOPIC = 'control groups';
/** Those that limits in configurations are usually for. Version 2 has neither `devices` nor `freezer`: they are built in. */
const WANTED = ['cpu', 'memory', 'pids'];

export function controlGroupFindings(host: HostFacts, around: Surroundings): readonly Finding[] {
  const { cgroups, uid, userName } = host;
  if (cgroups.length === 0) {
    const fix = 'as root: mount -t cgroup2 none /sys/fs/cgroup';
    return [wrong(TOPIC, 'HF629', { user: userName, reason: 'no hierarchy is mounted', fix })];
  }
  const writable = cgroups.filter((one) => one.writable);
  if (writable.length > 0) return [fine(TOPIC, `${layoutOf(cgroups)}; ${userName} may make groups`), ...controllerFindings(host, writable, around)];
  const unified = cgroups.find(({ version }) => version === 2);
  if (uid !== 0 && around.userManager && unified !== undefined) {
    return [fine(TOPIC, `${layoutOf(cgroups)}; a start asks the user's systemd for a scope where a container needs groups`)];
  }
  return [wrong(TOPIC, 'HF629', { user: userName, reason: `${layoutOf(cgroups)}, and no group is delegated`, fix: delegation(host, around, unified) })];
}

function layoutOf(cgroups: readonly CgroupHierarchy[]): string {
  const versions = new Set(cgroups.map(({ version }) => version));
  const hasControllers = cgroups.some(({ version, controllers }) => version === 2 && controllers.length > 0);
  return versions.size === 1
    ? `version ${versions.has(2) ? 2 : 1}`
    : `version 1, with a unified hierarchy ${hasControllers ? 'beside it' : 'without controllers'}`;
}

/** cgroup-v2.rst, "Delegation": a group of the user's with the three files by which processes and controllers are managed. */
function delegation(host: HostFacts, { systemd }: Surroundings, unified: CgroupHierarchy | undefined): string {
  const { uid, userName } = host;
  if (uid === 0) return 'the hierarchies are mounted read-only, or belong to another user namespace: let what surrounds this one delegate a group';
  const elsewhere = host.cgroups.some(({ version, controllers }) => version === 1 && WANTED.some((one) => controllers.includes(one)));
  if (unified === undefined || elsewhere)
    return 'start the kernel with systemd.unified_cgroup_hierarchy=1: groups of version 1 are not safely delegated to users';
  if (systemd) return `as root: loginctl enable-linger ${userName}; then log in by ssh or at a console, not by su, so that there is a manager of the user's`;
  const group = `${unified.mountPoint}/${userName}`;
  return `as root: mkdir ${group} && chown ${userName} ${group} ${group}/cgroup.procs ${group}/cgroup.subtree_control ${group}/cgroup.threads, and move the shell of ${userName} into ${group}/shell`;
}

function controllerFindings({ cgroupControllers, userName }: HostFacts, writable: readonly CgroupHierarchy[], { systemd }: Surroundings): readonly Finding[] {
  const had = new Set(writable.flatMap(({ controllers }) => controllers));
  const absent = WANTED.filter((one) => !had.has(one));
  if (absent.length === 0) return [];
  const off = absent.filter((one) => cgroupControllers[one] === false);
  const fix =
    off.length > 0
      ? `start the kernel without cgroup_disable=${off.join(',')}`
      : systemd
        ? `as root: systemctl set-property user@.service Delegate='cpu cpuset io memory pids', and log ${userName} in again`
        : 'let the group above hand them down (cgroup.subtree_control)';
  return [wrong('controllers', 'HF630', { controllers: absent.join(', '), fix })];
}
