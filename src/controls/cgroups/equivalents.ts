// Which file of one version does what a file of the other does: admin-guide/cgroup-v1/*.rst against cgroup-v2.rst.
// For messages, and to see that a configuration written for both versions says the same thing twice.

/** v1 file to v2 file. Units and meaning may differ (memsw counts memory too): never translate a value by this. */
const PAIRS: readonly (readonly [string, string])[] = [
  ['memory.limit_in_bytes', 'memory.max'],
  ['memory.soft_limit_in_bytes', 'memory.low'],
  ['memory.memsw.limit_in_bytes', 'memory.swap.max'],
  ['cpu.shares', 'cpu.weight'],
  ['cpu.cfs_quota_us', 'cpu.max'],
  ['cpu.cfs_period_us', 'cpu.max'],
  ['cpuset.cpus', 'cpuset.cpus'],
  ['cpuset.mems', 'cpuset.mems'],
  ['pids.max', 'pids.max'],
  ['blkio.weight', 'io.weight'],
  ['blkio.bfq.weight', 'io.bfq.weight'],
  ['blkio.throttle.read_bps_device', 'io.max'],
  ['blkio.throttle.write_bps_device', 'io.max'],
  ['blkio.throttle.read_iops_device', 'io.max'],
  ['blkio.throttle.write_iops_device', 'io.max'],
  ['freezer.state', 'cgroup.freeze'],
  ['devices.allow', 'devices.allow'],
  ['devices.deny', 'devices.deny'],
];

/** The other version's files for this one; empty where there is none (net_cls, cpuacct). */
export function equivalents(version: 1 | 2, file: string): readonly string[] {
  const huge = /^hugetlb\.(\w+)\.(limit_in_bytes|max)$/.exec(file);
  if (huge !== null) return [`hugetlb.${huge[1]}.${version === 1 ? 'max' : 'limit_in_bytes'}`];
  return PAIRS.flatMap(([first, second]) => (version === 1 ? (first === file ? [second] : []) : second === file ? [first] : []));
}
