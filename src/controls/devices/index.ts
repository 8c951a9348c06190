// Devices: which may be made, read and written (security/device_cgroup.c, cgroup-v1/devices.rst). The rules of both versions of
// control groups are one decision table; it is written as a list of the v1 controller, or compiled to a BPF program on the unified group (docs/adr/0008).

import type { Check, Compiled, Control } from '../../model/control.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { layoutOf } from '../cgroups/layout.ts';
import { programSteps } from './attach-program.ts';
import { deviceProgram } from './ebpf.ts';
import { tableOf } from './table.ts';
import { listByInit } from './write-list.ts';

export { devicePaths } from './asked.ts';
export { deviceRecord } from './record.ts';

/** Its steps within a phase come before those of the groups: init goes into its inner group behind the last rule. */
export const devices: Control = {
  name: 'devices',
  compile(spec: ContainerSpec, host: HostFacts): Compiled {
    const enforcement = layoutOf(spec, host).devices;
    const { group, rules, moment, diagnostics } = enforcement;
    const [first] = rules;
    if (group === null || first === undefined) return { steps: [], diagnostics };
    if (group.hierarchy.version === 1) return { steps: listByInit(enforcement), diagnostics };
    return { steps: programSteps(group, deviceProgram(tableOf(rules.map(({ rule }) => rule))), moment, first.why), diagnostics };
  },
  verify(spec: ContainerSpec, host: HostFacts): readonly Check[] {
    const { group, rules } = layoutOf(spec, host).devices;
    const [first] = rules;
    if (group?.hierarchy.version !== 1 || first?.rule.kind !== 'all' || first.rule.verb === 'allow') return [];
    // It must not be the list of a new group.
    return [{ what: 'not every device is allowed', why: first.why, path: `${group.path}/devices.list`, expect: { kind: 'differs', text: 'a *:* rwm' } }];
  },
};
