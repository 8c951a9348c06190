// Values for the block controllers (v1 blkio, v2 io) begin with a device, MAJOR:MINOR. Its name is as good: `/dev/sda rbps=1048576`.

import type { HostFacts } from '../../model/host.ts';
import type { CgroupValue, ContainerSpec } from '../../model/spec.ts';

const BY_NAME = /^(\/\S+)(\s.*)?$/;

const isAboutDevices = ({ controller }: Pick<CgroupValue, 'controller'>): boolean => controller === 'blkio' || controller === 'io';

/** Paths named by such values: what the compiler must ask the machine about (HostFacts.paths). */
export function blockDevicePaths(spec: ContainerSpec): readonly string[] {
  const shared = spec.cgroup.shared.map((one) => ({ ...one, controller: one.file.split('.')[0] ?? '' }));
  return [...spec.cgroup.values, ...shared].filter(isAboutDevices).flatMap(({ value }) => BY_NAME.exec(value)?.slice(1, 2) ?? []);
}

/** The value with the device's numbers, and blanks as the kernel wants them; or why there is no such device. */
export function byNumbers(value: CgroupValue, host: HostFacts): { readonly value: CgroupValue; readonly fault: string | null } {
  if (!isAboutDevices(value)) return { value, fault: null };
  const text = value.value.trim().split(/\s+/).join(' ');
  const [, path, rest = ''] = BY_NAME.exec(text) ?? [];
  if (path === undefined) return { value: { ...value, value: text }, fault: null };
  const fact = host.paths[path];
  if (fact?.kind !== 'block') return { value, fault: `${path} is no block device of this machine` };
  return { value: { ...value, value: `${fact.major}:${fact.minor}${rest}` }, fault: null };
}
