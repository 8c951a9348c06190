// The files of version 2: cgroup-v2.rst, "Controllers". A group without a controller lacks its files; cpu.stat is in every group.

import type { CpuUsage, IoUsage, MemoryUsage, SwapUsage } from '../../model/usage.ts';
import { keyed, limitIn, nested, numberIn, type ReadFile } from './files.ts';

export function readMemory(read: ReadFile, group: string): MemoryUsage | null {
  const used = numberIn(read(`${group}/memory.current`));
  if (used === null) return null;
  const events = keyed(read(`${group}/memory.events`));
  return {
    used,
    inactiveFile: keyed(read(`${group}/memory.stat`)).get('inactive_file') ?? null,
    peak: numberIn(read(`${group}/memory.peak`)), // Linux 5.19
    limit: limitIn(read(`${group}/memory.max`)),
    limitHits: events.get('max') ?? null,
    oomKills: events.get('oom_kill') ?? null,
  };
}

export function readSwap(read: ReadFile, group: string): SwapUsage | null {
  const used = numberIn(read(`${group}/memory.swap.current`));
  return used === null ? null : { used, limit: limitIn(read(`${group}/memory.swap.max`)) };
}

export function readCpu(read: ReadFile, group: string): CpuUsage | null {
  const stat = keyed(read(`${group}/cpu.stat`));
  const total = stat.get('usage_usec');
  if (total === undefined) return null;
  const [periods, throttledPeriods, throttledTime] = ['nr_periods', 'nr_throttled', 'throttled_usec'].map((key) => stat.get(key));
  const [quota = '', period = ''] = (read(`${group}/cpu.max`) ?? '').trim().split(' ');
  return {
    total,
    user: stat.get('user_usec') ?? null,
    system: stat.get('system_usec') ?? null,
    limit: /^\d+$/.test(quota) && Number(period) > 0 ? Number(quota) / Number(period) : null,
    throttling: periods === undefined || throttledPeriods === undefined || throttledTime === undefined ? null : { periods, throttledPeriods, throttledTime },
  };
}

export function readIo(read: ReadFile, group: string): readonly IoUsage[] | null {
  const text = read(`${group}/io.stat`);
  if (text === null) return null;
  return [...nested(text)].map(([device, values]) => ({
    device,
    readBytes: values.get('rbytes') ?? 0,
    writtenBytes: values.get('wbytes') ?? 0,
    reads: values.get('rios') ?? 0,
    writes: values.get('wios') ?? 0,
  }));
}
