// Keys that LXC never had and that people write: what they mean, where no spelling is near enough to tell.

/** A name that ends with a dot is a family; what follows it is put behind the meaning where that ends with a dot too. */
const SYNONYMS: Readonly<Record<string, string>> = {
  'lxc.hostname': 'lxc.uts.name',
  'lxc.host': 'lxc.uts.name',
  'lxc.name': 'lxc.uts.name',
  'lxc.root': 'lxc.rootfs.path',
  'lxc.rootfs.dir': 'lxc.rootfs.path',
  'lxc.readonly': 'lxc.rootfs.options',
  'lxc.bind': 'lxc.mount.entry',
  'lxc.volume': 'lxc.mount.entry',
  'lxc.mounts': 'lxc.mount.entry',
  'lxc.init': 'lxc.init.cmd',
  'lxc.cmd': 'lxc.init.cmd',
  'lxc.command': 'lxc.init.cmd',
  'lxc.user': 'lxc.init.uid',
  'lxc.uid': 'lxc.init.uid',
  'lxc.gid': 'lxc.init.gid',
  'lxc.cwd': 'lxc.init.cwd',
  'lxc.env': 'lxc.environment',
  'lxc.env.': 'lxc.environment',
  'lxc.environment.': 'lxc.environment',
  'lxc.uidmap': 'lxc.idmap',
  'lxc.gidmap': 'lxc.idmap',
  'lxc.privileged': 'lxc.idmap',
  'lxc.unprivileged': 'lxc.idmap',
  'lxc.apparmor': 'lxc.apparmor.profile',
  'lxc.nesting': 'lxc.apparmor.allow_nesting',
  'lxc.selinux': 'lxc.selinux.context',
  'lxc.capabilities': 'lxc.cap.keep',
  'lxc.cap': 'lxc.cap.drop',
  'lxc.cap.add': 'lxc.cap.keep',
  'lxc.cap.allow': 'lxc.cap.keep',
  'lxc.cap.deny': 'lxc.cap.drop',
  'lxc.seccomp.policy': 'lxc.seccomp.profile',
  'lxc.seccomp.filter': 'lxc.seccomp.profile',
  'lxc.nnp': 'lxc.no_new_privs',
  'lxc.rlimit.': 'lxc.prlimit.',
  'lxc.ulimit.': 'lxc.prlimit.',
  'lxc.cgroup1.': 'lxc.cgroup.',
  'lxc.cgroups.': 'lxc.cgroup.',
  'lxc.cgroupv2.': 'lxc.cgroup2.',
  'lxc.group.devices.': 'lxc.cgroup.devices.',
  'lxc.devices.': 'lxc.cgroup2.devices.',
  'lxc.memory.': 'lxc.cgroup2.memory.',
  'lxc.cpu.': 'lxc.cgroup2.cpu.',
  'lxc.pids.': 'lxc.cgroup2.pids.',
  'lxc.net.type': 'lxc.net.0.type',
  'lxc.net.link': 'lxc.net.0.link',
  'lxc.net.flags': 'lxc.net.0.flags',
  'lxc.net.name': 'lxc.net.0.name',
  'lxc.net.hwaddr': 'lxc.net.0.hwaddr',
  'lxc.net.mtu': 'lxc.net.0.mtu',
  'lxc.net.ipv4.': 'lxc.net.0.ipv4.',
  'lxc.net.ipv6.': 'lxc.net.0.ipv6.',
  'lxc.net.veth.': 'lxc.net.0.veth.',
  'lxc.autostart': 'lxc.start.auto',
  'lxc.sysctls.': 'lxc.sysctl.',
  'lxc.oom_score_adj': 'lxc.proc.oom_score_adj',
  'lxc.stop.timeout': 'holdfast.stop.timeout',
};

const families = Object.entries(SYNONYMS).filter(([name]) => name.endsWith('.'));

/** Every meaning, for the test that they are keys. */
export const MEANINGS: readonly string[] = Object.values(SYNONYMS);

/** The key that is meant, or null. Separators do not count: `lxc_hostname` is `lxc.hostname`. */
export function meantKey(written: string): string | null {
  const word = written.toLowerCase();
  const dotted = word.replace(/^lxc[-_: ]/, 'lxc.');
  if (Object.hasOwn(SYNONYMS, dotted)) return SYNONYMS[dotted] ?? null;
  for (const [name, meaning] of families) {
    if (dotted.startsWith(name) && dotted.length > name.length) return meaning.endsWith('.') ? meaning + dotted.slice(name.length) : meaning;
  }
  return null;
}
