// How a device list is enforced on this machine, and from when on; or why it cannot be.

import { CAPABILITIES } from '../../kernel/capabilities.gen.ts';
import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { CgroupHierarchy, HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { Group } from '../cgroups/placement.ts';
import { missing } from '../missing.ts';
import { type AskedRule, askedRules, isDeviceValue } from './asked.ts';
import { type DeviceMoment, deviceMoment } from './moment.ts';
import { tableOf } from './table.ts';

export interface DeviceEnforcement {
  /** The group that has the list; null: there is none. */
  readonly group: Group | null;
  readonly rules: readonly AskedRule[];
  readonly moment: DeviceMoment;
  readonly diagnostics: readonly Diagnostic[];
}

export const NO_DEVICES: DeviceEnforcement = { group: null, rules: [], moment: 'init-writes', diagnostics: [] };

/** `groups`: those that can be made here. */
export function enforcementOf(spec: ContainerSpec, host: HostFacts, groups: readonly Group[]): DeviceEnforcement {
  const { rules, diagnostics } = askedRules(spec, host);
  const none = { ...NO_DEVICES, diagnostics };
  if (rules.length === 0) return none;
  const version = spec.cgroup.devices === undefined ? (legacyOf(host) === undefined ? 2 : 1) : spec.cgroup.devices.value === 'v2' ? 2 : 1;
  const group = groups.find(({ hierarchy }) => hierarchy.version === version && (version === 2 || hierarchy.controllers.includes('devices')));
  const obstacle = group === undefined ? withoutGroup(host, version) : isHostAdministrator(host) ? null : NOT_ADMINISTRATOR;
  if (obstacle !== null) return { ...none, diagnostics: [...diagnostics, ...unmet(spec, host, obstacle)] };
  const moment = deviceMoment(spec, host, tableOf(rules.map(({ rule }) => rule)));
  if (version === 2 && moment === 'late') return { ...none, diagnostics: [...diagnostics, diagnostic('HF521', {}, rules[0]?.why)] };
  return { group: group ?? null, rules, moment, diagnostics };
}

interface Obstacle {
  readonly reason: string;
  readonly remedy: string;
}

/** security/device_cgroup.c and kernel/bpf/syscall.c ask for it, whoever owns the file or the group. */
const NOT_ADMINISTRATOR: Obstacle = {
  reason: 'the kernel takes device rules only from a caller with CAP_SYS_ADMIN on the host',
  remedy: 'start it as root',
};

function legacyOf(host: HostFacts): CgroupHierarchy | undefined {
  return host.cgroups.find((one) => one.version === 1 && one.controllers.includes('devices'));
}

function withoutGroup(host: HostFacts, version: 1 | 2): Obstacle {
  const hierarchy = version === 1 ? legacyOf(host) : host.cgroups.find((one) => one.version === 2);
  const name = version === 1 ? "the v1 controller 'devices'" : 'the unified hierarchy (cgroup2)';
  if (hierarchy === undefined)
    return {
      reason: `${name} is not mounted`,
      remedy: version === 1 ? 'mount it, or write holdfast.devices = v2' : 'mount it, or write holdfast.devices = v1',
    };
  const who = host.uid === 0 ? 'root' : `user '${host.userName}'`;
  return { reason: `${name} is mounted at ${hierarchy.mountPoint}, and ${who} may not make groups there`, remedy: 'start it as root' };
}

/** Once for each key. Of a list that is written for both versions, those for the version of this host. */
function unmet(spec: ContainerSpec, host: HostFacts, { reason, remedy }: Obstacle): readonly Diagnostic[] {
  const values = spec.cgroup.values.filter(isDeviceValue);
  const here = legacyOf(host) === undefined ? 2 : 1;
  const told = values.some(({ version }) => version === here) ? values.filter(({ version }) => version === here) : values;
  const first = new Map([...told].reverse().map((value) => [value.key, value]));
  return [...first.values()].reverse().map(({ key, why }) => missing(spec, key, why, reason, remedy));
}

function isHostAdministrator(host: HostFacts): boolean {
  return host.initialUserNamespace && ((host.capabilities.effective >> BigInt(CAPABILITIES.sys_admin)) & 1n) === 1n;
}
