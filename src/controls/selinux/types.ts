// What the domain of containers and the type of their files are called, where the policy has no word of its own for it.

import type { ContainerTypes } from '../../model/selinux.ts';

/** container-selinux and share/selinux/, then what it was called until 2017. */
export const KNOWN_TYPES: readonly ContainerTypes[] = [
  { process: 'container_t', file: 'container_file_t' },
  { process: 'svirt_lxc_net_t', file: 'svirt_sandbox_file_t' },
];

/** The others of container-selinux share its files: an init system, and one that may use devices or the network of the host. */
const SAME_FILES = ['container_init_t', 'container_device_t', 'container_net_t', 'container_kvm_t', 'spc_t'];

/** The type that the files of a process of this type have; null: nobody knows. */
export function fileTypeOf(type: string, own: ContainerTypes | null): string | null {
  const known = [...(own === null ? [] : [own]), ...KNOWN_TYPES].find(({ process }) => process === type);
  return known?.file ?? (SAME_FILES.includes(type) ? 'container_file_t' : null);
}
