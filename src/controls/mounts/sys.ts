// /sys as lxc.mount.auto asks (sysfs(5)): `ro`, `mixed` (read-only but for the virtual network devices), `rw`. It always has
// nosuid, nodev and noexec: nothing in it is a program or a device.

import type { ContainerSpec } from '../../model/spec.ts';
import type { Slot, SysCall } from '../../model/step.ts';
import { attach, change, copyTree, HOST, makeDirectory, newFileSystem, openInside, option, ROOT, whereItExists } from './calls.ts';
import { BIND_HINTS, FILE_SYSTEM_HINTS, FIXED_TARGET_HINTS } from './hints.ts';
import { type Hints, INERT, making, type MountFlag, type Part, part } from './part.ts';
import type { Situation } from './situation.ts';

const SYS: Slot = 'sys';
/** The one directory of sysfs that belongs to the network namespace and not to the machine. */
const NETWORK_DEVICES = 'devices/virtual/net';

/** sysfs shows a network namespace: without one of its own a user namespace gets no new one, and the host's is bound. */
function sysTree({ own }: Situation, flags: readonly MountFlag[]): readonly SysCall[] {
  if (!own.has('user') || own.has('net')) return newFileSystem('sysfs', SYS, flags, [option('source=sysfs')]);
  return [copyTree(HOST, '/sys', SYS, true), change(SYS, { set: flags, propagation: 'MS_PRIVATE', recursive: true })];
}

function sysMount(spec: ContainerSpec, now: Situation, asked: NonNullable<ContainerSpec['mountAuto']['sys']>): Part {
  const flags: readonly MountFlag[] = asked.value === 'rw' ? INERT : ['MOUNT_ATTR_RDONLY', ...INERT];
  const actions = [makeDirectory(ROOT, 'sys'), openInside('sys', 'sys.target', { directory: true }), ...sysTree(now, flags), attach(SYS, 'sys.target')];
  const hints: Hints = { ...BIND_HINTS, ...FILE_SYSTEM_HINTS, ...FIXED_TARGET_HINTS };
  const made = part('auto', `mount sysfs on /sys${asked.value === 'rw' ? '' : ', read-only'}`, asked.why, actions, hints);
  return making(made, { target: '/sys', type: 'sysfs', flags, optional: false });
}

function openNetworkDevices(asked: NonNullable<ContainerSpec['mountAuto']['sys']>): Part {
  const tree = 'sys.net';
  const actions = [
    copyTree({ slot: SYS }, NETWORK_DEVICES, tree, false),
    change(tree, { clear: ['MOUNT_ATTR_RDONLY'] }),
    openInside(`sys/${NETWORK_DEVICES}`, `${tree}.target`, { directory: true }),
    attach(tree, `${tree}.target`),
  ];
  const made = part('auto', `make /sys/${NETWORK_DEVICES} writable`, asked.why, whereItExists(actions));
  return making(made, { target: `/sys/${NETWORK_DEVICES}`, type: 'sysfs', flags: INERT, optional: true });
}

/** The network's directory stays closed to a container that shares the host's. */
export function sysMounts(spec: ContainerSpec, now: Situation): readonly Part[] {
  const asked = spec.mountAuto.sys;
  if (asked === null) return [];
  return [sysMount(spec, now, asked), ...(asked.value === 'mixed' && now.own.has('net') ? [openNetworkDevices(asked)] : [])];
}
