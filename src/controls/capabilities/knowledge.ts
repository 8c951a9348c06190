// What is to be known of each capability: what it allows, and what root of a container does with it. From capabilities(7) and
// the kernel's own checks: capable() asks in the initial user namespace, ns_capable() in the one that owns the object.

import type { CapabilityName } from '../../kernel/capabilities.gen.ts';

/**
 * Where the kernel looks for it. `initial`: in the initial user namespace, so that in any other it is good for nothing.
 * `namespace`: in the user namespace that owns the object. `partly`: some of its checks are of either kind.
 */
export type CapabilityScope = 'initial' | 'namespace' | 'partly';

/** How far the damage goes without a user namespace: the machine is taken; others are harmed; nothing beyond the container. */
export type CapabilityReach = 'machine' | 'others' | 'container';

export interface CapabilityKnowledge {
  readonly allows: string;
  readonly scope: CapabilityScope;
  readonly reach: CapabilityReach;
  /** What it does in a container whose root is root of the host. */
  readonly privileged: string;
  /** What is left of it in a user namespace of the container's own. */
  readonly mapped: string;
  /** Why LXC's shipped configuration (common.conf) drops it. Absent: it does not. */
  readonly dropped?: string;
}

const NOTHING = 'nothing: the kernel asks for it in the initial user namespace';

