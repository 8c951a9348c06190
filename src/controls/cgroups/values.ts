// Which of the values asked for are written on this machine, in which order; and what is said of those that are not (law 1).

import { diagnostic, type Diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { CgroupValue, ContainerSpec } from '../../model/spec.ts';
import { obstacle } from './obstacle.ts';
import { equivalentFiles } from '../../kernel/cgroup-equivalents.ts';
import { missing } from '../missing.ts';
import { byNumbers } from './block-device.ts';
import type { Group } from './placement.ts';
import { reading } from './reading.ts';
import { translated } from './translate.ts';
import { malformed, valueFault } from './value-faults.ts';
import { writeRank } from './write-order.ts';

/** A value that will be written: `text` as it is given to the kernel. */
export interface Assignment {
  readonly value: CgroupValue;
  readonly group: Group;
  /** The directory of the file: the group's, or the one of a group around it. */
  readonly place: string;
  readonly text: string;
  /** What the file says then; null where that cannot be told for certain. */
  readonly expected: string | null;
}

export interface Assignments {
  readonly assignments: readonly Assignment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Every value gets its group or a diagnostic; one diagnostic for each key. `groups`: those that can be made here. */
export function assign(spec: ContainerSpec, host: HostFacts, groups: readonly Group[]): Assignments {
  const assignments: Assignment[] = [];
  const diagnostics = new Map<string, Diagnostic>();
  const say = (found: Diagnostic) => {
    const name = `${found.code} ${found.data['key'] ?? ''} ${found.data['value'] ?? ''}`;
    if (!diagnostics.has(name)) diagnostics.set(name, found);
  };
  const { values, faults } = applicable(spec, host);
  for (const fault of faults) say(fault);
  for (const value of values) {
    const group = groups.find((one) => serves(one, value));
    const inTheWay = obstacle(spec, host, value, group !== undefined);
    if (group === undefined || inTheWay !== null) {
      say(missing(spec, value.key, value.why, inTheWay?.reason ?? 'it has no group', inTheWay?.remedy ?? ''));
      continue;
    }
    const fault = valueFault(value, spec, values.findLast(({ version, file }) => version === value.version && file === value.file) === value);
    if (fault !== null) say(fault);
    else assignments.push({ value, group, place: group.path, text: value.value, expected: null });
  }
  return {
    assignments: withReadings(
      assignments.sort((a, b) => writeRank(a.value) - writeRank(b.value)),
      host,
    ),
    diagnostics: [...diagnostics.values()],
  };
}

/** What each file says when its value has landed, in the order in which they are written. */
function withReadings(assignments: readonly Assignment[], host: HostFacts): readonly Assignment[] {
  return assignments.map((one, index) => {
    const before = assignments.slice(0, index).filter(({ value, group }) => value.file === one.value.file && group === one.group);
    return {
      ...one,
      expected: reading(
        one.value.file,
        one.text,
        host.arch,
        before.map(({ text }) => text),
      ),
    };
  });
}

/** The values that are for this machine, translated where that is wanted, with devices as numbers. */
function applicable(spec: ContainerSpec, host: HostFacts): { readonly values: readonly CgroupValue[]; readonly faults: readonly Diagnostic[] } {
  const values: CgroupValue[] = [];
  const faults: Diagnostic[] = [];
  const all: CgroupValue[] = [];
  for (const written of spec.cgroup.values) {
    if (written.controller === 'devices') continue; // controls/devices/
    const wrong = malformed(written);
    const { value, fault } = byNumbers(written, host);
    if (wrong !== null) faults.push(wrong);
    else if (fault !== null) faults.push(diagnostic('HF545', { key: written.key, value: written.value, reason: fault }, written.why));
    else all.push(value);
  }
  for (const value of all) {
    const isForHere = value.version === versionHere(host, value);
    const other = isForHere ? null : counterpart(spec, value);
    if (other !== null) {
      faults.push(diagnostic('HF512', { key: value.key, other: other.key }, value.why));
    } else if (isForHere || !spec.cgroup.translate.value || value.controller === 'cgroup') values.push(value);
    else {
      const found = translated(value, all);
      if (found.kind === 'none') faults.push(found.fault);
      if (found.kind !== 'value') continue;
      values.push(found.value);
      if (found.note !== null) faults.push(found.note);
    }
  }
  return { values, faults };
}

/** cgroup-v2.rst: `cgroup.*` files are in every group, whatever its controllers. */
function serves({ hierarchy }: Group, value: CgroupValue): boolean {
  if (hierarchy.version !== value.version) return false;
  return hierarchy.controllers.includes(value.controller) || (value.version === 2 && value.controller === 'cgroup');
}

/** The version of control groups that has this value's controller, by its name in either version: v1 wherever it is mounted as such. */
function versionHere(host: HostFacts, { version, controller, file }: CgroupValue): 1 | 2 {
  const names = [controller, ...equivalentFiles(version, file).map((one) => one.split('.')[0] ?? '')];
  return host.cgroups.some((one) => one.version === 1 && names.some((name) => one.controllers.includes(name))) ? 1 : 2;
}

/** A value of the other version that is about the same, where the configuration was written for both; that one must be enforceable then. */
function counterpart(spec: ContainerSpec, value: CgroupValue): CgroupValue | null {
  const files = equivalentFiles(value.version, value.file);
  return spec.cgroup.values.find((one) => one.version !== value.version && files.includes(one.file)) ?? null;
}
