// What tests of groups of containers begin with: configurations of version 1, translated where the machine has version 2 only.

import { readFileSync } from 'node:fs';
import type { Need } from './needs.ts';
import { PROBES } from './probes.ts';

const isV1 = PROBES.cgroup1() === null;
export const GROUP_NEEDS: readonly Need[] = ['root', 'busybox', isV1 ? 'cgroup1' : 'cgroup2'];
export const MEMORY = isV1 ? '/sys/fs/cgroup/memory' : '/sys/fs/cgroup';
export const FILES = isV1
  ? { limit: 'memory.limit_in_bytes', most: 'memory.max_usage_in_bytes', events: 'memory.oom_control' }
  : { limit: 'memory.max', most: 'memory.peak', events: 'memory.events' };
export const LIMIT = 'holdfast.cgroup.parent.memory.limit_in_bytes';

let count = 0;
export const newGroup = (): string => `holdfast-tenants-${process.pid}/g${(count += 1)}`;
export const linesIn = (group: string, lines: readonly string[] = []): readonly string[] => [
  'holdfast.cgroup.translate = 1',
  `lxc.cgroup.dir = ${group}`,
  ...lines,
];
export const valueOf = (group: string, file: string): string => readFileSync(`${MEMORY}/${group}/${file}`, 'utf8').trim();
