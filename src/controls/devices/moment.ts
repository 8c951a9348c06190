// When a device list begins to bind. Init has to make device nodes and open terminals first, yet must be in its devices group
// before it makes its cgroup namespace: else the root of that hierarchy, which it then sees, is the host's.

import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { newNamespaces } from '../namespaces/new.ts';
import { allows, type DeviceTable } from './table.ts';

/**
 * `init-writes`: init joins the empty group early and writes the list itself when its devices are made; it must be root of the host.
 * `monitor-writes`: the list is there before init is; in a user namespace nothing is made (mknod is forbidden), only terminals opened.
 * `late`: as before, but init joins afterwards: the list forbids the terminals it has to open. It then sees the names of the host's
 * groups of this one hierarchy, which its ids may not write to.
 */
export type DeviceMoment = 'init-writes' | 'monitor-writes' | 'late';

/** /dev/ptmx: admin-guide/devices.txt, TTYAUX_MAJOR. */
const PTMX = { type: 'c', major: 5, minor: 2 } as const;

export function deviceMoment(spec: ContainerSpec, host: HostFacts, table: DeviceTable): DeviceMoment {
  if (!newNamespaces(spec, host).includes('user')) return 'init-writes';
  return allows(table, { ...PTMX, rights: 'rw' }) ? 'monitor-writes' : 'late';
}
