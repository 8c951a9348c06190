// What values the kernel takes for the control-group files it documents: admin-guide/cgroup-v1/*.rst, cgroup-v2.rst, with the
// ranges of kernel/sched/core.c, mm/memcontrol*.c, kernel/cgroup/pids.c and block/. Some files take a value out of range without
// an error and use another one (cpu.shares), so it is said before the start.

/** How a file's value is written. `words`: what else it takes. */
export type Form =
  | { readonly kind: 'integer'; readonly min: bigint; readonly max: bigint; readonly words?: readonly string[] }
  /** Bytes with K, M, G, T, P or E behind them. */
  | { readonly kind: 'size'; readonly words?: readonly string[] }
  | { readonly kind: 'choice'; readonly of: readonly string[] }
  /** CPUs or memory nodes: `0-2,4`. */
  | { readonly kind: 'list' }
  | { readonly kind: 'like'; readonly pattern: RegExp; readonly expected: string };

const U32 = 0xffff_ffffn;
const LARGEST = 2n ** 63n - 1n;

const integer = (min: bigint, max: bigint, ...words: readonly string[]): Form => ({ kind: 'integer', min, max, ...(words.length > 0 ? { words } : {}) });
const like = (pattern: RegExp, expected: string): Form => ({ kind: 'like', pattern, expected });

const FLAG: Form = { kind: 'choice', of: ['0', '1'] };
const LIST: Form = { kind: 'list' };
const SIZE1: Form = { kind: 'size', words: ['-1'] };
const SIZE2: Form = { kind: 'size', words: ['max'] };
const PERCENT = like(/^(?:max|100(?:\.0{1,2})?|\d{1,2}(?:\.\d{1,2})?)$/, 'a percentage from 0 to 100.00, or max');
const DEVICE = '\\d+:\\d+';
const throttle = (what: string) => like(new RegExp(`^${DEVICE} \\d+$`), `a block device and ${what} a second: '8:0 1048576' or '/dev/sda 1048576'`);
const ioWeight = (most: number) =>
  like(
    new RegExp(`^(?:(?:default )?${upTo(most)}|${DEVICE} (?:${upTo(most)}|default))$`),
    `a weight from 1 to ${most}, 'default' and a weight, or a device and a weight`,
  );

/** A regular expression for the numbers from 1 to a power of ten. */
function upTo(most: number): string {
  const digits = String(most).length - 1;
  return `(?:[1-9]\\d{0,${digits - 1}}|${most})`;
}

const FORMS: Readonly<Record<string, Form>> = {
  // v1
  'memory.limit_in_bytes': SIZE1,
  'memory.memsw.limit_in_bytes': SIZE1,
  'memory.soft_limit_in_bytes': SIZE1,
  'memory.kmem.limit_in_bytes': SIZE1,
  'memory.kmem.tcp.limit_in_bytes': SIZE1,
  'memory.swappiness': integer(0n, 200n),
  'memory.oom_control': FLAG,
  'memory.use_hierarchy': FLAG,
  'cpu.shares': integer(2n, 262_144n),
  'cpu.cfs_period_us': integer(1000n, 1_000_000n),
  'cpu.cfs_quota_us': integer(1000n, LARGEST, '-1'),
  'cpu.cfs_burst_us': integer(0n, LARGEST),
  'cpu.rt_period_us': integer(1n, LARGEST),
  'cpu.rt_runtime_us': integer(0n, LARGEST, '-1'),
  'cpuset.cpu_exclusive': FLAG,
  'cpuset.mem_exclusive': FLAG,
  'cpuset.mem_hardwall': FLAG,
  'cpuset.memory_migrate': FLAG,
  'cpuset.memory_spread_page': FLAG,
  'cpuset.memory_spread_slab': FLAG,
  'cpuset.sched_load_balance': FLAG,
  'blkio.weight': integer(10n, 1000n),
  'blkio.bfq.weight': integer(1n, 1000n),
  'blkio.weight_device': like(new RegExp(`^${DEVICE} (?:\\d{2,3}|1000)$`), "a block device and a weight from 10 to 1000: '8:0 500'"),
  'blkio.throttle.read_bps_device': throttle('bytes'),
  'blkio.throttle.write_bps_device': throttle('bytes'),
  'blkio.throttle.read_iops_device': throttle('requests'),
  'blkio.throttle.write_iops_device': throttle('requests'),
  'net_cls.classid': integer(0n, U32),
  'net_prio.ifpriomap': like(/^\S+ \d+$/, "an interface and a priority: 'eth0 5'"),

  // v2
  'memory.min': SIZE2,
  'memory.low': SIZE2,
  'memory.high': SIZE2,
  'memory.max': SIZE2,
  'memory.swap.high': SIZE2,
  'memory.swap.max': SIZE2,
  'memory.zswap.max': SIZE2,
  'memory.zswap.writeback': FLAG,
  'memory.oom.group': FLAG,
  'cpu.weight': integer(1n, 10_000n),
  'cpu.weight.nice': integer(-20n, 19n),
  'cpu.idle': FLAG,
  'cpu.max': like(
    /^(?:max|[1-9]\d{3,})(?: (?:[1-9]\d{3,5}|1000000))?$/,
    "microseconds (1000 or more, or max) and the period they are of (1000 to 1000000): '50000 100000'",
  ),
  'cpu.max.burst': integer(0n, LARGEST),
  'cpu.uclamp.min': PERCENT,
  'cpu.uclamp.max': PERCENT,
  'cpuset.cpus.exclusive': LIST,
  'cpuset.cpus.partition': { kind: 'choice', of: ['member', 'root', 'isolated'] },
  'io.weight': ioWeight(10_000),
  'io.bfq.weight': ioWeight(1000),
  'io.max': like(new RegExp(`^${DEVICE}(?: (?:rbps|wbps|riops|wiops)=(?:[1-9]\\d*|max))+$`), "a block device and limits: '8:0 rbps=1048576 wiops=120', or max"),
  'io.latency': like(new RegExp(`^${DEVICE} target=\\d+$`), "a block device and microseconds: '8:0 target=75000'"),
  'io.prio.class': { kind: 'choice', of: ['no-change', 'promote-to-rt', 'restrict-to-be', 'idle', 'none-to-rt'] },
  'cgroup.max.depth': integer(0n, 0x7fff_ffffn, 'max'),
  'cgroup.max.descendants': integer(0n, 0x7fff_ffffn, 'max'),
  'cgroup.pressure': FLAG,

  // both
  'cpuset.cpus': LIST,
  'cpuset.mems': LIST,
  'pids.max': integer(0n, 4_194_304n, 'max'),
  'rdma.max': like(/^\S+(?: hca_(?:handle|object)=(?:\d+|max))+$/, "a device and limits: 'mlx4_0 hca_handle=2 hca_object=2000'"),
  'misc.max': like(/^\S+ (?:\d+|max)$/, "a resource and a number or max: 'res_a 3'"),
};

