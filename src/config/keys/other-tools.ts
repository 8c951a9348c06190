// Keys of other tools' configurations, as people carry them over: whose they are, and which key of LXC does the same.
// LXC skips all these lines without a word. Sources: LXD's doc/config-options, the Compose specification and docker-run(1),
// systemd.nspawn(5) and systemd.exec(5).

export interface KeyOfOtherTool {
  readonly key: string;
  readonly tool: string;
  /** What to do instead, as a sentence that begins with a verb. */
  readonly instead: string;
}

/** A name that ends with a dot is a family; what follows it is put behind the successor where that ends with a dot too. */
type Successors = Readonly<Record<string, string>>;

const LXD: Successors = {
  'security.privileged': 'lxc.idmap (a container without it is privileged)',
  'security.nesting': 'lxc.apparmor.allow_nesting',
  'security.idmap.': 'lxc.idmap',
  'security.syscalls.': 'lxc.seccomp.profile',
  'limits.memory': 'lxc.cgroup2.memory.max',
  'limits.memory.swap': 'lxc.cgroup2.memory.swap.max',
  'limits.cpu': 'lxc.cgroup2.cpuset.cpus',
  'limits.cpu.allowance': 'lxc.cgroup2.cpu.max',
  'limits.cpu.priority': 'lxc.cgroup2.cpu.weight',
  'limits.processes': 'lxc.cgroup2.pids.max',
  'limits.kernel.': 'lxc.prlimit.',
  'linux.sysctl.': 'lxc.sysctl.',
  'raw.lxc': '',
  'raw.apparmor': 'lxc.apparmor.raw',
  'raw.idmap': 'lxc.idmap',
  'raw.seccomp': 'lxc.seccomp.profile',
  'environment.': 'lxc.environment',
  'boot.autostart': 'lxc.start.auto',
  'boot.autostart.delay': 'lxc.start.delay',
  'boot.autostart.priority': 'lxc.start.order',
  'boot.host_shutdown_timeout': 'holdfast.stop.timeout',
};

const DOCKER: Successors = {
  cap_add: 'lxc.cap.keep',
  cap_drop: 'lxc.cap.drop',
  privileged: 'lxc.idmap (a container without it is privileged)',
  security_opt: 'lxc.seccomp.profile, lxc.apparmor.profile or lxc.no_new_privs',
  memory: 'lxc.cgroup2.memory.max',
  mem_limit: 'lxc.cgroup2.memory.max',
  memswap_limit: 'lxc.cgroup2.memory.swap.max',
  pids_limit: 'lxc.cgroup2.pids.max',
  cpus: 'lxc.cgroup2.cpu.max',
  cpu_shares: 'lxc.cgroup2.cpu.weight',
  cpuset: 'lxc.cgroup2.cpuset.cpus',
  cpuset_cpus: 'lxc.cgroup2.cpuset.cpus',
  read_only: "lxc.rootfs.options ('ro')",
  volume: 'lxc.mount.entry',
  volumes: 'lxc.mount.entry',
  tmpfs: 'lxc.mount.entry',
  device: 'lxc.cgroup2.devices.allow and lxc.mount.entry',
  devices: 'lxc.cgroup2.devices.allow and lxc.mount.entry',
  ulimit: 'lxc.prlimit.NAME',
  ulimits: 'lxc.prlimit.NAME',
  sysctl: 'lxc.sysctl.NAME',
  sysctls: 'lxc.sysctl.NAME',
  hostname: 'lxc.uts.name',
  env: 'lxc.environment',
  network: 'lxc.net.0.type',
  network_mode: 'lxc.net.0.type',
  userns_mode: 'lxc.idmap',
  stop_signal: 'lxc.signal.halt',
  stop_grace_period: 'holdfast.stop.timeout',
  entrypoint: 'lxc.init.cmd',
  working_dir: 'lxc.init.cwd',
  workdir: 'lxc.init.cwd',
  oom_score_adj: 'lxc.proc.oom_score_adj',
  image: 'lxc.rootfs.path',
};

const NSPAWN: Successors = {
  capability: 'lxc.cap.keep',
  dropcapability: 'lxc.cap.drop',
  capabilityboundingset: 'lxc.cap.keep',
  privateusers: 'lxc.idmap',
  bind: 'lxc.mount.entry',
  bindreadonly: 'lxc.mount.entry',
  temporaryfilesystem: 'lxc.mount.entry',
  overlay: 'lxc.rootfs.path',
  virtualethernet: 'lxc.net.0.type',
  private: 'lxc.net.0.type',
  bridge: 'lxc.net.0.link',
  systemcallfilter: 'lxc.seccomp.profile',
  nonewprivileges: 'lxc.no_new_privs',
  killsignal: 'lxc.signal.halt',
  environment: 'lxc.environment',
  parameters: 'lxc.init.cmd',
  workingdirectory: 'lxc.init.cwd',
  user: 'lxc.init.uid',
  readonly: "lxc.rootfs.options ('ro')",
  oomscoreadjust: 'lxc.proc.oom_score_adj',
  memorymax: 'lxc.cgroup2.memory.max',
  memorylimit: 'lxc.cgroup2.memory.max',
  tasksmax: 'lxc.cgroup2.pids.max',
  cpuweight: 'lxc.cgroup2.cpu.weight',
  cpuquota: 'lxc.cgroup2.cpu.max',
  deviceallow: 'lxc.cgroup2.devices.allow',
  apparmorprofile: 'lxc.apparmor.profile',
  selinuxcontext: 'lxc.selinux.context',
  timeoutstopsec: 'holdfast.stop.timeout',
};

const TOOLS: readonly { readonly tool: string; readonly keys: Successors; readonly spelled: (key: string) => string }[] = [
  { tool: 'LXD', keys: LXD, spelled: (key) => key.toLowerCase() },
  { tool: 'Docker', keys: DOCKER, spelled: (key) => key.toLowerCase().replaceAll('-', '_') },
  { tool: 'systemd', keys: NSPAWN, spelled: (key) => key.toLowerCase() },
];

/** Every successor that is named, for the test that they are keys. */
export const SUCCESSORS: readonly string[] = TOOLS.flatMap(({ keys }) => Object.values(keys));

/** Whose key begins a line, where that is known. A word is one only with `=` or `:` behind it, or as an option with `--`. */
export function keyOfOtherTool(line: string): KeyOfOtherTool | null {
  const [, dashes, key = '', mark] = /^(--)?([A-Za-z][\w.-]*)\s*([=:]?)/.exec(line) ?? [];
  if (key === '' || (mark === '' && dashes === undefined)) return null;
  for (const { tool, keys, spelled } of TOOLS) {
    const successor = successorOf(spelled(key), keys);
    if (successor !== null) return { key, tool, instead: successor === '' ? 'write the lines of LXC themselves' : `write ${successor}` };
  }
  const [, limit] = /^limit([a-z]+)$/i.exec(key) ?? [];
  return limit === undefined ? null : { key, tool: 'systemd', instead: `write lxc.prlimit.${limit.toLowerCase()}` };
}

function successorOf(key: string, keys: Successors): string | null {
  if (Object.hasOwn(keys, key)) return keys[key] ?? null;
  const family = Object.keys(keys).find((name) => name.endsWith('.') && key.startsWith(name));
  const successor = family === undefined ? undefined : keys[family];
  if (family === undefined || successor === undefined) return null;
  return successor.endsWith('.') ? successor + key.slice(family.length) : successor;
}
