// What is written down about the device list of a running container, for changes to it.

import type { HostFacts } from '../../model/host.ts';
import type { DeviceRecord } from '../../model/record.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { dwelling } from '../cgroups/inner.ts';
import { layoutOf } from '../cgroups/layout.ts';
import { tableOf } from './table.ts';

/** null: it has none of its own. */
export function deviceRecord(spec: ContainerSpec, host: HostFacts): DeviceRecord | null {
  const { devices, dwellings } = layoutOf(spec, host);
  const { group, rules } = devices;
  if (group === null) return null;
  const inner = dwelling(group, dwellings.get(group) ?? 'group');
  return { version: group.hierarchy.version, group: group.path, inner, ...tableOf(rules.map(({ rule }) => rule)) };
}
