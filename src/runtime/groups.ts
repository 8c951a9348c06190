// Groups that running containers share (lxc.cgroup.dir): which there are, what the kernel says of them, and changes to their limits.

import { dirname } from 'node:path';
import { readFileSync, writeFileSync } from 'node:fs';
import { reading, sharedGroup } from '../controls/cgroups/index.ts';
import { HoldfastError } from '../model/error.ts';
import type { CgroupMembership, ContainerRecord } from '../model/record.ts';
import { runningContainers } from './containers.ts';
import { isWithin, type OomKill, oomKills } from './oom-kills.ts';

export interface SharedGroup {
  readonly name: string;
  readonly members: readonly ContainerRecord[];
  /** Its directory in every hierarchy. */
  readonly places: readonly (Pick<CgroupMembership, 'version' | 'controllers' | 'mountPoint'> & { readonly path: string })[];
}

/** By name. Those of containers that run; a group without any is gone. */
export function sharedGroups(runDir: string): readonly SharedGroup[] {
  const groups = new Map<string, ContainerRecord[]>();
  for (const state of runningContainers(runDir).values()) {
    if (state.state !== 'running') continue;
    const name = sharedGroup(state.record.spec);
    if (name !== null) groups.set(name, [...(groups.get(name) ?? []), state.record]);
  }
  return [...groups].sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, members]) => ({ name, members, places: placesOf(members) }));
}

function placesOf([first]: readonly ContainerRecord[]): SharedGroup['places'] {
  return (first?.cgroups ?? []).map(({ version, controllers, mountPoint, limits }) => ({ version, controllers, mountPoint, path: dirname(limits) }));
}

/** The group of this name. Throws `no-such-group`. */
export function sharedGroupNamed(runDir: string, name: string): SharedGroup {
  const wanted = name.replace(/^\/+|\/+$/g, '');
  const groups = sharedGroups(runDir);
  const found = groups.find((one) => one.name === wanted);
  if (found !== undefined) return found;
  const others = groups.length === 0 ? 'no containers that run share one' : `there is ${groups.map((one) => one.name).join(', ')}`;
  throw new HoldfastError(`there is no group ${wanted}: ${others}`, { code: 'no-such-group' });
}

/** Files that tell how a group fares, in either version. */
const FILES = [
  'memory.limit_in_bytes', 'memory.usage_in_bytes', 'memory.max_usage_in_bytes', 'memory.memsw.limit_in_bytes', 'memory.max', 'memory.current',
  'memory.peak', 'memory.high', 'memory.swap.max', 'pids.max', 'pids.current', 'cpu.shares', 'cpu.cfs_quota_us', 'cpu.cfs_period_us', 'cpu.weight',
  'cpu.max', 'cpuset.cpus', 'cpuset.mems',
]; // biome-ignore format: a list

export interface GroupReport {
  readonly name: string;
  readonly paths: readonly string[];
  /** What its files say: those that are here, and those that a container's configuration sets. */
  readonly values: Readonly<Record<string, string>>;
  readonly members: readonly { readonly name: string; readonly memory: number | null; readonly oomKills: number | null }[];
  /** What the kernel's log still has; null when it may not be read. */
  readonly kills: readonly (OomKill & { readonly container: string | null })[] | null;
}

export function reportGroup(group: SharedGroup): GroupReport {
  const files = [...new Set([...FILES, ...group.members.flatMap(({ spec }) => spec.cgroup.shared.map(({ file }) => file))])];
  const values = files.flatMap((file) => {
    const text = read(placeOf(group, file), file);
    return text === null ? [] : [[file, text] as const];
  });
  return {
    name: group.name,
    paths: group.places.map(({ path }) => path),
    values: Object.fromEntries(values),
    members: group.members.map((record) => ({ name: record.name, memory: memoryOf(record), oomKills: oomKillsOf(record) })),
    kills: killsIn(group),
  };
}

