// Files of control groups as kernels printed them: version 1 of Linux 6.18, of a container with limits that it ran into; version 2
// of Debian 12's Linux 6.1, in the forms of cgroup-v2.rst.

export const V1: Readonly<Record<string, string>> = {
  '/memory/c/memory.usage_in_bytes': '1552384\n',
  '/memory/c/memory.limit_in_bytes': '33554432\n',
  '/memory/c/memory.max_usage_in_bytes': '33554432\n',
  '/memory/c/memory.failcnt': '82\n',
  '/memory/c/memory.stat': 'cache 4096\ninactive_file 0\ntotal_cache 40960\ntotal_swap 8192\ntotal_inactive_file 36864\n',
  '/memory/c/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 0\n',
  '/memory/c/inner/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 1\n',
  '/memory/c/inner/deeper/memory.oom_control': 'oom_kill_disable 0\nunder_oom 0\noom_kill 2\n',
  '/memory/c/memory.memsw.usage_in_bytes': '1466368\n',
  '/memory/c/memory.memsw.limit_in_bytes': '41943040\n',
  '/cpu/c/cpu.cfs_quota_us': '20000\n',
  '/cpu/c/cpu.cfs_period_us': '100000\n',
  '/cpu/c/cpu.stat': 'nr_periods 21\nnr_throttled 20\nthrottled_time 1178202302\nnr_bursts 0\nburst_time 0\n',
  '/cpuacct/c/cpuacct.usage': '430363759\n',
  '/cpuacct/c/cpuacct.stat': 'user 24\nsystem 19\n',
  '/pids/c/pids.current': '10\n',
  '/pids/c/pids.max': '10\n',
  '/pids/c/pids.events': 'max 0\n',
  '/pids/c/inner/pids.events': 'max 3\n',
  '/blkio/c/blkio.throttle.io_service_bytes_recursive':
    '254:0 Read 1048576\n254:0 Write 4096\n254:0 Sync 1052672\n254:0 Async 0\n254:0 Discard 0\n254:0 Total 1052672\nTotal 1052672\n',
  '/blkio/c/blkio.throttle.io_serviced_recursive': '254:0 Read 8\n254:0 Write 1\n254:0 Sync 9\n254:0 Async 0\n254:0 Discard 0\n254:0 Total 9\nTotal 9\n',
};

export const V2: Readonly<Record<string, string>> = {
  '/unified/c/memory.current': '1552384\n',
  '/unified/c/memory.max': '33554432\n',
  '/unified/c/memory.peak': '33554432\n',
  '/unified/c/memory.stat': 'anon 1191936\nfile 40960\nkernel 274432\ninactive_anon 1101824\nactive_anon 0\ninactive_file 36864\nactive_file 4096\n',
  '/unified/c/memory.events': 'low 0\nhigh 0\nmax 82\noom 4\noom_kill 3\noom_group_kill 0\n',
  '/unified/c/memory.swap.current': '8192\n',
  '/unified/c/memory.swap.max': '8388608\n',
  '/unified/c/cpu.max': '20000 100000\n',
  '/unified/c/cpu.stat':
    'usage_usec 430363\nuser_usec 240000\nsystem_usec 190000\nnr_periods 21\nnr_throttled 20\nthrottled_usec 1178202\nnr_bursts 0\nburst_usec 0\n',
  '/unified/c/pids.current': '10\n',
  '/unified/c/pids.max': '10\n',
  '/unified/c/pids.events': 'max 3\n',
  '/unified/c/io.stat': '254:0 rbytes=1048576 wbytes=4096 rios=8 wios=1 dbytes=0 dios=0\n254:16 \n',
  '/unified/c/cpu.pressure': 'some avg10=15.03 avg60=2.71 avg300=0.56 total=2060240\nfull avg10=12.86 avg60=2.32 avg300=0.48 total=1789413\n',
  '/unified/c/memory.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=17673\nfull avg10=0.00 avg60=0.00 avg300=0.00 total=138\n',
  // cpu.pressure of Linux before 5.13, and of the root, has no line `full`.
  '/unified/c/io.pressure': 'some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n',
};

const legacy = ['cpu', 'cpuacct', 'memory', 'freezer', 'blkio', 'pids'].map((name) => ({
  version: 1 as const,
  controllers: [name],
  limits: `/${name}/c`,
}));
const unified = { version: 2 as const, controllers: ['cpu', 'io', 'memory', 'pids'], limits: '/unified/c' };

export const GROUPS = { v1: legacy, v2: [unified], hybrid: [...legacy, { ...unified, controllers: [] }] } as const;
