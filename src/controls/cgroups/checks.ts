// What the kernel must say once init runs: it is in its groups, and they have the values.

import type { Check } from '../../model/control.ts';
import type { HostFacts } from '../../model/host.ts';
import { deviceRules } from './device-moment.ts';
import { dwelling } from './inner.ts';
import type { Layout } from './layout.ts';
import type { Group } from './placement.ts';
import { reading } from './reading.ts';
import type { Assignment } from './values.ts';

export function checksOf(layout: Layout, host: HostFacts): readonly Check[] {
  return [
    ...layout.groups.map((group) => membership(group, layout)),
    ...lastOfEach(layout.assignments).flatMap((one) => valueCheck(one, host)),
    ...deviceCheck(layout),
  ];
}

/** proc_pid_cgroup(5): `ID:CONTROLLERS:PATH`. Init may be further inside (systemd goes to init.scope), and the reader may see more above. */
function membership(group: Group, { why, dwellings }: Layout): Check {
  const { hierarchy, name } = group;
  const path = dwelling(group, dwellings.get(group) ?? 'group');
  const controllers = hierarchy.version === 2 ? '' : name;
  const below = path.slice(hierarchy.mountPoint.length);
  return {
    what: `init is in ${path}`,
    why,
    path: '/proc/{pid}/cgroup',
    expect: { kind: 'matches', pattern: `^\\d+:${escaped(controllers)}:(/.*)?${escaped(below)}(/|$)` },
  };
}

/** A list that began with a denial of everything must not be the list of a new group. */
function deviceCheck(layout: Layout): readonly Check[] {
  const rules = deviceRules(layout.assignments);
  const first = rules.findLast(({ text }) => text.startsWith('a'));
  if (first === undefined || first.value.file !== 'devices.deny') return [];
  return [
    { what: 'not every device is allowed', why: first.value.why, path: `${first.group.path}/devices.list`, expect: { kind: 'differs', text: 'a *:* rwm' } },
  ];
}

function valueCheck({ value, group, text }: Assignment, host: HostFacts): readonly Check[] {
  const path = `${group.path}/${value.file}`;
  if (value.controller === 'devices') return [];
  const expected = reading(value.file, text, host.arch);
  return expected === null ? [] : [{ what: `${value.file} is ${expected}`, why: value.why, path, expect: { kind: 'equals', text: expected } }];
}

/** Of several values for one file the last is in force. */
function lastOfEach(assignments: readonly Assignment[]): readonly Assignment[] {
  return [...new Map(assignments.map((one) => [`${one.group.path}/${one.value.file}`, one])).values()];
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
