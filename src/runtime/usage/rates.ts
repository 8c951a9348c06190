// What was used between two looks, per second.

import type { ContainerUsage, UsageRates } from '../../model/usage.ts';

const NONE: UsageRates = { cpu: null, throttled: null, read: null, written: null };

/** All null when the first look is missing or not earlier. A counter that went back (another container of the same name) gives null. */
export function usageRates(before: ContainerUsage | undefined, after: ContainerUsage): UsageRates {
  const seconds = before === undefined ? 0 : (after.at - before.at) / 1000;
  if (before === undefined || seconds <= 0) return NONE;
  const grown = (from: number | undefined, to: number | undefined): number | null => (from === undefined || to === undefined || to < from ? null : to - from);
  const rate = (from: number | undefined, to: number | undefined): number | null => {
    const much = grown(from, to);
    return much === null ? null : much / seconds;
  };
  const io = (usage: ContainerUsage, what: 'readBytes' | 'writtenBytes') => usage.io?.reduce((sum, device) => sum + device[what], 0);
  const microseconds = rate(before.cpu?.total, after.cpu?.total);
  const periods = grown(before.cpu?.throttling?.periods, after.cpu?.throttling?.periods);
  const throttled = grown(before.cpu?.throttling?.throttledPeriods, after.cpu?.throttling?.throttledPeriods);
  return {
    cpu: microseconds === null ? null : microseconds / 1e6,
    throttled: periods === null || throttled === null ? null : periods === 0 ? 0 : throttled / periods,
    read: rate(io(before, 'readBytes'), io(after, 'readBytes')),
    written: rate(io(before, 'writtenBytes'), io(after, 'writtenBytes')),
  };
}
