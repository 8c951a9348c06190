// May the caller make a user namespace? The switches of the kernel and of distributions, by the names people know.

import { type Machine, valueOr } from './machine.ts';

/** null: nothing forbids it; otherwise the switch that does, as text. `capable`: the caller holds CAP_SYS_ADMIN, which most switches exempt. */
export function readUserNamespaceRefusal(machine: Machine, namespaces: readonly string[], capable: boolean): string | null {
  if (!namespaces.includes('user')) return 'this kernel is built without user namespaces (CONFIG_USER_NS)';
  // namespaces(7): 0 forbids it to everyone.
  if (switchAt(machine, 'user/max_user_namespaces') === '0') return 'user.max_user_namespaces = 0';
  if (capable) return null;
  // Debian's patch, also in Arch's hardened kernel: 0 asks for CAP_SYS_ADMIN.
  if (switchAt(machine, 'kernel/unprivileged_userns_clone') === '0') return 'kernel.unprivileged_userns_clone = 0';
  // Ubuntu 23.10 and later: the namespace is made, but without capabilities unless an AppArmor profile allows it.
  if (switchAt(machine, 'kernel/apparmor_restrict_unprivileged_userns') === '1') return 'kernel.apparmor_restrict_unprivileged_userns = 1';
  return null;
}

function switchAt(machine: Machine, path: string): string | null {
  return valueOr<string | null>(machine.readText(`/proc/sys/${path}`), null)?.trim() ?? null;
}
