// What a running container uses: the files of its groups, of whichever version, as one ContainerUsage. On a hybrid machine a
// controller belongs to one of both, and the unified hierarchy adds what it counts without a controller (processor time, pressure).

import { readdirSync, readFileSync } from 'node:fs';
import type { CgroupMembership } from '../../model/record.ts';
import type { ContainerUsage } from '../../model/usage.ts';
import type { ReadFile } from './files.ts';
import { readPressure } from './pressure.ts';
import * as v1 from './v1.ts';
import * as v2 from './v2.ts';

/** What the readers need of the machine. */
export interface UsageFiles {
  readonly read: ReadFile;
  /** Names of the groups right inside a group. */
  readonly inside: (group: string) => readonly string[];
  /** Milliseconds since 1970. */
  readonly now: () => number;
}

export const realUsageFiles: UsageFiles = {
  read(path) {
    try {
      return readFileSync(path, 'utf8');
    } catch {
      return null; // not in this kernel, or the container has just ended
    }
  },
  inside(group) {
    try {
      return readdirSync(group, { withFileTypes: true }).flatMap((entry) => (entry.isDirectory() ? [entry.name] : []));
    } catch {
      return [];
    }
  },
  now: Date.now,
};

type Group = Pick<CgroupMembership, 'version' | 'controllers' | 'limits'>;

/** Never throws: a part that cannot be read is null. */
export function readUsage(groups: readonly Group[], files: UsageFiles = realUsageFiles): ContainerUsage {
  const { read } = files;
  const at = files.now();
  const legacy = (controller: string): v1.Groups | undefined => {
    const group = groups.find(({ version, controllers }) => version === 1 && controllers.includes(controller));
    return group === undefined ? undefined : { limits: group.limits, all: withInside(group.limits, files) };
  };
  const unified = groups.find(({ version }) => version === 2)?.limits;
  const [memory, cpu, cpuacct, blkio, pids] = ['memory', 'cpu', 'cpuacct', 'blkio', 'pids'].map(legacy);
  const from2 = <T>(reader: (read: ReadFile, group: string) => T | null): T | null => (unified === undefined ? null : reader(read, unified));
  const pressure = (kind: string) => from2((_, group) => readPressure(read, `${group}/${kind}.pressure`));
  const time = v1.readCpu(read, cpuacct, cpu);
  const counted = time ?? from2(v2.readCpu);
  return {
    at,
    memory: (memory && v1.readMemory(read, memory)) ?? from2(v2.readMemory),
    swap: (memory && v1.readSwap(read, memory)) ?? from2(v2.readSwap),
    // Without cpuacct the unified hierarchy counts the time, and the quota may be v1's all the same.
    cpu: time === null && counted !== null && cpu !== undefined ? { ...counted, ...v1.readBandwidth(read, cpu) } : counted,
    io: (blkio && v1.readIo(read, blkio)) ?? from2(v2.readIo),
    pids: (pids && v1.readPids(read, pids)) ?? from2((_, limits) => v1.readPids(read, { limits, all: withInside(limits, files) })),
    pressure: { cpu: pressure('cpu'), memory: pressure('memory'), io: pressure('io') },
  };
}

/** Deeper than any container needs; a walk that a container could make endless would hold up who looks. */
const DEEPEST = 8;
const MOST = 256;

function withInside(group: string, files: UsageFiles): readonly string[] {
  const found = [group];
  let level: readonly string[] = [group];
  for (let depth = 0; depth < DEEPEST && level.length > 0 && found.length < MOST; depth++) {
    level = level.flatMap((one) => files.inside(one).map((name) => `${one}/${name}`));
    found.push(...level);
  }
  return found.slice(0, MOST);
}
