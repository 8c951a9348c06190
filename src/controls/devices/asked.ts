// The device rules of a configuration, in the order of its lines: those of `lxc.cgroup.devices` and of `lxc.cgroup2.devices` are one
// list, whichever the host enforces, so that no rule is without effect because it is written for the other version.

import { type Diagnostic, diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { CgroupValue, ContainerSpec } from '../../model/spec.ts';
import { type DeviceRule, namedPath, readRule } from './rule.ts';

export interface AskedRule {
  readonly rule: DeviceRule;
  /** The path it was named by, to be shown beside its numbers. */
  readonly path: string | null;
  readonly key: string;
  readonly why: Origin;
}

export interface AskedRules {
  /** From the last on that begins the list again: what stands before it has no effect. */
  readonly rules: readonly AskedRule[];
  readonly diagnostics: readonly Diagnostic[];
}

const VERBS: Readonly<Record<string, DeviceRule['verb']>> = { 'devices.allow': 'allow', 'devices.deny': 'deny' };

export function isDeviceValue({ controller }: CgroupValue): boolean {
  return controller === 'devices';
}

/** All rules that can be read, and what is wrong with the others. */
export function askedRules(spec: ContainerSpec, host: HostFacts): AskedRules {
  const rules: AskedRule[] = [];
  const diagnostics: Diagnostic[] = [];
  for (const value of spec.cgroup.values.filter(isDeviceValue)) {
    const { key, why, file } = value;
    const verb = VERBS[file];
    if (verb === undefined) diagnostics.push(diagnostic('HF520', { key }, why));
    else if (value.value === '') diagnostics.push(diagnostic('HF513', { key }, why));
    else {
      const read = readRule(verb, value.value, host.paths);
      if ('reason' in read) diagnostics.push(diagnostic('HF514', { value: value.value, ...read }, why));
      else rules.push({ rule: read, path: namedPath(value.value), key, why });
    }
  }
  const start = rules.findLastIndex(({ rule }) => rule.kind === 'all');
  return { rules: rules.slice(Math.max(start, 0)), diagnostics };
}

/** Paths named by device rules: what the compiler must ask the machine about (HostFacts.paths). */
export function devicePaths(spec: ContainerSpec): readonly string[] {
  return spec.cgroup.values.filter(isDeviceValue).flatMap(({ value }) => namedPath(value) ?? []);
}
