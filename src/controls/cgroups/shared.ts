// Groups of containers: lxc.cgroup.dir = tenants/acme puts several into one group, and holdfast.cgroup.parent.FILE sets limits on it
// that hold for all of them together. The first of them sets the values, the others must ask for the same (docs/adr/0009).

import { equivalentFiles } from '../../kernel/cgroup-equivalents.ts';
import { diagnostic, type Diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { CgroupValue, ContainerSpec, SharedValue } from '../../model/spec.ts';
import type { MonitorStep, Slot } from '../../model/step.ts';
import { writeCalls } from './file-calls.ts';
import { hintsFor } from './hints.ts';
import { ifNew } from './if-new.ts';
import { MARK } from './level.ts';
import { type Group, place } from './placement.ts';
import { checkValue } from './read-back.ts';
import { type Assignment, assign, type Assignments } from './values.ts';

/** The name of the group that holds the container's: `tenants/acme`; null when it has none but the base. */
export function sharedGroup(spec: ContainerSpec): string | null {
  const name = place(spec).below.slice(0, -1).join('/');
  return name === '' ? null : name;
}

/** The values of the group around, each with the group of the container whose hierarchy it is in. */
export function assignShared(spec: ContainerSpec, host: HostFacts, groups: readonly Group[]): Assignments {
  const { shared } = spec.cgroup;
  const [first] = shared;
  if (first === undefined) return { assignments: [], diagnostics: [] };
  if (sharedGroup(spec) === null) return { assignments: [], diagnostics: [diagnostic('HF550', { key: first.key }, first.why)] };
  const refused = shared.flatMap(deviceFault);
  const values = shared.filter((one) => deviceFault(one).length === 0).map((one) => versioned(one, host));
  const { assignments, diagnostics } = assign({ ...spec, cgroup: { ...spec.cgroup, values } }, host, groups);
  const around = assignments.map((one) => ({ ...one, place: one.group.parents.at(-1) ?? one.group.path }));
  // Of several values for one file the last is meant: a group that others are in already is written to once.
  const last = [...new Map(around.map((one) => [`${one.place}/${one.value.file}`, one])).values()];
  return { assignments: last, diagnostics: [...refused, ...diagnostics] };
}

function deviceFault({ key, file, why }: SharedValue): readonly Diagnostic[] {
  if (!file.startsWith('devices.')) return [];
  return [diagnostic('HF551', { key, file, reason: "device rules are each container's own" }, why)];
}

/** A name that only one version has is of that version; one that both have (pids.max), or none, is of the one with its controller here. */
function versioned({ file, value, key, why }: SharedValue, host: HostFacts): CgroupValue {
  const controller = file.split('.')[0] ?? file;
  const [isV1, isV2] = ([1, 2] as const).map((version) => equivalentFiles(version, file).length > 0);
  const here = host.cgroups.some((one) => one.version === 1 && one.controllers.includes(controller)) ? 1 : 2;
  return { version: isV1 === isV2 ? here : isV1 ? 1 : 2, controller, file, value, key, why };
}

/** The steps for one hierarchy: claim each value for the group; who is the first writes it; all read it back. */
export function shareSteps(spec: ContainerSpec, group: Group, shared: readonly Assignment[]): readonly MonitorStep[] {
  return shared.filter((one) => one.group === group).flatMap((one, index) => share(spec.name, one, `${group.name}.${index}`));
}

function share(member: string, assignment: Assignment, slot: Slot): readonly MonitorStep[] {
  const { value, place: path, text, expected } = assignment;
  const shown = expected ?? text;
  const file = `${path}/${value.file}`;
  const claimed = `cgroup.claimed.${slot}`;
  const attribute = `user.holdfast.value.${value.file}`;
  const note = `${shown} (${member})`;
  const all = `for all containers in ${path}`;
  const step = { who: 'monitor', phase: 'cgroup', why: value.why } as const;
  const check: MonitorStep = {
    ...step,
    what: `check that ${value.file} is ${shown} ${all}`,
    actions: expected === null ? [] : checkValue(file, expected, `cgroup.checked.${slot}`),
    hints: hintsFor(assignment),
  };
  return [
    {
      ...step,
      what: `agree on ${value.file} = ${shown} ${all}`,
      actions: [{ builtin: 'claim-value', path, mark: MARK, attribute, value: shown, claimed }],
      hints: {
        EBUSY: 'the containers of a group must agree: write the same in both configurations, or choose another lxc.cgroup.dir',
      },
    },
    {
      ...step,
      what: `set ${value.file} = ${text}${shown === text ? '' : ` (${shown})`} ${all}, if this is the first`,
      actions: [ifNew(claimed), ...writeCalls(file, text, `cgroup.shared.${slot}`)],
      hints: hintsFor(assignment),
    },
    // Behind the value: a start that is killed in between has agreed on nothing.
    {
      ...step,
      what: `note on ${path} what was agreed, if this is the first`,
      actions: [ifNew(claimed), { sys: 'setxattr', args: [{ text: path }, { text: attribute }, { text: note }, Buffer.byteLength(note), 0] }],
      hints: { ENOSPC: 'the group has no room for another attribute' },
    },
    ...(expected === null ? [] : [check]),
  ];
}
