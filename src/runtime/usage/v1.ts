// The files of version 1: cgroup-v1/{memory,cpuacct,blkio-controller,pids}.rst, sched-bwc.rst. Each controller has a group of its own.

import type { CpuUsage, IoUsage, MemoryUsage, PidsUsage, SwapUsage } from '../../model/usage.ts';
import { keyed, limitIn, numberIn, type ReadFile } from './files.ts';

/** `limits`: the group with the values. `all`: that one and every group inside it. */
export interface Groups {
  readonly limits: string;
  readonly all: readonly string[];
}

const NANOSECONDS = 1000;
/** USER_HZ, in which cpuacct.stat counts: 100 on every architecture (times(2)). */
const TICK_MICROSECONDS = 10_000;

export function readMemory(read: ReadFile, { limits, all }: Groups): MemoryUsage | null {
  const used = numberIn(read(`${limits}/memory.usage_in_bytes`));
  if (used === null) return null;
  // memory.oom_control counts where the process was, not in the groups above (memcg_memory_event of mm/memcontrol.c).
  const kills = all.map((group) => keyed(read(`${group}/memory.oom_control`)).get('oom_kill'));
  return {
    used,
    inactiveFile: keyed(read(`${limits}/memory.stat`)).get('total_inactive_file') ?? null,
    peak: numberIn(read(`${limits}/memory.max_usage_in_bytes`)),
    limit: limitIn(read(`${limits}/memory.limit_in_bytes`)),
    limitHits: numberIn(read(`${limits}/memory.failcnt`)),
    oomKills: kills[0] === undefined ? null : kills.reduce<number>((sum, one) => sum + (one ?? 0), 0),
  };
}

/** memory.memsw.* counts memory and swap together, and is there only with swap accounting. */
export function readSwap(read: ReadFile, { limits }: Groups): SwapUsage | null {
  if (read(`${limits}/memory.memsw.usage_in_bytes`) === null) return null;
  const used = keyed(read(`${limits}/memory.stat`)).get('total_swap');
  if (used === undefined) return null;
  const both = limitIn(read(`${limits}/memory.memsw.limit_in_bytes`));
  const memory = limitIn(read(`${limits}/memory.limit_in_bytes`));
  return { used, limit: both === null ? null : Math.max(0, both - (memory ?? 0)) };
}

/** Time is counted by cpuacct, limited by cpu: two hierarchies or one. */
export function readCpu(read: ReadFile, cpuacct: Groups | undefined, cpu: Groups | undefined): CpuUsage | null {
  const nanoseconds = cpuacct === undefined ? null : numberIn(read(`${cpuacct.limits}/cpuacct.usage`));
  if (cpuacct === undefined || nanoseconds === null) return null;
  const ticks = keyed(read(`${cpuacct.limits}/cpuacct.stat`));
  const time = (mode: 'user' | 'system') => {
    const found = ticks.get(mode);
    return found === undefined ? null : found * TICK_MICROSECONDS;
  };
  return { total: Math.floor(nanoseconds / NANOSECONDS), user: time('user'), system: time('system'), ...readBandwidth(read, cpu) };
}

export function readBandwidth(read: ReadFile, cpu: Groups | undefined): Pick<CpuUsage, 'limit' | 'throttling'> {
  if (cpu === undefined) return { limit: null, throttling: null };
  const quota = limitIn(read(`${cpu.limits}/cpu.cfs_quota_us`));
  const period = numberIn(read(`${cpu.limits}/cpu.cfs_period_us`));
  const stat = keyed(read(`${cpu.limits}/cpu.stat`));
  const [periods, throttledPeriods, throttled] = ['nr_periods', 'nr_throttled', 'throttled_time'].map((key) => stat.get(key));
  return {
    limit: quota === null || period === null || period === 0 ? null : quota / period,
    throttling:
      periods === undefined || throttledPeriods === undefined || throttled === undefined
        ? null
        : { periods, throttledPeriods, throttledTime: Math.floor(throttled / NANOSECONDS) },
  };
}

/** Who counts: blk-throttle, or the scheduler BFQ where that is in use. */
const COUNTERS = ['blkio.throttle', 'blkio.bfq'] as const;

export function readIo(read: ReadFile, { limits }: Groups): readonly IoUsage[] | null {
  let found: readonly IoUsage[] | null = null;
  for (const counter of COUNTERS) {
    const bytes = read(`${limits}/${counter}.io_service_bytes_recursive`);
    const operations = read(`${limits}/${counter}.io_serviced_recursive`);
    if (bytes === null || operations === null) continue;
    const counted = join(perDevice(bytes), perDevice(operations));
    if (counted.length > 0) return counted;
    found ??= counted;
  }
  return found;
}

type PerDevice = ReadonlyMap<string, ReadonlyMap<string, number>>;

/** `8:0 Read 4096`; the last line, `Total 4096`, is of no device. */
function perDevice(text: string): PerDevice {
  const devices = new Map<string, Map<string, number>>();
  for (const line of text.split('\n')) {
    const [, device = '', kind = '', count = ''] = /^(\d+:\d+) (\w+) (\d+)$/.exec(line.trim()) ?? [];
    if (device !== '') devices.set(device, (devices.get(device) ?? new Map<string, number>()).set(kind, Number(count)));
  }
  return devices;
}

function join(bytes: PerDevice, operations: PerDevice): readonly IoUsage[] {
  return [...new Set([...bytes.keys(), ...operations.keys()])].map((device) => ({
    device,
    readBytes: bytes.get(device)?.get('Read') ?? 0,
    writtenBytes: bytes.get(device)?.get('Write') ?? 0,
    reads: operations.get(device)?.get('Read') ?? 0,
    writes: operations.get(device)?.get('Write') ?? 0,
  }));
}

/**
 * Both versions have the same files. Refusals were counted in the group of who forked until Linux 6.11, which made them count in
 * the groups above too and added pids.events.local, on version 2 only.
 */
export function readPids(read: ReadFile, { limits, all }: Groups): PidsUsage | null {
  const current = numberIn(read(`${limits}/pids.current`));
  if (current === null) return null;
  const counting = read(`${limits}/pids.events.local`) === null ? all : [limits];
  const refused = counting.map((group) => keyed(read(`${group}/pids.events`)).get('max'));
  const sum = refused[0] === undefined ? null : refused.reduce<number>((total, one) => total + (one ?? 0), 0);
  return { current, limit: limitIn(read(`${limits}/pids.max`)), refused: sum };
}
