// Why a control-group value cannot be enforced on this machine, and what to do about it, in words.

import type { CgroupHierarchy, HostFacts } from '../../model/host.ts';
import type { CgroupValue, ContainerSpec } from '../../model/spec.ts';
import { equivalent, equivalentFiles } from '../../kernel/cgroup-equivalents.ts';
import { baseOf } from './placement.ts';

export interface Obstacle {
  readonly reason: string;
  readonly remedy: string;
}

/** Null when nothing is in the way. `placed`: a group for the value's controller can be made. */
export function obstacle(spec: ContainerSpec, host: HostFacts, value: CgroupValue, placed: boolean): Obstacle | null {
  if (!placed) return withoutController(spec, host, value);
  if (value.version === 1 && value.file === 'memory.kmem.limit_in_bytes' && isAtLeast(host, 5, 16)) {
    return {
      reason: `Linux ${host.kernel.release} refuses or ignores a limit on kernel memory alone`,
      remedy: 'use memory.limit_in_bytes, which counts kernel memory too',
    };
  }
  return null;
}

function withoutController(spec: ContainerSpec, host: HostFacts, value: CgroupValue): Obstacle {
  const { version, controller } = value;
  const same = host.cgroups.find((one) => one.version === version && (one.controllers.includes(controller) || (version === 2 && controller === 'cgroup')));
  if (same !== undefined) return notWritable(spec, host, same, controller);
  const files = equivalentFiles(version, value.file);
  const others = new Set([controller, ...files.map((file) => file.split('.')[0])]);
  const elsewhere = host.cgroups.find((one) => one.version !== version && one.controllers.some((name) => others.has(name)));
  if (elsewhere !== undefined) return otherVersion(spec, value, elsewhere, files);
  const unified = host.cgroups.find((one) => one.version === 2);
  if (version === 2 && unified !== undefined) {
    const here = `the group '${baseOf(unified, spec, host) || '/'}' of ${unified.mountPoint}`;
    return {
      reason: `the controller '${controller}' is not available in ${here}, which has ${unified.controllers.join(' ') || 'none'}`,
      remedy: host.uid === 0 ? 'check its spelling, and whether the kernel has it (/proc/cgroups)' : DELEGATE,
    };
  }
  if (version === 2) return { reason: 'no unified hierarchy (cgroup2) is mounted', remedy: 'mount -t cgroup2 cgroup2 /sys/fs/cgroup' };
  return unmounted(host, controller);
}

/** Why no hierarchy has a v1 controller. */
function unmounted({ cgroupControllers, kernel }: HostFacts, controller: string): Obstacle {
  const isOn = Object.hasOwn(cgroupControllers, controller) ? cgroupControllers[controller] : undefined;
  if (isOn === undefined) {
    return { reason: `Linux ${kernel.release} here has no controller '${controller}'`, remedy: 'check its spelling; /proc/cgroups lists those it has' };
  }
  if (!isOn) return { reason: `the controller '${controller}' was switched off at boot`, remedy: `boot without cgroup_disable=${controller}` };
  return {
    reason: `the kernel has the controller '${controller}', and no hierarchy with it is mounted`,
    remedy: `mount it: mkdir -p /sys/fs/cgroup/${controller} && mount -t cgroup -o ${controller} cgroup /sys/fs/cgroup/${controller}`,
  };
}

const DELEGATE = "run it in a delegated group: 'systemd-run --user --scope -p Delegate=yes COMMAND', or start it as root";

function notWritable(spec: ContainerSpec, host: HostFacts, hierarchy: CgroupHierarchy, controller: string): Obstacle {
  const base = baseOf(hierarchy, spec, host) || '/';
  const who = host.uid === 0 ? 'root' : `user '${host.userName}'`;
  return {
    reason: `the controller '${controller}' is mounted at ${hierarchy.mountPoint}, and ${who} may not make groups below '${base}' there`,
    remedy: host.uid === 0 ? 'mount it read-write' : hierarchy.version === 2 ? DELEGATE : 'let root give the user a group there, or start it as root',
  };
}

function otherVersion(spec: ContainerSpec, value: CgroupValue, { version, mountPoint, controllers }: CgroupHierarchy, files: readonly string[]): Obstacle {
  const prefix = version === 2 ? 'lxc.cgroup2.' : 'lxc.cgroup.';
  const name = controllers.includes(value.controller) ? value.controller : (files[0]?.split('.')[0] ?? value.controller);
  const others = (file: string) => spec.cgroup.values.findLast((one) => one.version === value.version && one.file === file)?.value;
  const there = equivalent(value.version, value.file, value.value, others);
  const lines = there.kind === 'value' ? [`'${prefix}${there.file} = ${there.value}'`] : files.map((file) => `'${prefix}${file}'`);
  return {
    reason: `on this machine the controller '${name}' belongs to ${version === 2 ? 'the unified hierarchy (v2)' : 'a v1 hierarchy'}, ${mountPoint}`,
    remedy:
      lines.length > 0
        ? `write ${lines.join(' or ')}${there.kind === 'none' ? '' : ', or let holdfast.cgroup.translate = 1 do it'}`
        : `that version has no such file: remove the line`,
  };
}

function isAtLeast({ kernel }: HostFacts, major: number, minor: number): boolean {
  return kernel.major > major || (kernel.major === major && kernel.minor >= minor);
}
