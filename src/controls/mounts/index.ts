// Mounts: the container's own root file system and everything mounted in it, with no way back to the host's
// (mount_namespaces(7), pivot_root(2)). Slot `root` holds the new root, `dev` its /dev, `proc` a proc, `devpts` its terminals.

import type { Check, Compiled, Control } from '../../model/control.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { mountContext } from '../selinux/asked.ts';
import { bootId } from './boot-id.ts';
import { cgroupMounts } from './cgroup.ts';
import { checkMounts } from './check.ts';
import { checkEntries } from './check-entry.ts';
import { deviceNodes, devDirectory, devicePaths, devLinks, sharedMemory } from './dev.ts';
import { entryMount, entryPropagation } from './entries.ts';
import { hostView, hostViewPaths } from './host-view.ts';
import type { MountPoint, Part } from './part.ts';
import { pivot } from './pivot.ts';
import { procMount, procSeals } from './proc.ts';
import { mappedEntries, mappedFindings, mappedRoot, mapSteps } from './idmapped.ts';
import { cutFromHost, shareInside } from './propagation.ts';
import { givenRoot, reachRoot, sealRoot } from './root.ts';
import { situation } from './situation.ts';
import { labelled } from './labelled.ts';
import { sysMounts } from './sys.ts';
import { terminals } from './terminals.ts';
import { mountChecks } from './verify.ts';

export type { MountPoint } from './part.ts';
export { takesIdMaps } from './idmapped.ts';
export { containerTtys } from './terminals.ts';

/** Everything in the order in which it happens. */
function parts(spec: ContainerSpec, host: HostFacts): readonly Part[] {
  const now = situation(spec, host);
  const { root } = spec;
  const { entries } = checkEntries(spec, host);
  const made = [
    ...reachRoot(root, now),
    cutFromHost(spec, now),
    ...(root.kind === 'host' ? hostView(root.why, host, now.own.has('user')) : [givenRoot(root, host, now)]),
    devDirectory(spec),
    ...(root.kind === 'host' && spec.dev.autodev.value ? [sharedMemory(root.why)] : []),
    ...procMount(spec, now),
    ...sysMounts(spec, now),
    ...entries.map((entry, index) => entryMount(entry, index, now)),
    ...cgroupMounts(spec, host, now).parts,
    ...deviceNodes(spec, now),
    ...terminals(spec, now),
    devLinks(spec),
    ...procSeals(spec, now),
    ...bootId(spec),
    ...sealRoot(spec),
    pivot(),
    shareInside(),
    ...entries.flatMap(entryPropagation),
  ];
  const context = mountContext(spec, host);
  return context === null ? made : made.map((one) => labelled(one, context));
}

function compile(spec: ContainerSpec, host: HostFacts): Compiled {
  const { entries, diagnostics: ofEntries } = checkEntries(spec, host);
  const trees = [...mappedRoot(spec.root), ...mappedEntries(entries)];
  const diagnostics = [
    ...checkMounts(spec, host),
    ...ofEntries,
    ...cgroupMounts(spec, host, situation(spec, host)).diagnostics,
    ...mappedFindings(trees, spec, host),
  ];
  return { steps: [...mapSteps(trees), ...parts(spec, host).map(({ step }) => step)], diagnostics };
}

/** Every mount the container will see, in the order in which they are made. A later one covers what is below its target. */
export function mountTable(spec: ContainerSpec, host: HostFacts): readonly MountPoint[] {
  return parts(spec, host).flatMap(({ mounts: made }) => made);
}

/** The paths of the host whose facts this control decides by (HostFacts.paths). */
export function pathsAsked({ root, mounts: entries }: ContainerSpec): readonly string[] {
  const roots = root.kind === 'host' ? hostViewPaths() : root.kind === 'dir' ? [root.path] : [...root.lower, root.upper, root.work];
  const layers = mappedRoot(root).map(({ path }) => path);
  const sources = entries.filter(({ source, options }) => source.startsWith('/') && !options.includes('relative')).map(({ source }) => source);
  return [...new Set([...roots, ...layers, ...sources, ...devicePaths()])];
}

function verify(spec: ContainerSpec, host: HostFacts): readonly Check[] {
  return mountChecks(mountTable(spec, host));
}

export const mounts: Control = { name: 'mounts', compile, verify };
