// Which of the values asked for are written on this machine, in which order; and what is said of those that are not (law 1).

import { diagnostic, type Diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { CgroupValue, ContainerSpec } from '../../model/spec.ts';
import { deviceRule } from './device-rule.ts';
import { obstacle } from './obstacle.ts';
import { equivalentFiles } from '../../kernel/cgroup-equivalents.ts';
import { missing } from '../missing.ts';
import type { Group } from './placement.ts';

/** A value that will be written: `text` as it is given to the kernel. */
export interface Assignment {
  readonly value: CgroupValue;
  readonly group: Group;
  readonly text: string;
}

export interface Assignments {
  readonly assignments: readonly Assignment[];
  readonly diagnostics: readonly Diagnostic[];
}

/** Every value gets its group or a diagnostic; one diagnostic for each key. `groups`: those that can be made here. */
export function assign(spec: ContainerSpec, host: HostFacts, groups: readonly Group[]): Assignments {
  const assignments: Assignment[] = [];
  const diagnostics = new Map<string, Diagnostic>();
  const say = (value: CgroupValue, found: Diagnostic) => {
    const name = `${found.code} ${value.key} ${found.data['value'] ?? ''}`;
    if (!diagnostics.has(name)) diagnostics.set(name, found);
  };
  for (const value of spec.cgroup.values) {
    const wrong = malformed(value);
    if (wrong !== null) {
      say(value, wrong);
      continue;
    }
    const other = value.version === versionHere(host, value) ? null : counterpart(spec, value);
    if (other !== null) {
      // LXC's common.conf writes its device list once for each version: that is no remark worth making.
      if (value.controller !== 'devices') say(value, diagnostic('HF512', { key: value.key, other: other.key }, value.why));
      continue;
    }
    const group = groups.find((one) => serves(one, value));
    const inTheWay = obstacle(spec, host, value, group !== undefined);
    if (group === undefined || inTheWay !== null) {
      say(value, missing(spec, value.key, value.why, inTheWay?.reason ?? 'it has no group', inTheWay?.remedy ?? ''));
      continue;
    }
    const { text, fault } = value.controller === 'devices' ? deviceRule(value, host) : { text: value.value, fault: null };
    if (fault !== null) say(value, fault);
    else assignments.push({ value, group, text });
  }
  return { assignments: assignments.sort((a, b) => rank(a.value) - rank(b.value)), diagnostics: [...diagnostics.values()] };
}

/** cgroup-v2.rst: `cgroup.*` files are in every group, whatever its controllers. Device rules there are BPF programs, not files. */
function serves({ hierarchy }: Group, value: CgroupValue): boolean {
  if (hierarchy.version !== value.version) return false;
  if (value.version === 2 && value.controller === 'devices') return false;
  return hierarchy.controllers.includes(value.controller) || (value.version === 2 && value.controller === 'cgroup');
}

/** The version of control groups that has this value's controller, by its name in either version: v1 wherever it is mounted as such. */
function versionHere(host: HostFacts, { version, controller, file }: CgroupValue): 1 | 2 {
  const names = [controller, ...equivalentFiles(version, file).map((one) => one.split('.')[0] ?? '')];
  return host.cgroups.some((one) => one.version === 1 && names.some((name) => one.controllers.includes(name))) ? 1 : 2;
}

/** A value of the other version that is about the same, where the configuration was written for both; that one must be enforceable then. */
function counterpart(spec: ContainerSpec, value: CgroupValue): CgroupValue | null {
  const files = value.controller === 'devices' ? ['devices.allow', 'devices.deny'] : equivalentFiles(value.version, value.file);
  return spec.cgroup.values.find((one) => one.version !== value.version && files.includes(one.file)) ?? null;
}

/** A stable order: cpuset before what depends on it; the memory limit before memory and swap together, which must not be lower. */
function rank({ version, controller, file }: CgroupValue): number {
  if (controller === 'cpuset') return 0;
  return version === 1 && file.startsWith('memory.memsw.') ? 2 : 1;
}

function malformed(value: CgroupValue): Diagnostic | null {
  const { key, file, why } = value;
  if (file.includes('/')) return diagnostic('HF510', { key, reason: 'it contains a slash' }, why);
  if (!/^[^.]+\../.test(file)) return diagnostic('HF510', { key, reason: 'the part behind the controller is absent' }, why);
  return value.value === '' ? diagnostic('HF513', { key }, why) : null;
}
