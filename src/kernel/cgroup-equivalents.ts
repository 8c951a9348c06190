// Which file of one control-group version does what a file of the other does, and how its value is written there:
// Documentation/admin-guide/cgroup-v1/*.rst against cgroup-v2.rst. The weight of shares is computed as runc since 1.3.2 and
// crun since 1.23 do (opencontainers/cgroups, issue 20): both defaults are the same; the one of blkio as crun(1) has it.

/** A value in the other version. `caution` says where the meaning is not quite the same. */
export type Equivalent =
  | { readonly kind: 'value'; readonly file: string; readonly value: string; readonly caution?: string }
  /** Another line of the same configuration carries it. */
  | { readonly kind: 'carried'; readonly by: string }
  | { readonly kind: 'none'; readonly reason: string };

/** What else is set: the values of files of the same version. */
export type Others = (file: string) => string | undefined;

interface Row {
  readonly v1: string;
  readonly v2: string;
  readonly to2?: (value: string, others: Others) => Equivalent | string | null;
  readonly to1?: (value: string, others: Others) => Equivalent | string | null;
  readonly caution?: string;
}

/** The limits of the kernel: kernel/sched/core.c (shares), cgroup-v2.rst (weights), blkio-controller.rst (blkio.weight). */
const SHARES = { min: 2, max: 262_144 } as const;
const WEIGHT = { min: 1, max: 10_000 } as const;
const BLKIO = { min: 10, max: 1000 } as const;
/** Microseconds; the default of both versions (sched-bwc.rst). */
const PERIOD = '100000';

type Range = { readonly min: number; readonly max: number };
const integer = (value: string, { min, max }: Range): number | null =>
  /^\d+$/.test(value) && Number(value) >= min && Number(value) <= max ? Number(value) : null;

/** ceil(10^((L^2 + 125 L) / 612 - 7/34)) with L = log2(shares): 2 is 1, the default 1024 is the default 100, 262144 is 10000. */
export function weightOfShares(shares: number): number {
  const power = Math.log2(shares);
  // Floating point must not lift a whole number to the next one.
  return Math.min(WEIGHT.max, Math.max(WEIGHT.min, Math.ceil(10 ** ((power ** 2 + 125 * power) / 612 - 7 / 34) - 1e-9)));
}
/** The other way: the shares that come nearest to this weight. */
export function sharesOfWeight(weight: number): number {
  const power = (-125 + Math.sqrt(125 ** 2 + 4 * 612 * (Math.log10(weight) + 7 / 34))) / 2;
  return Math.min(SHARES.max, Math.max(SHARES.min, Math.floor(2 ** power + 1e-6)));
}
/** crun(1): y = 1 + (x - 10) * 9999 / 990, rounded down. */
export const weightOfBlkio = (weight: number): number => 1 + Math.floor(((weight - BLKIO.min) * (WEIGHT.max - WEIGHT.min)) / (BLKIO.max - BLKIO.min));
/** The least weight of the block controller that has this one. */
export const blkioOfWeight = (weight: number): number => BLKIO.min + Math.ceil(((weight - WEIGHT.min) * (BLKIO.max - BLKIO.min)) / (WEIGHT.max - WEIGHT.min));

const converted = (value: string, range: Range, convert: (number: number) => number): string | null => {
  const number = integer(value, range);
  return number === null ? null : String(convert(number));
};
const unlimited = (value: string): string => (value === '-1' ? 'max' : value);
const limited = (value: string): string => (value === 'max' ? '-1' : value);

/** Bytes of a number as memparse() of the kernel reads it (lib/cmdline.c): decimal, 0x or octal, then K, M, G, T, P or E; null for anything else. */
export function bytesOf(value: string): bigint | null {
  const [, digits = '', unit = ''] = /^(0x[0-9a-f]+|0[0-7]*|[1-9]\d*)([kmgtpe]?)$/i.exec(value) ?? [];
  if (digits === '') return null;
  const number = /^0[0-7]+$/.test(digits) ? BigInt(`0o${digits.slice(1)}`) : BigInt(digits);
  return number << BigInt(10 * (1 + 'kmgtpe'.indexOf(unit.toLowerCase() || '-')));
}

