// /sys/fs/cgroup as lxc.mount.auto asks (cgroups(7), cgroup_namespaces(7)). In a cgroup namespace the root of a hierarchy is
// the container's own group, so `mixed` and `full` show what `rw` shows.

import type { Diagnostic } from '../../model/diagnostic.ts';
import type { CgroupHierarchy, HostFacts } from '../../model/host.ts';
import type { Origin } from '../../model/origin.ts';
import type { ContainerSpec, MountAutoSpec } from '../../model/spec.ts';
import { missing } from '../missing.ts';
import { attach, newFileSystem, openInside, option } from './calls.ts';
import { FILE_SYSTEM_HINTS, FIXED_TARGET_HINTS } from './hints.ts';
import { INERT, making, type MountFlag, type Part, part } from './part.ts';
import { keepsCapability, type Situation } from './situation.ts';
import { makePath } from './targets.ts';

type Asked = NonNullable<MountAutoSpec['cgroup']>;

const PLACE = 'sys/fs/cgroup';

const isUnified = ({ version }: CgroupHierarchy): boolean => version === 2;

/**
 * LXC's rule: an init that keeps CAP_SYS_ADMIN mounts its control groups itself, unless the host has version 2 only, which
 * older init systems do not mount, or the mount is forced.
 */
function isLeftToInit(spec: ContainerSpec, host: HostFacts, { own }: Situation, { value }: Asked): boolean {
  return own.has('cgroup') && !value.force && keepsCapability(spec, 'sys_admin') && !host.cgroups.every(isUnified);
}

function directoryOf({ mountPoint }: CgroupHierarchy): string {
  return mountPoint.slice(mountPoint.lastIndexOf('/') + 1);
}

function unified(flags: readonly MountFlag[], why: Origin): Part {
  const slot = 'cgroup2';
  const actions = [...makePath(PLACE, `${slot}.target`, 'dir'), ...newFileSystem('cgroup2', slot, flags), attach(slot, `${slot}.target`)];
  const made = part('cgroup-mount', `mount control groups on /${PLACE}`, why, actions, { ...FILE_SYSTEM_HINTS, ...FIXED_TARGET_HINTS });
  return making(made, { target: `/${PLACE}`, type: 'cgroup2', flags, optional: false });
}

function cover(why: Origin): Part {
  const slot = 'cgroup';
  const actions = [
    ...makePath(PLACE, `${slot}.target`, 'dir'),
    ...newFileSystem('tmpfs', slot, INERT, ['mode=0755', 'size=10240k'].map(option)),
    attach(slot, `${slot}.target`),
  ];
  const made = part('cgroup-mount', `make room for the hierarchies on /${PLACE}`, why, actions, FIXED_TARGET_HINTS);
  return making(made, { target: `/${PLACE}`, type: 'tmpfs', flags: INERT, optional: false });
}

function hierarchy(one: CgroupHierarchy, flags: readonly MountFlag[], why: Origin): Part {
  const name = directoryOf(one);
  const slot = `cgroup.${name}`;
  const type = isUnified(one) ? 'cgroup2' : 'cgroup';
  const options = isUnified(one) ? [] : one.controllers.map(option);
  const actions = [
    { sys: 'mkdirat' as const, args: [{ slot: 'cgroup' }, { text: name }, 0o755] },
    openInside(`${PLACE}/${name}`, `${slot}.target`, { directory: true }),
    ...newFileSystem(type, slot, flags, options),
    attach(slot, `${slot}.target`),
  ];
  const made = part('cgroup-mount', `mount the control groups ${name}`, why, actions, {
    ...FILE_SYSTEM_HINTS,
    EBUSY: 'the host has these controllers in another hierarchy',
  });
  return making(made, { target: `/${PLACE}/${name}`, type, flags, optional: false });
}

function obstacle(host: HostFacts, { own }: Situation, { value }: Asked): { readonly reason: string; readonly remedy: string } | null {
  if (!own.has('cgroup')) {
    return {
      reason: 'control groups are only mounted in a cgroup namespace, where they end at the container',
      remedy: "let the container have one ('cgroup' in lxc.namespace.clone, not in .keep; the kernel must have them)",
    };
  }
  const there = value.kind === 'cgroup2' ? host.cgroups.some(isUnified) : host.cgroups.length > 0;
  const what = value.kind === 'cgroup2' ? 'unified hierarchy' : 'control groups';
  return there ? null : { reason: `this host has no ${what} mounted`, remedy: 'mount it on /sys/fs/cgroup' };
}

/** What is mounted before init begins; nothing when it is init that does it. */
export function cgroupMounts(
  spec: ContainerSpec,
  host: HostFacts,
  now: Situation,
): { readonly parts: readonly Part[]; readonly diagnostics: readonly Diagnostic[] } {
  const asked = spec.mountAuto.cgroup;
  if (asked === null || isLeftToInit(spec, host, now, asked)) return { parts: [], diagnostics: [] };
  const lacking = obstacle(host, now, asked);
  if (lacking) return { parts: [], diagnostics: [missing(spec, 'lxc.mount.auto', asked.why, lacking.reason, lacking.remedy)] };
  const flags: readonly MountFlag[] = asked.value.mode === 'ro' ? ['MOUNT_ATTR_RDONLY', ...INERT] : INERT;
  const alone = asked.value.kind === 'cgroup2' || host.cgroups.every(isUnified);
  const parts = alone ? [unified(flags, asked.why)] : [cover(asked.why), ...host.cgroups.map((one) => hierarchy(one, flags, asked.why))];
  return { parts, diagnostics: [] };
}
