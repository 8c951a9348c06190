// Which security modules are at work: /sys/kernel/security/lsm, or their own traces where securityfs is not mounted.

import type { HostFacts } from '../model/host.ts';
import { type Machine, valueOr } from './machine.ts';

/**
 * The modules in the kernel's order. Without securityfs only those are named that show themselves otherwise
 * (landlock, lockdown, yama and bpf do not), after `capability`, which is always there.
 */
export function readLsms(machine: Machine): Pick<HostFacts, 'lsms' | 'lsmsListed'> {
  const list = valueOr(machine.readText('/sys/kernel/security/lsm'), '').trim();
  if (list !== '') return { lsms: list.split(','), lsmsListed: true };
  const found = ['capability'];
  if (valueOr(machine.readText('/sys/module/apparmor/parameters/enabled'), '').trim() === 'Y') found.push('apparmor');
  // A module that was not switched on at boot does not register its file system.
  const filesystems = valueOr(machine.readText('/proc/filesystems'), '');
  if (filesystems.includes('\tselinuxfs\n')) found.push('selinux');
  if (filesystems.includes('\tsmackfs\n')) found.push('smack');
  return { lsms: found, lsmsListed: false };
}