function placeOf({ places }: SharedGroup, file: string): string | null {
  const controller = file.split('.')[0] ?? '';
  const found = places.find(({ version, controllers }) => controllers.includes(controller) || (version === 2 && controller === 'cgroup'));
  return found?.path ?? null;
}

function read(place: string | null, file: string): string | null {
  try {
    return place === null ? null : readFileSync(`${place}/${file}`, 'utf8').trim();
  } catch {
    return null; // not in this version, not in this kernel, or gone since
  }
}

const memoryPlace = (record: ContainerRecord): string | null => record.cgroups.find(({ controllers }) => controllers.includes('memory'))?.limits ?? null;

function memoryOf(record: ContainerRecord): number | null {
  const text = read(memoryPlace(record), 'memory.usage_in_bytes') ?? read(memoryPlace(record), 'memory.current');
  return text === null ? null : Number(text);
}

/** Counted where the process was: v1 in each group of its own, so the inner one's are added (memory.rst, memory.oom_control). */
function oomKillsOf(record: ContainerRecord): number | null {
  const membership = record.cgroups.find(({ controllers }) => controllers.includes('memory'));
  if (membership === undefined) return null;
  const count = (place: string, file: string): number | null => {
    const [, number] = /^oom_kill (\d+)$/m.exec(read(place, file) ?? '') ?? [];
    return number === undefined ? null : Number(number);
  };
  if (membership.version === 2) return count(membership.limits, 'memory.events');
  const places = [...new Set([membership.limits, membership.path])];
  const counts = places.flatMap((place) => count(place, 'memory.oom_control') ?? []);
  return counts.length === 0 ? null : counts.reduce((sum, one) => sum + one, 0);
}

/** Those that its own limit, or one within it, made necessary, with the container the process was in. */
function killsIn({ places, members }: SharedGroup): GroupReport['kills'] {
  const memory = places.find(({ controllers }) => controllers.includes('memory'));
  if (memory === undefined) return [];
  const below = (path: string) => path.slice(memory.mountPoint.length);
  const kills = oomKills()?.filter(({ group }) => isWithin(group, below(memory.path))) ?? null;
  const ownerOf = ({ group }: OomKill) => members.find((record) => isWithin(group, below(memoryPlace(record) ?? memory.path)))?.name ?? null;
  return kills?.map((kill) => ({ ...kill, container: ownerOf(kill) })) ?? null;
}

/** Writes a value to a file of the group and reads it back. Throws `bad-value`, `no-such-file` and `not-in-force`. */
export function setGroupValue(group: SharedGroup, file: string, value: string, arch: 'x86_64' | 'arm64'): string {
  if (file.includes('/') || !/^[^.]+\../.test(file))
    throw new HoldfastError(`'${file}' names no file of a control group: write CONTROLLER.FILE`, { code: 'usage' });
  const place = placeOf(group, file);
  if (place === null) throw new HoldfastError(`the group ${group.name} has no controller '${file.split('.')[0]}'`, { code: 'no-such-file' });
  const path = `${place}/${file}`;
  try {
    writeFileSync(path, value, { flag: 'r+' });
  } catch (cause) {
    const errno = (cause as NodeJS.ErrnoException).code;
    throw new HoldfastError(`${path} does not take '${value}': ${REASONS[errno ?? ''] ?? errno}`, {
      code: 'bad-value',
      path,
      cause,
      ...(errno === undefined ? {} : { errno }),
    });
  }
  const expected = reading(file, value, arch);
  const found = readFileSync(path, 'utf8').trim();
  if (expected !== null && found !== expected) {
    throw new HoldfastError(`${path} was told '${value}' and says '${found}'`, { code: 'not-in-force', path });
  }
  return found;
}

const REASONS: Readonly<Record<string, string>> = {
  EINVAL: 'it is no value for this file, or does not go together with another one (memory and swap together must not be below memory)',
  EBUSY: 'the containers use more than that, and it cannot be taken from them',
  ENOENT: 'there is no such file',
  EACCES: 'it is not for writing, or belongs to another user',
  EPERM: 'the caller may not set it',
};
