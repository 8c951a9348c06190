// Limits out of reach. A process in a group may write to its files as far as their owner allows, and in a cgroup namespace the
// group it was in is the root it sees: a container whose root owns the files would lift its own limits (only a unified hierarchy
// mounted with nsdelegate forbids it: cgroup-v2.rst, "Delegation Containment"). So it lives in a group inside the one with the limits.

import { CAPABILITIES } from '../../kernel/capabilities.gen.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { Action, InitStep, MonitorStep, Slot, Step } from '../../model/step.ts';
import { keptCapabilities } from '../capabilities/wanted.ts';
import { plannedIdmap } from '../idmap/effective.ts';
import { newNamespaces } from '../namespaces/new.ts';
import { writeCalls } from './file-calls.ts';
import type { Layout } from './layout.ts';
import type { Group } from './placement.ts';
import { controllersFor, enable } from './subtree.ts';
import type { Assignment } from './values.ts';

const DIRECTORY_MODE = 0o755;

/**
 * How a container lives in a group: in it; `inside` a group within it; or inside one that init makes itself, `later`: the devices
 * controller refuses to change a list from the beginning (`a`) once a group is inside (security/device_cgroup.c).
 */
export type Dwelling = 'group' | 'inside' | 'later';

/** `isBound`: has the group limits or a device list? */
export function dwellingIn(group: Group, spec: ContainerSpec, host: HostFacts, isBound: boolean): Dwelling {
  if (isFlat(group) && isBound) return 'group';
  if (!isBound) return spec.cgroup.inner === null ? 'group' : 'inside';
  if (!group.hierarchy.controllers.includes('devices')) return spec.cgroup.inner !== null || ownsFiles(spec, host) ? 'inside' : 'group';
  // Device rules are taken from CAP_SYS_ADMIN of the host only, whoever owns the files.
  const isMapped = newNamespaces(spec, host).includes('user');
  if (!isMapped && (spec.cgroup.inner !== null || keptCapabilities(spec, host).has(CAPABILITIES.sys_admin))) return 'later';
  return spec.cgroup.inner === null ? 'group' : 'inside';
}

/** blkio-controller.rst: on v1 a throttle does not bind the groups inside, so there is no place out of its container's reach. */
function isFlat({ hierarchy }: Group): boolean {
  return hierarchy.version === 1 && hierarchy.controllers.includes('blkio');
}

/** The group's files belong to who makes them: is that id one of the container's? */
function ownsFiles(spec: ContainerSpec, host: HostFacts): boolean {
  const map = plannedIdmap(spec, host);
  return map === null || map.some(({ value: { kind, outside, count } }) => kind === 'u' && host.uid >= outside && host.uid < outside + count);
}

/** Where the container's processes are. */
export function dwelling(group: Group, where: Dwelling): string {
  return where === 'group' ? group.path : `${group.path}/${group.inner}`;
}

/** The group inside, made when the limits stand. It is removed with the one around it. */
export function innerSteps(group: Group, { assignments, bindings, why }: Layout): readonly MonitorStep[] {
  const path = dwelling(group, 'inside');
  // cpusets.rst: with clone_children a new group has what the one above has, instead of nothing.
  const cpuset = group.hierarchy.version === 1 && group.hierarchy.controllers.includes('cpuset');
  const inherit = cpuset ? writeCalls(`${group.path}/cgroup.clone_children`, '1', `cgroup.clone.${group.name}`) : [];
  return [
    ...enable(group.path, group, 'own', controllersFor(group, assignments)),
    {
      who: 'monitor',
      phase: 'cgroup',
      what: `make the group ${path}, from where the limits cannot be changed`,
      why: bindings.get(group) ?? why,
      actions: [...inherit, { sys: 'mkdirat', args: [{ flags: ['AT_FDCWD'] }, { text: path }, DIRECTORY_MODE] }],
      hints: { EAGAIN: 'cgroup.max.depth or cgroup.max.descendants leaves no room for it: count one more' },
    },
    ...assignments.filter((one) => one.group === group && isGranted(one)).map((one, index) => grant(one, path, index)),
  ];
}

/** sched-rt-group.rst: real-time run time is not shared downwards, each group must be given its own. */
const isGranted = ({ value }: Assignment): boolean => value.version === 1 && value.file.startsWith('cpu.rt_');

function grant({ value, text, group }: Assignment, path: string, index: number): MonitorStep {
  const actions = writeCalls(`${path}/${value.file}`, text, `cgroup.granted.${group.name}.${index}`);
  return { who: 'monitor', phase: 'cgroup', what: `set ${value.file} = ${text} in ${path} too`, why: value.why, actions };
}

const outer = (group: Group): Slot => `cgroup.outer.${group.name}`;

/** The monitor's part of `later`: the group's descriptor, for init, which is in its new root by then. */
export function openForInit(group: Group, { bindings, why }: Layout): readonly MonitorStep[] {
  const actions: readonly Action[] = [
    { sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: group.path }, { flags: ['O_PATH', 'O_DIRECTORY', 'O_CLOEXEC'] }, 0], save: outer(group) },
  ];
  return [{ who: 'monitor', phase: 'open', what: `open ${group.path}, for init to make a group inside`, why: bindings.get(group) ?? why, actions }];
}

/** Init's part, behind the last rule: it goes inside, and makes that the root of the hierarchy it sees. */
export function enterLater(group: Group, spec: ContainerSpec, host: HostFacts, { bindings, why }: Layout): readonly Step[] {
  const tasks = `cgroup.inner.${group.name}`;
  const again: readonly Action[] = newNamespaces(spec, host).includes('cgroup') ? [{ sys: 'unshare', args: [{ flags: ['CLONE_NEWCGROUP'] }] }] : [];
  const step: InitStep = {
    who: 'init',
    phase: 'late-join',
    what: `go into ${dwelling(group, 'later')}, from where the rules cannot be changed`,
    why: bindings.get(group) ?? why,
    actions: [
      { sys: 'mkdirat', args: [{ slot: outer(group) }, { text: group.inner }, DIRECTORY_MODE] },
      { sys: 'openat', args: [{ slot: outer(group) }, { text: `${group.inner}/tasks` }, { flags: ['O_WRONLY', 'O_CLOEXEC'] }, 0], save: tasks },
      { sys: 'write', args: [{ slot: tasks }, { text: '0' }, 1], expect: 1 },
      ...again,
    ],
  };
  return [step];
}