const none = (reason: string): Equivalent => ({ kind: 'none', reason });

/** One limit on memory and swap together against one on swap alone. */
function swapOf(value: string, others: Others): Equivalent | string | null {
  if (value === '-1') return 'max';
  const both = bytesOf(value);
  const memory = bytesOf(others('memory.limit_in_bytes') ?? '');
  if (both === null) return null;
  if (memory === null) return none('it counts memory and swap together, and without memory.limit_in_bytes there is no telling how much of it is swap');
  return both < memory ? none('it is below memory.limit_in_bytes') : String(both - memory);
}

function memswOf(value: string, others: Others): Equivalent | string | null {
  if (value === 'max') return '-1';
  const swap = bytesOf(value);
  const memory = bytesOf(others('memory.max') ?? '');
  if (swap === null) return null;
  return memory === null ? none('version 1 counts memory and swap together, and there is no memory.max to add') : String(swap + memory);
}

const THROTTLES = { rbps: 'read_bps_device', wbps: 'write_bps_device', riops: 'read_iops_device', wiops: 'write_iops_device' } as const;

function throttle(key: keyof typeof THROTTLES): Row {
  return {
    v1: `blkio.throttle.${THROTTLES[key]}`,
    v2: 'io.max',
    to2(value) {
      const [, device, limit] = /^(\d+:\d+)\s+(\d+)$/.exec(value) ?? [];
      return device === undefined ? null : `${device} ${key}=${limit === '0' ? 'max' : limit}`;
    },
    to1(value) {
      const [, device, limit] = new RegExp(`^(\\d+:\\d+)\\s+${key}=(\\d+|max)$`).exec(value) ?? [];
      return device === undefined ? null : `${device} ${limit === 'max' ? '0' : limit}`;
    },
  };
}

/** In the order of the controllers. The first row of a v2 file is the one that goes back. */
const ROWS: readonly Row[] = [
  { v1: 'memory.limit_in_bytes', v2: 'memory.max', to2: unlimited, to1: limited },
  {
    v1: 'memory.soft_limit_in_bytes',
    v2: 'memory.low',
    to2: (value) => (value === '-1' ? none('without a soft limit there is nothing to protect') : value),
    to1: (value) => (value === 'max' ? '-1' : value),
    caution: 'a soft limit is what is left to the container when memory runs short; memory.low protects as much from the others',
  },
  { v1: 'memory.memsw.limit_in_bytes', v2: 'memory.swap.max', to2: swapOf, to1: memswOf },
  { v1: 'cpu.shares', v2: 'cpu.weight', to2: (value) => converted(value, SHARES, weightOfShares), to1: (value) => converted(value, WEIGHT, sharesOfWeight) },
  {
    v1: 'cpu.cfs_quota_us',
    v2: 'cpu.max',
    to2: (value, others) => (/^(-1|\d+)$/.test(value) ? `${unlimited(value)} ${others('cpu.cfs_period_us') ?? PERIOD}` : null),
    to1(value) {
      const [, quota, period] = /^(max|\d+)(?:\s+(\d+))?$/.exec(value) ?? [];
      if (quota === undefined) return null;
      return period === undefined || period === PERIOD
        ? limited(quota)
        : none(`its period of ${period} microseconds needs a line of its own: cpu.cfs_period_us`);
    },
  },
  {
    v1: 'cpu.cfs_period_us',
    v2: 'cpu.max',
    to2: (value, others) => (others('cpu.cfs_quota_us') === undefined ? `max ${value}` : { kind: 'carried', by: 'cpu.cfs_quota_us' }),
  },
  { v1: 'cpuset.cpus', v2: 'cpuset.cpus' },
  { v1: 'cpuset.mems', v2: 'cpuset.mems' },
  { v1: 'pids.max', v2: 'pids.max' },
  {
    v1: 'blkio.weight',
    v2: 'io.weight',
    to2: (value) => converted(value, BLKIO, weightOfBlkio),
    to1: (value) => converted(value.replace(/^default\s+/, ''), WEIGHT, blkioOfWeight),
  },
  {
    v1: 'blkio.weight_device',
    v2: 'io.weight',
    to2(value) {
      const [, device, weight = ''] = /^(\d+:\d+)\s+(\d+)$/.exec(value) ?? [];
      const there = converted(weight, BLKIO, weightOfBlkio);
      return device === undefined || there === null ? null : `${device} ${there}`;
    },
  },
  { v1: 'blkio.bfq.weight', v2: 'io.bfq.weight' },
  throttle('rbps'),
  throttle('wbps'),
  throttle('riops'),
  throttle('wiops'),
  {
    v1: 'freezer.state',
    v2: 'cgroup.freeze',
    to2: (value) => ({ FROZEN: '1', THAWED: '0' })[value] ?? null,
    to1: (value) => ({ '1': 'FROZEN', '0': 'THAWED' })[value] ?? null,
  },
  { v1: 'devices.allow', v2: 'devices.allow' },
  { v1: 'devices.deny', v2: 'devices.deny' },
  { v1: 'rdma.max', v2: 'rdma.max' },
  { v1: 'misc.max', v2: 'misc.max' },
];

