// What the kernel prints when a file is read whose value was written as `text`; null where that cannot be told for certain.
// Limits are rounded down to pages (page_counter_memparse), sizes lose their suffix, CPU lists are put in order.

import type { HostFacts } from '../../model/host.ts';
import { deviceRows } from './device-rows.ts';
import { numberOf } from './forms.ts';

const NUMBERS = new Set([
  'cpu.cfs_period_us', 'cpu.cfs_quota_us', 'cpu.rt_period_us', 'cpu.rt_runtime_us', 'cpu.weight', 'cpu.idle', 'memory.swappiness',
  'memory.oom.group', 'pids.max', 'blkio.weight', 'cgroup.max.depth', 'cgroup.max.descendants', 'net_cls.classid', 'cpuset.cpu_exclusive',
  'cpuset.mem_exclusive', 'cpuset.mem_hardwall', 'cpuset.memory_migrate', 'cpuset.memory_spread_page', 'cpuset.memory_spread_slab',
  'cpuset.sched_load_balance', 'cpu.cfs_burst_us', 'cpu.max.burst', 'cpu.weight.nice', 'blkio.bfq.weight', 'memory.use_hierarchy',
  'memory.zswap.writeback', 'cgroup.pressure',
]); // biome-ignore format: a list
const SIZES = /^memory\.(?:(?:memsw\.|kmem\.tcp\.)?limit_in_bytes|soft_limit_in_bytes|min|low|high|max|swap\.max|swap\.high|zswap\.max)$/;
const CPU_LISTS = new Set(['cpuset.cpus', 'cpuset.mems', 'cpuset.cpus.exclusive']);
const WORDS = new Set(['cpuset.cpus.partition', 'io.prio.class']);
const SUFFIXES = 'KMGTPE';

/**
 * One of each kind: `128M` is 134217728, `0,1` is `0-1`, `max` stays, `8:0 rbps=1` is `8:0 rbps=1 wbps=max riops=max wiops=max`.
 * `before`: what was written to the file of this new group already.
 */
export function reading(file: string, text: string, arch: HostFacts['arch'], before: readonly string[] = []): string | null {
  if (WORDS.has(file)) return text;
  if (file === 'memory.oom_control') return /^[01]$/.test(text) ? `oom_kill_disable ${text}\nunder_oom 0\noom_kill 0` : null;
  const rows = deviceRows(file, [...before, text]);
  if (rows !== null) return rows.length === 1 ? (rows[0] ?? null) : null;
  if (text === '-1' && /^memory\..*limit_in_bytes$/.test(file)) return arch === 'x86_64' ? LARGEST.toString() : null;
  if (text === 'max' && (SIZES.test(file) || NUMBERS.has(file) || file.startsWith('hugetlb.'))) return 'max';
  if (file === 'cpu.shares') return clamp(integer(text), 2n, 262144n);
  if (file === 'cpu.max') return cpuMax(text);
  if (NUMBERS.has(file)) return integer(text)?.toString() ?? null;
  if (CPU_LISTS.has(file)) return cpuList(text);
  if (SIZES.test(file)) return rounded(bytes(text), arch === 'x86_64' ? [4096n] : [4096n, 16384n, 65536n]);
  const huge = /^hugetlb\.(\d+[KMG])B\.(?:limit_in_bytes|max)$/.exec(file);
  return huge === null ? null : rounded(bytes(text), [bytes(huge[1] ?? '') ?? 0n]);
}

/** PAGE_COUNTER_MAX (linux/page_counter.h) in bytes, with pages of 4 KiB. */
const LARGEST = ((2n ** 63n - 1n) / 4096n) * 4096n;

/** Octal ones are left to the kernel: `064` is 52 to most files, not to all. */
const integer = (text: string): bigint | null => (/^0\d/.test(text) ? null : numberOf(text));

function clamp(value: bigint | null, least: bigint, most: bigint): string | null {
  return value === null ? null : (value < least ? least : value > most ? most : value).toString();
}

/** memparse() of the kernel; sizes that near the largest counter are shown as that. */
function bytes(text: string): bigint | null {
  const [, digits, suffix = ''] = /^(0|[1-9]\d*)([KMGTPEkmgtpe]?)$/.exec(text) ?? [];
  if (digits === undefined) return null;
  const value = BigInt(digits) << BigInt(10 * (suffix === '' ? 0 : SUFFIXES.indexOf(suffix.toUpperCase()) + 1));
  return value < 2n ** 62n ? value : null;
}

/** A multiple of the unit; where the page size of the machine is not known, only what is one for every size. */
function rounded(value: bigint | null, units: readonly bigint[]): string | null {
  if (value === null || units.includes(0n)) return null;
  const results = new Set(units.map((unit) => value - (value % unit)));
  return results.size === 1 ? [...results].join('') : null;
}

/** cgroup-v2.rst: `$MAX $PERIOD`; the period is 100000 when it was not given. */
function cpuMax(text: string): string | null {
  const [, quota, period = '100000'] = /^([1-9]\d*|max)(?: ([1-9]\d*))?$/.exec(text) ?? [];
  return quota === undefined ? null : `${quota} ${period}`;
}

/** bitmap_print_to_pagebuf(): ascending, neighbours joined. Strides (`0-7:1/2`) are left to the kernel. */
function cpuList(text: string): string | null {
  if (!/^\d+(?:-\d+)?(?:,\d+(?:-\d+)?)*$/.test(text)) return null;
  const ranges = text
    .split(',')
    .map((part) => part.split('-').map(Number))
    .map(([first = 0, last = first]) => ({ first, last }))
    .sort((a, b) => a.first - b.first);
  const joined: { first: number; last: number }[] = [];
  for (const range of ranges) {
    const before = joined.at(-1);
    if (before !== undefined && range.first <= before.last + 1) before.last = Math.max(before.last, range.last);
    else joined.push({ ...range });
  }
  return joined.map(({ first, last }) => (first === last ? `${first}` : `${first}-${last}`)).join(',');
}
