// What can be wrong with the choice of namespaces, said before anything is done.

import type { Diagnostic } from '../../model/diagnostic.ts';
import { diagnostic } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec, Namespace } from '../../model/spec.ts';
import { missing } from '../missing.ts';
import { newNamespaces, wantedNamespaces } from './new.ts';
import { isPrivileged, userNamespaceObstacle } from './privilege.ts';

/** Why the namespaces are what they are. */
export function namespacesWhy(spec: ContainerSpec): Origin {
  return spec.namespaces?.why ?? { kind: 'default', text: 'a container has namespaces of its own' };
}

function lackingNamespaces(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  const lacking = wantedNamespaces(spec, host).filter((namespace) => !host.namespaces.includes(namespace));
  return lacking.map((namespace) => {
    const reason = `this kernel has no ${namespace} namespaces`;
    const remedy = `start a kernel that has them (look for ${namespace} in /proc/self/ns)`;
    const map = namespace === 'user' ? spec.idmap[0] : undefined;
    return missing(spec, map ? 'lxc.idmap' : 'lxc.namespace.clone', map?.why ?? namespacesWhy(spec), reason, remedy);
  });
}

function userNamespaceFindings(spec: ContainerSpec, host: HostFacts, made: readonly Namespace[]): readonly Diagnostic[] {
  const why = namespacesWhy(spec);
  const obstacle = userNamespaceObstacle(host);
  const wanted = wantedNamespaces(spec, host).includes('user');
  if (wanted) return made.includes('user') && obstacle !== null ? [diagnostic('HF306', { refusal: obstacle }, why)] : [];
  if (spec.idmap[0]) return [diagnostic('HF308', {}, spec.idmap[0].why)];
  if (!isPrivileged(host)) {
    const caller = host.uid === 0 ? 'root without CAP_SYS_ADMIN' : `user ${host.userName}`;
    return [diagnostic('HF305', { caller }, why)];
  }
  const embedded = spec.root.kind === 'host';
  const reason = obstacle ?? 'the configuration keeps the user namespace';
  return embedded ? [diagnostic('HF309', { reason }, why)] : [];
}

function hostnameFindings(spec: ContainerSpec, made: readonly Namespace[]): readonly Diagnostic[] {
  if (spec.hostname === null) return [];
  const { value: name, why } = spec.hostname;
  if (!made.includes('uts')) return [diagnostic('HF304', { name }, why)];
  const bytes = Buffer.byteLength(name);
  return bytes >= 1 && bytes <= 64 ? [] : [diagnostic('HF307', { name, bytes: String(bytes) }, why)];
}

/** Every finding about the choice of namespaces. */
export function checkNamespaces(spec: ContainerSpec, host: HostFacts): readonly Diagnostic[] {
  const made = newNamespaces(spec, host);
  const kept = wantedNamespaces(spec, host).includes('mnt') ? [] : [diagnostic('HF303', {}, namespacesWhy(spec))];
  return [...kept, ...lackingNamespaces(spec, host), ...userNamespaceFindings(spec, host, made), ...hostnameFindings(spec, made)];
}
