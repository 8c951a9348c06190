// A device list as the v1 controller takes it: one write for every rule, so that an error names one line of the configuration.

import type { InitStep, MonitorStep, Slot, Step } from '../../model/step.ts';
import { writeCalls } from '../cgroups/file-calls.ts';
import type { Group } from '../cgroups/placement.ts';
import type { AskedRule } from './asked.ts';
import type { DeviceEnforcement } from './enforcement.ts';
import { ruleText } from './rule.ts';

const HINTS: NonNullable<MonitorStep['hints']> = {
  EPERM: 'the group above does not allow this device, or the caller lacks CAP_SYS_ADMIN',
  EINVAL: 'the kernel does not take this rule, or the group has groups inside it already',
  ENOENT: 'the kernel was built without CONFIG_CGROUP_DEVICE',
  ENOMEM: 'the kernel has no memory for it',
};

/** In a user namespace: before init, and before a group is made inside. */
export function listByMonitor({ group, rules, moment }: DeviceEnforcement): readonly MonitorStep[] {
  return group?.hierarchy.version !== 1 || moment === 'init-writes' ? [] : rules.map((rule, index) => monitorWrites(group, rule, index));
}

/** Otherwise: behind init's devices. */
export function listByInit({ group, rules, moment }: DeviceEnforcement): readonly Step[] {
  return group?.hierarchy.version !== 1 || moment !== 'init-writes' ? [] : [...openLists(group, rules), ...rules.map(initWrites)];
}

const fileOf = ({ rule }: AskedRule): string => `devices.${rule.verb}`;
const listSlot = (rule: AskedRule): Slot => `devices.${rule.rule.verb}`;
const title = (rule: AskedRule): string => `set ${fileOf(rule)} = ${ruleText(rule.rule)}${rule.path === null ? '' : `, ${rule.path}`}`;

function monitorWrites(group: Group, rule: AskedRule, index: number): MonitorStep {
  const actions = writeCalls(`${group.path}/${fileOf(rule)}`, ruleText(rule.rule), `devices.rule.${index}`);
  return { who: 'monitor', phase: 'cgroup', what: title(rule), why: rule.why, actions, hints: HINTS };
}

/** The files are opened outside, where they have a path. Each once: every write to them is a command of its own. */
function openLists(group: Group, rules: readonly AskedRule[]): readonly MonitorStep[] {
  const first = new Map([...rules].reverse().map((rule) => [fileOf(rule), rule]));
  return [...first.values()].reverse().map((rule) => {
    const path = `${group.path}/${fileOf(rule)}`;
    return {
      who: 'monitor',
      phase: 'open',
      what: `open ${path}, for init to write`,
      why: rule.why,
      actions: [{ sys: 'openat', args: [{ flags: ['AT_FDCWD'] }, { text: path }, { flags: ['O_WRONLY', 'O_CLOEXEC'] }, 0], save: listSlot(rule) }],
      hints: HINTS,
    };
  });
}

function initWrites(rule: AskedRule): InitStep {
  const text = ruleText(rule.rule);
  const actions = [{ sys: 'write', args: [{ slot: listSlot(rule) }, { text }, text.length], expect: text.length }] as const;
  return { who: 'init', phase: 'late-join', what: title(rule), why: rule.why, actions, hints: HINTS };
}