// biome-ignore format: a capability is five lines
export const CAPABILITY_KNOWLEDGE: Readonly<Record<CapabilityName, CapabilityKnowledge>> = {
  chown: {
    allows: 'give files any owner and group', scope: 'namespace', reach: 'container',
    privileged: 'any file within reach can be made its own: with a directory of the host mounted in, the host\'s files',
    mapped: 'owners among the mapped ids only, on files that belong to mapped ids',
  },
  dac_override: {
    allows: 'read, write and execute files whatever their mode says', scope: 'namespace', reach: 'container',
    privileged: 'every file within reach, also of the host where its directories or device nodes are mounted in',
    mapped: 'files whose owner and group are both mapped',
  },
  dac_read_search: {
    allows: 'read files and search directories whatever their mode says; open files by handle (open_by_handle_at)', scope: 'partly', reach: 'machine',
    privileged: 'opens every file of a mounted file system by its handle, outside of the container\'s root too: the escape called shocker',
    mapped: 'reading what belongs to mapped ids; handles only on file systems mounted by the namespace itself (since Linux 6.11)',
  },
  fowner: {
    allows: 'do with files what only their owner may: mode, times, attributes, sticky directories', scope: 'namespace', reach: 'container',
    privileged: 'mode and attributes of every file within reach',
    mapped: 'files that belong to mapped ids',
  },
  fsetid: {
    allows: 'keep the set-user-ID and set-group-ID bits when a file changes; set the latter for a foreign group', scope: 'namespace', reach: 'container',
    privileged: 'with a directory of the host, set-user-ID programs for the host\'s users',
    mapped: 'bits that give the rights of mapped ids only',
  },
  kill: {
    allows: 'signal any process', scope: 'namespace', reach: 'container',
    privileged: 'every process that it sees: those of the host only where the PID namespace is shared',
    mapped: 'processes in its own user namespace and those below',
  },
  setgid: {
    allows: 'take any group and supplementary groups', scope: 'namespace', reach: 'container',
    privileged: 'becomes any group of the host over files and sockets within reach',
    mapped: 'mapped groups only',
  },
  setuid: {
    allows: 'take any user id', scope: 'namespace', reach: 'container',
    privileged: 'becomes any user of the host over files, and counts against that user\'s limits',
    mapped: 'mapped users only',
  },
  setpcap: {
    allows: 'drop from the bounding set, add to the inheritable one, change the secure bits', scope: 'namespace', reach: 'container',
    privileged: 'nothing that the bounding set lacks can be had by it',
    mapped: 'the same',
  },
  linux_immutable: {
    allows: 'set and clear the attributes immutable and append-only', scope: 'initial', reach: 'others',
    privileged: 'makes files that the host can neither change nor remove before clearing them; clears the ones that protect logs',
    mapped: NOTHING,
  },
  net_bind_service: {
    allows: 'bind ports below net.ipv4.ip_unprivileged_port_start (1024)', scope: 'namespace', reach: 'container',
    privileged: 'with the host\'s network, takes the ports of the host\'s services',
    mapped: 'ports of its own network namespace',
  },
  net_broadcast: {
    allows: 'nothing: the kernel does not ask for it', scope: 'initial', reach: 'container',
    privileged: 'nothing', mapped: 'nothing',
  },
  net_admin: {
    allows: 'interfaces, addresses, routes, firewall, promiscuous mode, queues, socket options', scope: 'partly', reach: 'others',
    privileged: 'with the host\'s network, its firewall and routes; otherwise much kernel code: nftables and traffic control have had many flaws',
    mapped: 'its own network namespace, and the same kernel code: most escapes by flaws of the last years began here',
  },
  net_raw: {
    allows: 'raw and packet sockets, transparent proxying', scope: 'namespace', reach: 'others',
    privileged: 'reads and forges what passes on a shared bridge or the host\'s network (ARP, DNS: CVE-2020-14386 was memory corruption by it)',
    mapped: 'the same on the links of its own network namespace',
  },
  ipc_lock: {
    allows: 'lock memory beyond RLIMIT_MEMLOCK, huge pages', scope: 'partly', reach: 'others',
    privileged: 'takes memory from all others where no memory limit holds',
    mapped: 'System V segments of its own IPC namespace, within RLIMIT_MEMLOCK',
  },
  ipc_owner: {
    allows: 'System V objects whatever their mode says', scope: 'namespace', reach: 'container',
    privileged: 'those of its IPC namespace: of the host where that is shared',
    mapped: 'those of its own IPC namespace',
  },
  sys_module: {
    allows: 'load and unload kernel modules', scope: 'initial', reach: 'machine',
    privileged: 'its code runs in the kernel: there is no container any more',
    mapped: NOTHING,
    dropped: 'no namespace holds back code that runs in the kernel',
  },
  sys_rawio: {
    allows: 'I/O ports, /dev/mem, raw disk commands, model-specific registers', scope: 'initial', reach: 'machine',
    privileged: 'reads and writes physical memory and disks, where the device or the port is within reach',
    mapped: NOTHING,
    dropped: 'hardware knows no container; an X server on the host is what it is for',
  },
  sys_chroot: {
    allows: 'chroot, and setns to a mount namespace', scope: 'namespace', reach: 'container',
    privileged: 'nothing beyond its own root: pivot_root has left nothing above it',
    mapped: 'the same',
  },
  sys_ptrace: {
    allows: 'trace and read any process, /proc/PID of others, process_vm_writev', scope: 'namespace', reach: 'machine',
    privileged: 'every process that it sees; the host\'s where the PID namespace is shared, and those that enter (attach)',
    mapped: 'processes of its own user namespace and those below',
  },
  sys_pacct: {
    allows: 'switch process accounting (acct)', scope: 'initial', reach: 'container',
    privileged: 'records of its own PID namespace, into a file within reach',
    mapped: NOTHING,
  },
  sys_admin: {
    allows: 'mounts, namespaces, quotas, swap, hostname, the security attributes of files, and a hundred operations more', scope: 'partly', reach: 'machine',
    privileged: 'mounts the host\'s disks where it has their nodes, writes sysfs and procfs, release_agent (CVE-2022-0492): root of the host',
    mapped: 'mounts of the kinds made for it (tmpfs, proc, overlay, fuse), namespaces; much kernel code that had flaws (CVE-2022-0185)',
  },
  sys_boot: {
    allows: 'reboot, kexec', scope: 'partly', reach: 'machine',
    privileged: 'reboot ends the container alone, in its PID namespace; kexec_load starts another kernel',
    mapped: 'reboot of its own PID namespace; no kexec',
  },
  sys_nice: {
    allows: 'priorities, real-time scheduling, processors, memory policy of others', scope: 'partly', reach: 'others',
    privileged: 'a real-time task starves the machine where no control group limits it',
    mapped: 'among its own processes; real-time and priorities above the limits only by the initial namespace',
  },
  sys_resource: {
    allows: 'go beyond resource limits, quotas and reserved space, raise limits, lower oom_score_adj', scope: 'partly', reach: 'others',
    privileged: 'no rlimit holds: processes, files and messages of the whole machine; control groups still do',
    mapped: 'sysctls of its own namespaces and limits of its own processes, not beyond those of the initial namespace',
  },
  sys_time: {
    allows: 'set the system clock and the hardware clock', scope: 'partly', reach: 'machine',
    privileged: 'the one clock of the machine: certificates, tickets, logs and scheduled jobs of everyone',
    mapped: 'offsets of a time namespace that it makes; not the clock itself',
    dropped: 'there is no clock of a container\'s own: the time namespace shifts the monotonic and boot clocks only',
  },
  sys_tty_config: {
    allows: 'vhangup, and some operations of virtual terminals', scope: 'initial', reach: 'others',
    privileged: 'the host\'s consoles, where their nodes are within reach',
    mapped: NOTHING,
  },
  mknod: {
    allows: 'make device nodes', scope: 'initial', reach: 'machine',
    privileged: 'a node for any disk, readable and writable unless device rules of a control group forbid it',
    mapped: `${NOTHING} (nodes for 0:0, whiteouts of overlayfs, need no right)`,
  },
  lease: {
    allows: 'leases on any file', scope: 'initial', reach: 'others',
    privileged: 'holds up who opens a file, for lease-break-time',
    mapped: NOTHING,
  },
  audit_write: {
    allows: 'write records to the audit log', scope: 'initial', reach: 'others',
    privileged: 'forged records, and a flooded log',
    mapped: NOTHING,
  },
  audit_control: {
    allows: 'switch auditing and change its rules', scope: 'initial', reach: 'machine',
    privileged: 'turns off what the host writes down, where it reaches the initial PID namespace',
    mapped: NOTHING,
  },
  setfcap: {
    allows: 'give files capabilities; map id 0 of the parent into a user namespace', scope: 'namespace', reach: 'container',
    privileged: 'with a directory of the host, a program that gives the host\'s users capabilities',
    mapped: 'capabilities of files that count in its own user namespace only',
  },
  mac_override: {
    allows: 'go against the policy of Smack', scope: 'initial', reach: 'machine',
    privileged: 'the labels of the host bind it no more, where Smack is active',
    mapped: NOTHING,
    dropped: 'a mandatory policy is the host\'s, to be decided by nobody inside',
  },
  mac_admin: {
    allows: 'load and change the policy of Smack, AppArmor and (unknown labels) SELinux', scope: 'partly', reach: 'machine',
    privileged: 'loads a profile that allows it everything, or removes those of the host',
    mapped: 'profiles of an AppArmor namespace of its own; nothing of SELinux and Smack',
    dropped: 'the profile that confines a container is worth nothing if its root may load another',
  },
  syslog: {
    allows: 'read and clear the kernel log; kernel addresses in /proc', scope: 'initial', reach: 'others',
    privileged: 'addresses that attacks on the kernel need, and messages of the whole machine; clears them',
    mapped: NOTHING,
  },
  wake_alarm: {
    allows: 'timers that wake the machine from sleep', scope: 'initial', reach: 'others',
    privileged: 'keeps a machine from sleeping',
    mapped: NOTHING,
  },
  block_suspend: {
    allows: 'keep the machine from being suspended (EPOLLWAKEUP, /sys/power/wake_lock)', scope: 'initial', reach: 'others',
    privileged: 'keeps a machine from sleeping',
    mapped: NOTHING,
  },
  audit_read: {
    allows: 'read the audit log by a multicast netlink socket', scope: 'initial', reach: 'others',
    privileged: 'what everyone on the machine does, as far as it is audited; sent in the initial network namespace only',
    mapped: NOTHING,
  },
  perfmon: {
    allows: 'performance events, tracing programs in BPF', scope: 'initial', reach: 'machine',
    privileged: 'watches every process and the kernel itself: keys, addresses, inputs',
    mapped: NOTHING,
  },
  bpf: {
    allows: 'load BPF programs, maps and type information', scope: 'partly', reach: 'machine',
    privileged: 'programs in the kernel, with perfmon or net_admin those that read its memory; the verifier has had many flaws',
    mapped: 'nothing, unless the host delegates a token (BPF_TOKEN_CREATE, Linux 6.9)',
  },
  checkpoint_restore: {
    allows: 'choose process ids, follow /proc/PID/map_files, write ns_last_pid', scope: 'partly', reach: 'container',
    privileged: 'process ids and files of the processes that it sees',
    mapped: 'process ids in its own PID namespace',
  },
};
