// The plan of a change to the devices of a running container: a rule of its list, and the node.

import { changeList } from '../controls/devices/change.ts';
import { type DeviceNode, makeNode, rememberOutside, removeNode } from '../controls/devices/node.ts';
import type { DeviceRule } from '../controls/devices/rule.ts';
import type { Origin } from '../model/origin.ts';
import type { Plan } from '../model/plan.ts';
import type { ContainerRecord, DeviceRecord } from '../model/record.ts';
import { findInit } from './attach.ts';

export interface DeviceChange {
  readonly verb: 'add' | 'remove';
  readonly rule: Extract<DeviceRule, { kind: 'some' }>;
  /** null: the list alone. */
  readonly node: DeviceNode | null;
  /** Inode of init's PID namespace: a pid that was given to another process has another. */
  readonly pidNamespace: bigint;
  /** A directory of the host: the file system of a node is mounted on it for a moment, in a mount namespace of its own. */
  readonly runDir: string;
}

export interface PlannedDevice {
  readonly plan: Plan;
  /** The list as it is then. */
  readonly devices: DeviceRecord | null;
}

/** What is added is made before it is allowed, and what is removed is denied before it goes. */
export function planDevice(record: ContainerRecord, change: DeviceChange): PlannedDevice {
  const { verb, rule, node, pidNamespace, runDir } = change;
  const why: Origin = { kind: 'option', text: `device ${verb}` };
  const list = record.devices === null ? null : changeList(record.devices, rule, why);
  const nodes = node === null ? [] : verb === 'add' ? makeNode(node, runDir, why) : [removeNode(node, why)];
  const inside = node === null ? [] : [findInit(record, pidNamespace), rememberOutside(why)];
  const lists = list?.steps ?? [];
  const steps = [...inside, ...(verb === 'add' ? [...nodes, ...lists] : [...lists, ...nodes])];
  const plan: Plan = { name: record.name, steps, detach: false, guard: false, halt: { signal: 0, seconds: 0 } };
  return { plan, devices: list?.record ?? null };
}
