// Lines that the kernel of this machine refuses at a start, told before one: limits on swap that it does not count, and device rules
// of an ordinary user.

import { type Machine, valueOr } from '../host/machine.ts';
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import type { CgroupHierarchy } from '../model/host.ts';
import type { CgroupValue, ContainerSpec } from '../model/spec.ts';

export function refusedHere(machine: Machine, hierarchies: readonly CgroupHierarchy[], spec: ContainerSpec | null): readonly Diagnostic[] {
  return spec === null ? [] : [...uncounted(machine, hierarchies, spec), ...deviceRules(machine, spec)];
}

/** memory.memsw.* and memory.swap.* are there only where swap is accounted for (CONFIG_SWAP, swapaccount=). */
function uncounted(machine: Machine, hierarchies: readonly CgroupHierarchy[], { cgroup }: ContainerSpec): readonly Diagnostic[] {
  return cgroup.values.flatMap(({ version, file, key, why }) => {
    if (!/^memory\.(memsw|swap)\./.test(file)) return [];
    const hierarchy = hierarchies.find((one) => one.version === version && one.controllers.includes('memory'));
    const group = hierarchy && groupWithLimits(machine, hierarchy);
    return group === undefined || isThere(machine, `${group}/${file}`) ? [] : [diagnostic('HF623', { key, file, group }, why)];
  });
}

/** A group that has limits on memory. In version 2 the uppermost one has none; if no other is there, nothing can be said. */
function groupWithLimits(machine: Machine, { version, mountPoint, own }: CgroupHierarchy): string | undefined {
  const limit = version === 1 ? 'memory.limit_in_bytes' : 'memory.max';
  const below = version === 1 ? [] : valueOr(machine.list(mountPoint), []).map((name) => `${mountPoint}/${name}`);
  return [`${mountPoint}${own === '/' ? '' : own}`, mountPoint, ...below].find((group) => isThere(machine, `${group}/${limit}`));
}

function isThere(machine: Machine, path: string): boolean {
  return 'value' in machine.stat(path);
}

/** Version 1: devcgroup_update_access() of the kernel; version 2: bpf(2). Both take CAP_SYS_ADMIN outside of any user namespace. */
function deviceRules({ ids }: Machine, { cgroup }: ContainerSpec): readonly Diagnostic[] {
  const first = ids.uid === 0 ? undefined : cgroup.values.find(({ controller }) => controller === 'devices');
  return first === undefined ? [] : [diagnostic('HF622', { key: first.key, family: familyOf(first) }, first.why)];
}

function familyOf({ version }: CgroupValue): string {
  return version === 1 ? 'lxc.cgroup.devices' : 'lxc.cgroup2.devices';
}
