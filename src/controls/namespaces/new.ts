// Which namespaces are the container's own. Everyone who decides by a namespace asks here.

import type { HostFacts } from '../../model/host.ts';
import { type ContainerSpec, NAMESPACES, type Namespace } from '../../model/spec.ts';
import { isPrivileged, userNamespaceObstacle } from './privilege.ts';

/** LXC's rule: `none` and nothing else means the caller's network; no network at all means an empty one. */
export function sharesHostNetwork(spec: ContainerSpec): boolean {
  return spec.network.length > 0 && spec.network.every(({ type }) => type === 'none');
}

/**
 * Is a user namespace wanted when the configuration does not list namespaces? With a map, for a caller who can do nothing
 * without one, and for the embedded default, whose root holds the host's own files, wherever the kernel allows it.
 */
function usesUserNamespace(spec: ContainerSpec, host: HostFacts): boolean {
  if (spec.idmap.length > 0 || !isPrivileged(host)) return true;
  return spec.root.kind === 'host' && userNamespaceObstacle(host) === null;
}

/** The namespaces a container gets when nothing is said (lxc.container.conf(5)); time only ever when asked for. */
function isUsual(namespace: Namespace, spec: ContainerSpec, host: HostFacts): boolean {
  switch (namespace) {
    case 'user':
      return usesUserNamespace(spec, host);
    case 'net':
      return !sharesHostNetwork(spec);
    case 'cgroup':
      return host.namespaces.includes('cgroup');
    case 'time':
      return false;
    default:
      return true;
  }
}

/** What the configuration asks for, whether this kernel has it or not. `clone`: exactly these; `keep`: the usual ones but these. */
export function wantedNamespaces(spec: ContainerSpec, host: HostFacts): readonly Namespace[] {
  const asked = spec.namespaces;
  if (asked?.mode === 'clone') return NAMESPACES.filter((namespace) => asked.names.includes(namespace));
  return NAMESPACES.filter((namespace) => isUsual(namespace, spec, host) && !asked?.names.includes(namespace));
}

/** The namespaces that are made for this container, in the order of NAMESPACES. One that the kernel lacks is not among them. */
export function newNamespaces(spec: ContainerSpec, host: HostFacts): readonly Namespace[] {
  return wantedNamespaces(spec, host).filter((namespace) => host.namespaces.includes(namespace));
}
