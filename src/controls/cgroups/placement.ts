// Where a container's groups are: `<mount>/<base>/lxc.payload.NAME` in every hierarchy, as LXC 4 and later name them.

import { diagnostic, type Diagnostic } from '../../model/diagnostic.ts';
import type { CgroupHierarchy, HostFacts } from '../../model/host.ts';
import type { Setting } from '../../model/origin.ts';
import type { ContainerSpec } from '../../model/spec.ts';

/** One group of the container. Paths are absolute, in the caller's mount namespace. */
export interface Group {
  readonly hierarchy: CgroupHierarchy;
  /** `memory`, `cpu,cpuacct`, `name=systemd`, `unified`: names steps and slots. */
  readonly name: string;
  /** The group the container's is placed in; it exists already. */
  readonly base: string;
  /** Groups between base and the container's that may have to be made, outermost first. */
  readonly parents: readonly string[];
  readonly path: string;
  /** Name of the group inside it, where the container lives in one. */
  readonly inner: string;
}

export interface Placement {
  /** Components below the base; the last is the container's own. Empty when the configuration names no usable place. */
  readonly below: readonly string[];
  readonly diagnostics: readonly Diagnostic[];
}

/** The part below the base: lxc.cgroup.dir.container as it is, else lxc.cgroup.dir, lxc.cgroup.pattern (LXC 1) or nothing before the name. */
export function place(spec: ContainerSpec): Placement {
  const { dir, container, pattern } = spec.cgroup;
  const payload = `lxc.payload.${spec.name}`;
  if (container !== null && dir !== null) {
    return refused('lxc.cgroup.dir', dir, 'lxc.cgroup.dir.container names the place already', 'remove one of the two lines');
  }
  if (container !== null) return components('lxc.cgroup.dir.container', container, container.value, []);
  if (dir !== null) return components('lxc.cgroup.dir', dir, dir.value, [payload]);
  if (pattern === null) return { below: [payload], diagnostics: [] };
  if (!pattern.value.includes('%n')) {
    return refused('lxc.cgroup.pattern', pattern, 'without %n all containers would be in one group', "write it as 'lxc/%n'");
  }
  return components('lxc.cgroup.pattern', pattern, pattern.value.replace(/^\/+/, '').replaceAll('%n', spec.name), []);
}

/** The part below the base of lxc.cgroup.dir.monitor; null without it. */
export function monitorPlace({ cgroup: { monitor } }: ContainerSpec): Placement | null {
  return monitor === null ? null : components('lxc.cgroup.dir.monitor', monitor, monitor.value, []);
}

const INNER = 'inner';

/** The container's group in one hierarchy. The base is PID 1's group for root, the caller's own for others or when asked for. */
export function groupIn(hierarchy: CgroupHierarchy, below: readonly string[], spec: ContainerSpec, host: HostFacts): Group {
  const base = `${hierarchy.mountPoint}${baseOf(hierarchy, spec, host)}`;
  const paths = below.map((_, index) => [base, ...below.slice(0, index + 1)].join('/'));
  return {
    hierarchy,
    name: hierarchy.version === 2 ? 'unified' : hierarchy.controllers.join(','),
    base,
    parents: paths.slice(0, -1),
    path: paths.at(-1) ?? base,
    inner: spec.cgroup.inner?.value ?? INNER,
  };
}

/** Below the mount; '' is its root. systemd keeps PID 1 in a leaf of its own, init.scope: the container's place is beside it. */
export function baseOf(hierarchy: CgroupHierarchy, spec: ContainerSpec, host: HostFacts): string {
  const path = host.uid !== 0 || spec.cgroup.relative.value ? hierarchy.own : hierarchy.init;
  return path.replace(/\/init\.scope$/, '').replace(/\/$/, '');
}

function components(key: string, setting: Setting<string>, path: string, last: readonly string[]): Placement {
  if (path.startsWith('/')) return refused(key, setting, `'${path}' is absolute`, 'write it relative to the group that containers are in');
  const parts = path.split('/').filter((part) => part !== '' && part !== '.');
  if (parts.includes('..')) return refused(key, setting, `'${path}' leads upwards`, "remove the '..'");
  const below = [...parts, ...last];
  if (below.length === 0) return refused(key, setting, 'it is empty', 'name a group of its own for the container');
  return { below, diagnostics: [] };
}

function refused(key: string, setting: Setting<string>, reason: string, remedy: string): Placement {
  return { below: [], diagnostics: [diagnostic('HF511', { key, reason, remedy }, setting.why)] };
}
