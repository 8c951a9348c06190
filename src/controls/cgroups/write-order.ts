// In which order values are written to a new group, where files depend on each other.

import type { CgroupValue } from '../../model/spec.ts';

/**
 * - cpuset first: everything else about processes needs CPUs and nodes; what narrows a cpuset further needs its CPUs (cgroup-v2.rst,
 *   cpuset.cpus.partition; cpusets.rst, cpu_exclusive).
 * - A period before the quota that is part of it: without a quota no ratio of the group above can be exceeded (kernel/sched/core.c,
 *   tg_cfs_schedulable_down), and a burst must not be more than the quota.
 * - The limit on memory before the one on memory and swap, which must not be lower (memory.rst, 2.4).
 * - The limits on groups last: they must leave room for those that are made by then.
 */
const RANKS: readonly (readonly [RegExp, number])[] = [
  [/^cpuset\.(?:cpus|mems)$/, 0],
  [/^cpuset\.cpus\.exclusive$/, 1],
  [/^cpuset\./, 2],
  [/^cpu\.(?:cfs|rt)_period_us$/, 3],
  [/^cpu\.(?:cfs_burst_us|max\.burst)$/, 5],
  [/^memory\.memsw\./, 5],
  [/^cgroup\./, 6],
];
const ORDINARY = 4;

/** Lower is written earlier; equal ones stay in the order of the configuration. */
export function writeRank({ file }: CgroupValue): number {
  return RANKS.find(([pattern]) => pattern.test(file))?.[1] ?? ORDINARY;
}
