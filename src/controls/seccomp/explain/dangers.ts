// System calls that make a container's walls thinner where a policy leaves them open, and why: what an attacker who runs code in
// the container does with them. Every entry names where its reason can be read: man pages by name and section, "Docker" for
// docs.docker.com/engine/security/seccomp ("Significant syscalls blocked by the default profile"), "Docker non-events" for
// docs.docker.com/engine/security/non-events, moby#N for github.com/moby/moby/pull/N. CVEs are on nvd.nist.gov by their number.

import { CONSTANTS as C } from '../../../kernel/constants.gen.ts';
import type { Argument } from './cases.ts';

export interface Danger {
  readonly calls: readonly string[];
  /** Only with these arguments; none: with any. */
  readonly args?: readonly Argument[];
  /** How the arguments are written. */
  readonly shown?: string;
  readonly why: string;
  readonly source: string;
}

const flag = (value: number): Argument => BigInt(value);

const NEW_USER = 'gives all capabilities in a new user namespace, and with them most of the kernel that only root reaches';

export const DANGERS: readonly Danger[] = [
  { calls: ['kexec_load', 'kexec_file_load'], why: 'replaces the running kernel of the host', source: 'Docker; kexec_load(2)' },
  {
    calls: ['init_module', 'finit_module', 'delete_module'],
    why: 'loads or removes code of the kernel, which nothing confines',
    source: 'Docker; init_module(2)',
  },
  {
    calls: ['create_module', 'query_module', 'get_kernel_syms'],
    why: 'is a module interface that the kernel dropped in 2.6: no program of today needs it',
    source: 'Docker; create_module(2)',
  },
  {
    calls: ['bpf'],
    why: "loads programs into the kernel; faults of its verifier have given writes to the kernel's memory (CVE-2021-3490, CVE-2023-2163)",
    source: 'Docker; bpf(2); bughunters.google.com, "A deep dive into CVE-2023-2163"',
  },
  {
    calls: ['perf_event_open'],
    why: 'opens a large and fault-prone part of the kernel, and measures what others do (CVE-2013-2094, CVE-2023-6931)',
    source: 'Docker; perf_event_open(2); osv.dev/CVE-2023-6931',
  },
  {
    calls: ['userfaultfd'],
    why: 'stops the kernel in the middle of reading memory for as long as one likes, which makes races exploitable',
    source: 'Documentation/admin-guide/sysctl/vm.rst, unprivileged_userfaultfd',
  },
  {
    calls: ['io_uring_setup', 'io_uring_enter', 'io_uring_register'],
    why: 'does what other calls do without being seen by any filter, and has had many faults',
    source: 'moby#46762; security.googleblog.com 2023-06, "Learnings from kCTF VRP\'s 42 Linux kernel exploits"',
  },
  { calls: ['ptrace'], why: 'changes other processes of the container, and before Linux 4.8 got around the filter itself', source: 'Docker; seccomp(2)' },
  { calls: ['process_vm_readv', 'process_vm_writev'], why: 'reads and writes the memory of other processes', source: 'Docker; process_vm_readv(2)' },
  {
    calls: ['process_madvise', 'kcmp'],
    why: 'acts on the memory of other processes, or compares what they have open',
    source: 'Docker; process_madvise(2), kcmp(2)',
  },
  {
    calls: ['pidfd_getfd'],
    why: "takes descriptors out of other processes, which may be the host's where the PID namespace is shared",
    source: 'pidfd_getfd(2)',
  },
  {
    calls: ['keyctl', 'add_key', 'request_key'],
    why: "reaches keyrings, which are those of a user's id and hardly confined by namespaces (CVE-2016-0728 was in keyctl)",
    source: 'Docker; Docker non-events; keyrings(7)',
  },
  {
    calls: ['open_by_handle_at', 'name_to_handle_at'],
    why: 'opens any file of a file system by its handle, around the root directory (the Shocker escape)',
    source: 'Docker; open_by_handle_at(2)',
  },
  {
    calls: ['mount', 'umount2', 'umount', 'pivot_root'],
    why: 'changes what is mounted: can uncover masked files and make read-only mounts writable',
    source: 'Docker; mount(2)',
  },
  {
    calls: ['open_tree', 'open_tree_attr', 'move_mount', 'fsopen', 'fsconfig', 'fsmount', 'fspick', 'mount_setattr'],
    why: 'mounts as mount(2) does, with arguments that no filter can see (CVE-2022-0185 was in fsconfig)',
    source: 'mount_setattr(2); nvd.nist.gov, CVE-2022-0185',
  },
  { calls: ['unshare'], args: [flag(C.CLONE_NEWUSER)], shown: 'CLONE_NEWUSER', why: NEW_USER, source: 'Docker; user_namespaces(7)' },
  { calls: ['clone'], args: [flag(C.CLONE_NEWUSER)], shown: 'CLONE_NEWUSER', why: NEW_USER, source: 'Docker; user_namespaces(7)' },
  {
    calls: ['clone3'],
    why: 'makes namespaces, also CLONE_NEWUSER, with flags in memory that no filter can see: refuse it with ENOSYS and programs fall back to clone',
    source: 'clone(2); moby#42681',
  },
  { calls: ['setns'], why: 'enters other namespaces, to which a leaked descriptor suffices', source: 'Docker; setns(2)' },
  { calls: ['chroot'], why: 'with a directory that is open gets out of a root directory made by chroot(2)', source: 'chroot(2)' },
  {
    calls: ['mknod', 'mknodat'],
    why: 'makes device nodes, where no device rules hold the disks of the host',
    source: 'mknod(2); Documentation/admin-guide/cgroup-v1/devices.rst',
  },
  {
    calls: ['ioctl'],
    args: [null, flag(C.TIOCSTI)],
    shown: '*, TIOCSTI',
    why: 'types into the terminal the container was started from (CVE-2017-5226)',
    source: 'ioctl_tty(2); github.com/containers/bubblewrap/issues/142',
  },
  {
    calls: ['ioctl'],
    args: [null, flag(C.TIOCLINUX)],
    shown: '*, TIOCLINUX',
    why: 'pastes into a virtual console (CVE-2023-28100)',
    source: 'ioctl_console(2); flatpak GHSA-7qpw-3vjv-xrqp',
  },
  {
    calls: ['socket'],
    args: [flag(C.AF_PACKET)],
    shown: 'AF_PACKET',
    why: 'reads and forges raw frames of the network, and its code has let write out of bounds (CVE-2020-14386)',
    source: 'packet(7); commit acf69c946233, "net/packet: fix overflow in tpacket_rcv"',
  },
  {
    calls: ['socket'],
    args: [flag(C.AF_VSOCK)],
    shown: 'AF_VSOCK',
    why: 'talks to the hypervisor, or to the virtual machines of the host: network namespaces have not held it',
    source: 'moby#44562; vsock(7)',
  },
  {
    calls: ['socket'],
    args: [flag(C.AF_ALG)],
    shown: 'AF_ALG',
    why: "reaches the kernel's cryptography and loads its modules",
    source: 'Documentation/crypto/userspace-if.rst',
  },
  {
    calls: ['personality'],
    args: [flag(C.PER_CLEAR_ON_SETID)],
    shown: 'PER_CLEAR_ON_SETID',
    why: 'switches off what makes exploits hard in programs executed next: random addresses, memory that is not executable, no page 0',
    source: 'personality(2)',
  },
  { calls: ['iopl', 'ioperm'], why: "reaches the machine's devices by their ports, around the kernel", source: 'Docker; iopl(2)' },
  {
    calls: ['modify_ldt'],
    why: "sets up segments, an old part of the kernel's entry code (CVE-2015-3290, CVE-2015-5157, CVE-2017-17053)",
    source: 'Docker non-events; commit ccd5b3235180, "x86/mm: Fix use-after-free of ldt_struct"',
  },
  { calls: ['vm86', 'vm86old'], why: 'runs 16-bit code by an old part of the kernel', source: 'Docker; vm86(2)' },
  { calls: ['reboot'], why: 'ends the host, outside of a PID namespace', source: 'Docker; reboot(2)' },
  { calls: ['swapon', 'swapoff'], why: "changes the host's swap, which holds the memory of all", source: 'Docker; swapon(2)' },
  {
    calls: ['settimeofday', 'clock_settime', 'clock_adjtime', 'adjtimex', 'stime'],
    why: 'sets the clock of the host, on which certificates and logs rely',
    source: 'Docker; time_namespaces(7)',
  },
  { calls: ['syslog'], why: "reads and clears the kernel's log, which is the host's", source: 'syslog(2)' },
  {
    calls: ['acct', 'quotactl', 'quotactl_fd', 'nfsservctl', 'lookup_dcookie', '_sysctl', 'sysfs', 'uselib', 'ustat'],
    why: 'administers the host or is long out of use: no container needs it',
    source: 'Docker',
  },
  { calls: ['fanotify_init'], why: 'watches, and may block, every access to a file system, also from outside of the container', source: 'fanotify(7)' },
  {
    calls: ['set_mempolicy', 'mbind', 'move_pages', 'migrate_pages'],
    why: 'moves memory between the nodes of the host, also of other processes',
    source: 'Docker; move_pages(2)',
  },
  {
    calls: ['vmsplice'],
    why: 'gives pages to a pipe that stay shared, and let take over the kernel once (CVE-2008-0600)',
    source: 'vmsplice(2); nvd.nist.gov, CVE-2008-0600',
  },
];
