// A rule more on the list of a running container: written to the v1 controller, or a new program in the old one's place.

import type { Origin } from '../../model/origin.ts';
import type { DeviceRecord } from '../../model/record.ts';
import type { MonitorStep } from '../../model/step.ts';
import { writeCalls } from '../cgroups/file-calls.ts';
import { replaceSteps } from './attach-program.ts';
import { deviceProgram } from './ebpf.ts';
import { type DeviceRule, numbersText, rightsOf, ruleText } from './rule.ts';
import { changed, type DeviceTable } from './table.ts';

export interface ListChange {
  readonly record: DeviceRecord;
  /** Empty when the list says so already. */
  readonly steps: readonly MonitorStep[];
}

type SomeRule = Extract<DeviceRule, { kind: 'some' }>;

/** The steps that change the list, each with its undo, and the record of what is in force then. */
export function changeList(record: DeviceRecord, rule: SomeRule, why: Origin): ListChange {
  const after = changed(record, rule);
  const next: DeviceRecord = { ...record, otherwise: after.otherwise, exceptions: after.exceptions };
  const [before, then] = [ownRights(record, rule), ownRights(after, rule)];
  if (before === then) return { record: next, steps: [] };
  if (record.version === 2) return { record: next, steps: replaceSteps(record.group, deviceProgram(after), why) };
  // What is allowed in a group is not in the groups inside it; what is denied is denied there too (devcgroup_update_access()).
  const places = rule.verb === 'allow' ? [...new Set([record.group, record.inner])] : [record.group];
  const difference = rightsOf([...'rwm'].filter((right) => before.includes(right) !== then.includes(right)));
  return { record: next, steps: places.map((path, index) => writeStep(path, { ...rule, rights: difference }, index, why)) };
}

/** Of the exception with the very same numbers. */
function ownRights({ exceptions }: DeviceTable, rule: SomeRule): string {
  return exceptions.find((one) => numbersText(one) === numbersText(rule))?.rights ?? '';
}

function writeStep(path: string, rule: SomeRule, index: number, why: Origin): MonitorStep {
  const opposite = rule.verb === 'allow' ? 'deny' : 'allow';
  return {
    who: 'monitor',
    phase: 'open',
    what: `set devices.${rule.verb} = ${ruleText(rule)} in ${path}`,
    why,
    actions: writeCalls(`${path}/devices.${rule.verb}`, ruleText(rule), `devices.rule.${index}`),
    undo: writeCalls(`${path}/devices.${opposite}`, ruleText(rule), `devices.undo.${index}`),
    hints: { EPERM: 'the group above does not allow this device, or the caller lacks CAP_SYS_ADMIN', ENOENT: 'the container has ended' },
  };
}
