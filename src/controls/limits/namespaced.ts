// Which sysctls belong to a namespace: only those can be set for a container without changing the host (namespaces(7), proc(5)).

import type { HostFacts } from '../../model/host.ts';
import type { Namespace } from '../../model/spec.ts';

interface Rule {
  readonly namespace: Namespace;
  /** A path below /proc/sys; one that ends in a slash stands for everything below it. */
  readonly paths: readonly string[];
  /** The first kernel in which it is so. */
  readonly since?: readonly [major: number, minor: number];
}

/** From ipc/ipc_sysctl.c, ipc/mq_sysctl.c, kernel/utsname_sysctl.c, kernel/ucount.c, kernel/pid_namespace.c, net/sysctl_net.c. */
const RULES: readonly Rule[] = [
  {
    namespace: 'ipc',
    paths: [
      'kernel/shmmax',
      'kernel/shmall',
      'kernel/shmmni',
      'kernel/shm_rmid_forced',
      'kernel/shm_next_id',
      'kernel/msgmax',
      'kernel/msgmnb',
      'kernel/msgmni',
      'kernel/msg_next_id',
      'kernel/auto_msgmni',
      'kernel/sem',
      'kernel/sem_next_id',
      'fs/mqueue/',
    ],
  },
  { namespace: 'uts', paths: ['kernel/hostname', 'kernel/domainname'] },
  { namespace: 'net', paths: ['net/'] },
  { namespace: 'user', paths: ['user/'] },
  { namespace: 'pid', paths: ['kernel/ns_last_pid'] },
  { namespace: 'pid', paths: ['vm/memfd_noexec'], since: [6, 3] },
  { namespace: 'pid', paths: ['kernel/pid_max'], since: [6, 14] },
];

function holds(rule: Rule, host: HostFacts): boolean {
  if (rule.since === undefined) return true;
  const [major, minor] = rule.since;
  return host.kernel.major > major || (host.kernel.major === major && host.kernel.minor >= minor);
}

/** The namespace a sysctl belongs to on this kernel; null: it is the host's. `path` is relative to /proc/sys. */
export function namespaceOf(path: string, host: HostFacts): Namespace | null {
  const matches = (pattern: string) => (pattern.endsWith('/') ? path.startsWith(pattern) : path === pattern);
  return RULES.find((rule) => holds(rule, host) && rule.paths.some(matches))?.namespace ?? null;
}
