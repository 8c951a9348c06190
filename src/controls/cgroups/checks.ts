// What the kernel must say once init runs: it is in its groups, and they have the values.

import type { Check } from '../../model/control.ts';
import { deviceRows } from './device-rows.ts';
import { dwelling } from './inner.ts';
import type { Layout } from './layout.ts';
import type { Group } from './placement.ts';
import type { Assignment } from './values.ts';

export function checksOf(layout: Layout): readonly Check[] {
  return [...layout.groups.map((group) => membership(group, layout)), ...valueChecks([...layout.shared, ...layout.assignments])];
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

/** Of several values for one file the last is in force, or each device's. What counts beside the value (memory.oom_control) may have changed. */
function valueChecks(assignments: readonly Assignment[]): readonly Check[] {
  const files = new Map<string, readonly Assignment[]>();
  for (const one of assignments) {
    const path = `${one.place}/${one.value.file}`;
    files.set(path, [...(files.get(path) ?? []), one]);
  }
  return [...files].flatMap(([path, written]) => {
    const last = written.at(-1);
    if (last === undefined) return [];
    const { file } = last.value;
    const rows = deviceRows(
      file,
      written.map(({ text }) => text),
    );
    const lines = rows ?? (last.expected?.includes('\n') === true ? last.expected.split('\n').slice(0, 1) : null);
    const check = (what: string, expect: Check['expect']): Check => ({ what: `${file} is ${what}`, why: last.value.why, path, expect });
    if (lines !== null) return lines.map((line) => check(line, { kind: 'matches', pattern: `^${escaped(line)}$` }));
    return last.expected === null ? [] : [check(last.expected, { kind: 'equals', text: last.expected })];
  });
}

function escaped(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/]/g, '\\$&');
}