const HUGE_PAGES = /^hugetlb\.\d+[KMG]B\.(?:rsvd\.)?(?:limit_in_bytes|max)$/;

/** How this file's value is written; null for a file that is not known. */
export function formOf(file: string): Form | null {
  const known = Object.hasOwn(FORMS, file) ? FORMS[file] : undefined;
  if (known !== undefined) return known;
  if (!HUGE_PAGES.test(file)) return null;
  return file.endsWith('.max') ? SIZE2 : SIZE1;
}

/** Names of files, for those that are nearly one. */
export const KNOWN_FILES: readonly string[] = Object.keys(FORMS);

/** Is the text a value of this form? */
export function isOfForm(form: Form, text: string): boolean {
  switch (form.kind) {
    case 'integer': {
      if (form.words?.includes(text) === true) return true;
      const value = numberOf(text);
      return value !== null && value >= form.min && value <= form.max;
    }
    case 'size':
      return form.words?.includes(text) === true || /^(?:0x[0-9a-f]+|\d+)[kmgtpe]?$/i.test(text);
    case 'choice':
      return form.of.includes(text);
    case 'list':
      // A stride (`0-6:2/4`) is bitmap_parselist()'s (lib/bitmap-str.c).
      return /^\d+(?:-\d+(?::\d+\/\d+)?)?(?:,\d+(?:-\d+(?::\d+\/\d+)?)?)*$/.test(text);
    case 'like':
      return form.pattern.test(text);
  }
}

/** The form in words. */
export function formText(form: Form): string {
  const or = (words: readonly string[] | undefined) => (words === undefined ? '' : `, or ${words.join(' or ')}`);
  switch (form.kind) {
    case 'integer':
      return `a number from ${form.min} ${form.max === LARGEST ? 'on' : `to ${form.max}`}${or(form.words)}`;
    case 'size':
      return `bytes, with K, M or G behind them${or(form.words)}`;
    case 'choice':
      return form.of.join(' or ');
    case 'list':
      return "numbers and ranges: '0-2,4'";
    case 'like':
      return form.expected;
  }
}

/** A number as kstrto*() with base 0 reads it: decimal, 0x, or octal with a leading 0. */
export function numberOf(text: string): bigint | null {
  if (/^-?(?:0|[1-9]\d*)$/.test(text) || /^0x[0-9a-f]+$/i.test(text)) return BigInt(text);
  return /^0[0-7]+$/.test(text) ? BigInt(`0o${text.slice(1)}`) : null;
}
