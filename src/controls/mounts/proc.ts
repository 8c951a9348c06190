// /proc as lxc.mount.auto asks (proc(5)). `mixed`: /proc/sys and /proc/sysrq-trigger read-only, /proc/sys/net writable where
// it is the container's own. They are closed in phase seal-mounts, after the sysctls of the configuration are written.

import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import type { Action, Slot, SysCall } from '../../model/step.ts';
import { attach, change, copyTree, HOST, makeDirectory, newFileSystem, openInside, option, ROOT, whereItExists } from './calls.ts';
import { FILE_SYSTEM_HINTS, FIXED_TARGET_HINTS } from './hints.ts';
import { type Hints, INERT, making, type Part, part } from './part.ts';
import { keepsCapability, type Situation } from './situation.ts';

/** A proc of the container's PID namespace, which sysctls are written through. */
export const PROC: Slot = 'proc';

const HINTS: Hints = {
  ...FILE_SYSTEM_HINTS,
  ...FIXED_TARGET_HINTS,
  EPERM: "the kernel shows a new /proc in a user namespace only where the caller's own /proc is wholly visible, which inside most containers it is not",
};

/** In a user namespace without a PID namespace of its own the kernel mounts no proc: the host's is bound. */
function procTree({ own }: Situation): readonly SysCall[] {
  if (!own.has('user') || own.has('pid')) return newFileSystem('proc', PROC, INERT, [option('source=proc')]);
  return [copyTree(HOST, '/proc', PROC, true), change(PROC, { set: INERT, propagation: 'MS_PRIVATE', recursive: true })];
}

/** /proc, in phase auto. */
export function procMount(spec: ContainerSpec, now: Situation): readonly Part[] {
  const asked = spec.mountAuto.proc;
  if (asked === null) return [];
  const actions = [makeDirectory(ROOT, 'proc'), openInside('proc', 'proc.target', { directory: true }), ...procTree(now), attach(PROC, 'proc.target')];
  return [making(part('auto', 'mount proc on /proc', asked.why, actions, HINTS), { target: '/proc', type: 'proc', flags: INERT, optional: false })];
}

/** A part of /proc bound onto itself, changed on the way. */
function bound(path: string, tree: Slot, changed: Action): readonly Action[] {
  return [copyTree({ slot: PROC }, path, tree, true), changed, openInside(`proc/${path}`, `${tree}.target`), attach(tree, `${tree}.target`)];
}

/** /proc/sys closed. What entries mounted below it (binfmt_misc) stays. /proc/sys/net is taken before, put back behind. */
function closedSysctls(why: Origin, netStaysOpen: boolean): Part {
  const tree = 'proc.sys';
  const closed = bound('sys', tree, change(tree, { set: ['MOUNT_ATTR_RDONLY'] }));
  const flags = ['MOUNT_ATTR_RDONLY' as const, ...INERT];
  if (!netStaysOpen) return making(part('seal-mounts', 'make /proc/sys read-only', why, closed), { target: '/proc/sys', type: 'proc', flags, optional: false });
  const net = 'proc.sys.net';
  const actions = [
    copyTree({ slot: PROC }, 'sys/net', net, true),
    ...closed,
    openInside('proc/sys/net', `${net}.target`, { directory: true }),
    attach(net, `${net}.target`),
  ];
  const made = part('seal-mounts', 'make /proc/sys read-only, but not /proc/sys/net', why, actions);
  return making(made, { target: '/proc/sys', type: 'proc', flags, optional: false }, { target: '/proc/sys/net', type: 'proc', flags: INERT, optional: false });
}

/** Not every kernel has it (CONFIG_MAGIC_SYSRQ). */
function closedSysrq(why: Origin): Part {
  const tree = 'proc.sysrq';
  const actions = whereItExists(bound('sysrq-trigger', tree, change(tree, { set: ['MOUNT_ATTR_RDONLY'] })));
  const made = part('seal-mounts', 'make /proc/sysrq-trigger read-only, where there is one', why, actions);
  return making(made, { target: '/proc/sysrq-trigger', type: 'proc', flags: ['MOUNT_ATTR_RDONLY', ...INERT], optional: true });
}

/** What `proc:mixed` closes. The host's network stays closed to a container that shares it, whatever its capabilities. */
export function procSeals(spec: ContainerSpec, { own }: Situation): readonly Part[] {
  const asked = spec.mountAuto.proc;
  if (asked?.value !== 'mixed') return [];
  return [closedSysctls(asked.why, own.has('net') && keepsCapability(spec, 'net_admin')), closedSysrq(asked.why)];
}
