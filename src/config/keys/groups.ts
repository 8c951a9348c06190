// Which keys belong together: the chapters of the page of documentation.

import type { KeyEntry } from './entry.ts';
import { KEYS } from './lookup.ts';

/** Titles, and how the names of their keys begin. The first that fits holds. */
const TITLES: readonly (readonly [title: string, ...beginnings: readonly string[]])[] = [
  ['Capabilities', 'lxc.cap.', 'holdfast.securebits'],
  ['AppArmor, SELinux and Landlock', 'lxc.apparmor.', 'lxc.selinux.', 'holdfast.selinux.', 'holdfast.landlock'],
  ['System calls and privileges', 'lxc.seccomp.', 'holdfast.seccomp.', 'lxc.no_new_privs', 'lxc.keyring.', 'holdfast.keyctl', 'lxc.sched.'],
  ['Limits and kernel settings', 'lxc.prlimit', 'lxc.sysctl', 'lxc.proc'],
  ['Control groups', 'lxc.cgroup', 'holdfast.cgroup', 'holdfast.devices'],
  ['Namespaces and ids', 'lxc.idmap', 'holdfast.idmap', 'lxc.namespace.', 'lxc.time.', 'holdfast.userns.'],
  ['Init', 'lxc.init.', 'lxc.execute.', 'lxc.environment', 'lxc.arch', 'lxc.uts.', 'lxc.signal.', 'holdfast.stop.'],
  ['Root and mounts', 'lxc.rootfs.', 'lxc.mount.'],
  ['Devices and terminals', 'lxc.autodev', 'lxc.tty.', 'lxc.pty.', 'lxc.console.'],
  ['Network', 'lxc.net'],
  ['Hooks', 'lxc.hook'],
  ['Files, log and other commands', ''],
];

export interface KeyGroup {
  readonly title: string;
  readonly keys: readonly KeyEntry[];
}

/** Every key once, in chapters. */
export function keyGroups(): readonly KeyGroup[] {
  const titleOf = ({ name }: KeyEntry) => TITLES.find(([, ...beginnings]) => beginnings.some((beginning) => name.startsWith(beginning)))?.[0];
  return TITLES.map(([title]) => ({ title, keys: KEYS.filter((entry) => titleOf(entry) === title) }));
}