/** Why files of these controllers or names have none; the first that fits. */
const WITHOUT: readonly (readonly [RegExp, string])[] = [
  [/^memory\.kmem\./, 'kernel memory is part of memory.max, and has no limit of its own any more (v1: since 5.16)'],
  [/^memory\.swappiness$/, 'it is a setting of the whole machine: vm.swappiness'],
  [/^memory\.oom_control$/, 'the OOM killer cannot be switched off; memory.oom.group kills the group as a whole'],
  [/^net_cls\./, 'packets are classified by the group itself: nft socket cgroupv2, or eBPF'],
  [/^net_prio\./, 'priorities are set by eBPF on the group'],
  [/^cpu\.rt_/, 'version 2 has no shares of real time'],
  [/^cpuacct\./, 'it only counts; cpu.stat does'],
  [/^cpuset\./, 'only cpus and mems are common to both; a partition (cpuset.cpus.partition) is made otherwise'],
  [/^memory\.high$/, 'version 1 cannot slow a container down instead of killing in it'],
];

const HUGE = /^hugetlb\.(\w+)\.(limit_in_bytes|max)$/;

/**
 * A value of one version in the other. `others` knows what else is set in the same version: limits on memory and swap, and quota and
 * period, are one value there and two here.
 */
export function equivalent(from: 1 | 2, file: string, value: string, others: Others = () => undefined): Equivalent {
  const huge = HUGE.exec(file);
  if (huge !== null)
    return { kind: 'value', file: `hugetlb.${huge[1]}.${from === 1 ? 'max' : 'limit_in_bytes'}`, value: from === 1 ? unlimited(value) : limited(value) };
  const rows = ROWS.filter((row) => (from === 1 ? row.v1 : row.v2) === file);
  for (const row of rows) {
    const convert = from === 1 ? row.to2 : row.to1;
    if (from === 2 && convert === undefined && row.to2 !== undefined) continue; // a way there only
    const found = convert === undefined ? value : convert(value, others);
    if (found === null) continue;
    if (typeof found !== 'string') return found;
    return { kind: 'value', file: from === 1 ? row.v2 : row.v1, value: found, ...(row.caution === undefined ? {} : { caution: row.caution }) };
  }
  if (rows.length > 0) return none(`'${value}' cannot be written there as one value`);
  return none(WITHOUT.find(([pattern]) => pattern.test(file))?.[1] ?? `version ${from === 1 ? 2 : 1} has no such file`);
}

/** The other version's files for this one, for messages; empty where there is none. */
export function equivalentFiles(version: 1 | 2, file: string): readonly string[] {
  const huge = HUGE.exec(file);
  if (huge !== null) return [`hugetlb.${huge[1]}.${version === 1 ? 'max' : 'limit_in_bytes'}`];
  const rows = ROWS.filter((row) => (version === 1 ? row.v1 : row.v2) === file);
  return [...new Set(rows.map((row) => (version === 1 ? row.v2 : row.v1)))];
}
