// What the caller may do, as far as the controls decide by it. Capability numbers come from the generated table.

import { CAPABILITIES, type CapabilityName } from '../../kernel/capabilities.gen.ts';
import type { HostFacts } from '../../model/host.ts';

/** Does the caller hold this capability effectively? */
export function callerHas(host: HostFacts, name: CapabilityName): boolean {
  return ((host.capabilities.effective >> BigInt(CAPABILITIES[name])) & 1n) === 1n;
}

/** Can the caller make every namespace and mount without a user namespace? User 0 with CAP_SYS_ADMIN (namespaces(7)). */
export function isPrivileged(host: HostFacts): boolean {
  return host.uid === 0 && callerHas(host, 'sys_admin');
}

/** May the caller write any id map of a child by itself (user_namespaces(7), "Defining user and group ID mappings")? */
export function mayWriteMaps(host: HostFacts): boolean {
  return callerHas(host, 'setuid') && callerHas(host, 'setgid');
}

/**
 * Why the caller cannot make a user namespace, or null when it can. Only `user.max_user_namespaces` binds root too; the
 * other switches (kernel.unprivileged_userns_clone, AppArmor's restriction) forbid it to ordinary users only.
 */
export function userNamespaceObstacle(host: HostFacts): string | null {
  if (!host.namespaces.includes('user')) return 'this kernel has no user namespaces';
  const refusal = host.userNamespaceRefusal;
  if (refusal === null) return null;
  return isPrivileged(host) && !refusal.includes('max_user_namespaces') ? null : refusal;
}
