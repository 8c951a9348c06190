// What a container uses and what it was held back by, the same for both versions of control groups. Everything is of the group with
// the container's limits and all groups inside. `null`: this machine does not count it, or the container has no group that would.

/** Bytes. */
export interface MemoryUsage {
  readonly used: number;
  /** The file cache that would go first: `used` less this is what an administrator calls used (docker, kubelet). */
  readonly inactiveFile: number | null;
  /** The most since the group was made, or since it was set back. */
  readonly peak: number | null;
  /** null: none of its own. */
  readonly limit: number | null;
  /** How often the limit stood in the way and something had to be reclaimed (v1: memory.failcnt, v2: `max` of memory.events). */
  readonly limitHits: number | null;
  /** Processes that the OOM killer killed in it. */
  readonly oomKills: number | null;
}

/** Bytes. */
export interface SwapUsage {
  readonly used: number;
  readonly limit: number | null;
}

/** Microseconds of processor time. */
export interface CpuUsage {
  readonly total: number;
  readonly user: number | null;
  readonly system: number | null;
  /** How many processors' time it may have (quota through period); null: no quota. */
  readonly limit: number | null;
  readonly throttling: {
    /** Periods in which it wanted to run, those in which it used up its quota, and microseconds it waited for the next. */
    readonly periods: number;
    readonly throttledPeriods: number;
    readonly throttledTime: number;
  } | null;
}

/** One block device, since the group was made. */
export interface IoUsage {
  /** `MAJOR:MINOR`. */
  readonly device: string;
  readonly readBytes: number;
  readonly writtenBytes: number;
  readonly reads: number;
  readonly writes: number;
}

export interface PidsUsage {
  /** Processes and threads. */
  readonly current: number;
  readonly limit: number | null;
  /** How often fork(2) or clone(2) was refused by the limit. */
  readonly refused: number | null;
}

/** Documentation/accounting/psi.rst: per cent of the time over the last 10, 60 and 300 seconds, and microseconds in all. */
export interface Stall {
  readonly avg10: number;
  readonly avg60: number;
  readonly avg300: number;
  readonly total: number;
}

export interface Pressure {
  /** At least one process waited for it. */
  readonly some: Stall;
  /** All of them did. */
  readonly full: Stall | null;
}

export type PressureKind = 'cpu' | 'memory' | 'io';

export interface ContainerUsage {
  /** When it was read: milliseconds since 1970. */
  readonly at: number;
  readonly memory: MemoryUsage | null;
  readonly swap: SwapUsage | null;
  readonly cpu: CpuUsage | null;
  /** By device; empty: it has not done any. */
  readonly io: readonly IoUsage[] | null;
  readonly pids: PidsUsage | null;
  readonly pressure: Readonly<Record<PressureKind, Pressure | null>>;
}

/** What a container used of a time span, per second. */
export interface UsageRates {
  /** Processors: 1.5 is one and a half of them. */
  readonly cpu: number | null;
  /** Of the periods in which it wanted to run, the part in which its quota ended: 0 to 1. */
  readonly throttled: number | null;
  /** Bytes per second, all devices. */
  readonly read: number | null;
  readonly written: number | null;
}
