// What a container could leave behind on this machine, as a sorted list of lines, and what was added or lost between two of them.

import { existsSync, readdirSync, readFileSync, readlinkSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';

export type Snapshot = ReadonlySet<string>;

export interface Difference {
  readonly added: readonly string[];
  readonly lost: readonly string[];
}

export interface SnapshotOptions {
  /** Directories that hold launchers: a process whose program lies in one is ours. */
  readonly launchers?: readonly string[];
  /** Directories whose files count (compiled launchers do not: they are a cache). */
  readonly state?: readonly string[];
  /** `NAME=VALUE` in the environment of the container's own processes: with it, other PID namespaces are not looked at. */
  readonly marker?: string;
  /** Lines that match are left out: what others do on this machine at the same time. */
  readonly ignore?: RegExp;
}

const LAUNCHERS = ['/var/lib/holdfast'];
const STATE = ['/run/holdfast'];

/**
 * Control groups below every mount, mounts, network links, processes that run a launcher or live in a PID namespace
 * that is not ours, and files of running containers. Processes that ended but wait for their parent do not count.
 */
export function snapshot(options: SnapshotOptions = {}): Snapshot {
  const lines = [
    ...controlGroups(),
    ...mountLines().map((line) => `mount ${line}`),
    ...readdirSync('/sys/class/net').map((name) => `link ${name}`),
    ...processes(options.launchers ?? LAUNCHERS, options.marker),
    ...(options.state ?? STATE).flatMap((folder) => filesBelow(folder).map((path) => `file ${path}`)),
  ];
  const { ignore } = options;
  return new Set(lines.filter((line) => !ignore?.test(line)).sort());
}

export function difference(before: Snapshot, after: Snapshot): Difference {
  return {
    added: [...after].filter((line) => !before.has(line)),
    lost: [...before].filter((line) => !after.has(line)),
  };
}

/** Waits until nothing differs from `before`, since the kernel removes some things later; returns the last difference seen. */
export async function settle(before: Snapshot, options: SnapshotOptions & { readonly withinMs?: number } = {}): Promise<Difference> {
  const end = performance.now() + (options.withinMs ?? 2_000);
  for (;;) {
    const found = difference(before, snapshot(options));
    if (found.added.length + found.lost.length === 0 || performance.now() > end) return found;
    await sleep(20);
  }
}

function mountLines(): readonly string[] {
  const lines = readFileSync('/proc/self/mountinfo', 'utf8').trimEnd().split('\n');
  // without the first three fields: ids and device numbers, which say nothing about what is mounted
  return lines.map((line) => line.split(' ').slice(3).join(' '));
}

function controlGroups(): readonly string[] {
  const lines = readFileSync('/proc/self/mounts', 'utf8').trimEnd().split('\n');
  const points = lines.map((line) => line.split(' ')).filter(([, , type]) => type === 'cgroup' || type === 'cgroup2');
  return points.flatMap(([, point = '']) => foldersBelow(point).map((path) => `cgroup ${path}`));
}

function entries(folder: string): readonly { readonly path: string; readonly isFolder: boolean }[] {
  try {
    return readdirSync(folder, { withFileTypes: true }).map((entry) => ({ path: join(folder, entry.name), isFolder: entry.isDirectory() }));
  } catch {
    return []; // gone meanwhile, or not ours to read
  }
}

function foldersBelow(folder: string): readonly string[] {
  return entries(folder).flatMap(({ path, isFolder }) => (isFolder ? [path, ...foldersBelow(path)] : []));
}

function filesBelow(folder: string): readonly string[] {
  return existsSync(folder) ? entries(folder).flatMap(({ path, isFolder }) => (isFolder ? filesBelow(path) : [path])) : [];
}

function link(path: string): string | undefined {
  try {
    return readlinkSync(path);
  } catch {
    return undefined; // ended meanwhile
  }
}

function environment(pid: string): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/environ`, 'utf8').split('\0');
  } catch {
    return []; // ended meanwhile
  }
}

function processes(launchers: readonly string[], marker: string | undefined): readonly string[] {
  const own = link('/proc/self/ns/pid');
  return readdirSync('/proc').flatMap((name) => {
    if (!/^\d+$/.test(name)) return [];
    const program = link(`/proc/${name}/exe`);
    const namespace = link(`/proc/${name}/ns/pid`);
    if (program === undefined || namespace === undefined) return [];
    const ours = launchers.some((folder) => program.startsWith(`${folder}/`));
    const inside = marker === undefined ? namespace !== own : environment(name).includes(marker);
    return ours || inside ? [`process ${name} ${program} ${namespace}`] : [];
  });
}
