// System calls that make a container's walls thinner where a policy leaves them open, and why: what an attacker who runs code in
// the container does with them. Sources: the man page of each call, capabilities(7), and CVEs where they are named.

import { CONSTANTS as C } from '../../../kernel/constants.gen.ts';
import type { Argument } from './cases.ts';

export interface Danger {
  readonly calls: readonly string[];
  /** Only with these arguments; none: with any. */
  readonly args?: readonly Argument[];
  /** How the arguments are written. */
  readonly shown?: string;
  readonly why: string;
}

const flag = (value: number): Argument => BigInt(value);

export const DANGERS: readonly Danger[] = [
  { calls: ['kexec_load', 'kexec_file_load'], why: 'replaces the running kernel of the host' },
  { calls: ['init_module', 'finit_module', 'delete_module'], why: 'loads or removes code of the kernel, which nothing confines' },
  { calls: ['create_module', 'query_module', 'get_kernel_syms'], why: 'is a module interface that the kernel has dropped: no program of today needs it' },
  { calls: ['bpf'], why: "loads programs into the kernel; faults of its verifier have given writes to the kernel's memory (CVE-2021-3490, CVE-2023-2163)" },
  { calls: ['perf_event_open'], why: 'opens a large and fault-prone part of the kernel, and measures what other containers do (CVE-2013-2094, CVE-2023-6931)' },
  { calls: ['userfaultfd'], why: 'stops the kernel in the middle of reading memory for as long as one likes, which makes races exploitable' },
  {
    calls: ['io_uring_setup', 'io_uring_enter', 'io_uring_register'],
    why: 'does what other calls do without being seen by any filter, and has had many faults',
  },
  { calls: ['ptrace'], why: 'changes other processes of the container, and before Linux 4.8 got around the filter itself (seccomp(2))' },
  { calls: ['process_vm_readv', 'process_vm_writev'], why: 'reads and writes the memory of other processes' },
  { calls: ['process_madvise', 'kcmp'], why: "acts on or compares other processes' memory and descriptors, and tells about addresses in the kernel" },
  { calls: ['pidfd_getfd'], why: "takes descriptors out of other processes, which may be the host's where the PID namespace is shared" },
  { calls: ['keyctl', 'add_key', 'request_key'], why: "reaches keyrings, which are not confined by namespaces but of a user's id, and had CVE-2016-0728" },
  { calls: ['open_by_handle_at', 'name_to_handle_at'], why: 'opens any file of a file system by its number, around the root directory (the Shocker escape)' },
  { calls: ['mount', 'umount2', 'umount', 'pivot_root'], why: 'changes what is mounted: can uncover masked files and make read-only mounts writable' },
  {
    calls: ['open_tree', 'open_tree_attr', 'move_mount', 'fsopen', 'fsconfig', 'fsmount', 'fspick', 'mount_setattr'],
    why: 'mounts as mount(2) does, with arguments that no filter can see (CVE-2022-0185 was in fsconfig)',
  },
  {
    calls: ['unshare'],
    args: [flag(C.CLONE_NEWUSER)],
    shown: 'CLONE_NEWUSER',
    why: 'gives all capabilities in a new user namespace, and with them most of the kernel that only root reaches',
  },
  {
    calls: ['clone'],
    args: [flag(C.CLONE_NEWUSER)],
    shown: 'CLONE_NEWUSER',
    why: 'gives all capabilities in a new user namespace, and with them most of the kernel that only root reaches',
  },
  {
    calls: ['clone3'],
    why: 'makes namespaces, also CLONE_NEWUSER, with flags in memory that no filter can see: refuse it with ENOSYS and programs fall back to clone',
  },
  { calls: ['setns'], why: 'enters other namespaces, to which a leaked descriptor suffices' },
  { calls: ['chroot'], why: 'with a directory that is open gets out of a root directory made by chroot(2)' },
  { calls: ['mknod', 'mknodat'], why: 'makes device nodes, where no device rules hold the disks of the host' },
  { calls: ['ioctl'], args: [null, flag(C.TIOCSTI)], shown: '*, TIOCSTI', why: 'types into the terminal the container was started from (CVE-2017-5226)' },
  { calls: ['ioctl'], args: [null, flag(C.TIOCLINUX)], shown: '*, TIOCLINUX', why: 'pastes into a virtual console (CVE-2023-28100)' },
  { calls: ['socket'], args: [flag(C.AF_PACKET)], shown: 'AF_PACKET', why: 'reads and forges raw frames of the network (CVE-2020-14386)' },
  { calls: ['socket'], args: [flag(C.AF_VSOCK)], shown: 'AF_VSOCK', why: 'talks to the hypervisor: network namespaces do not hold it' },
  { calls: ['socket'], args: [flag(C.AF_ALG)], shown: 'AF_ALG', why: "reaches the kernel's cryptography and loads its modules" },
  {
    calls: ['personality'],
    args: [flag(C.PER_CLEAR_ON_SETID)],
    shown: 'PER_CLEAR_ON_SETID',
    why: 'switches off what makes exploits hard in programs executed next: random addresses, memory that is not executable, no page 0',
  },
  { calls: ['iopl', 'ioperm'], why: "reaches the machine's devices by their ports, around the kernel" },
  { calls: ['modify_ldt'], why: "sets up segments, an old part of the kernel's entry code (CVE-2015-5157, CVE-2017-17053)" },
  { calls: ['vm86', 'vm86old'], why: 'runs 16-bit code by an old part of the kernel, and on old kernels mapped its page 0' },
  { calls: ['reboot'], why: 'ends the host, outside of a PID namespace' },
  { calls: ['swapon', 'swapoff'], why: "changes the host's swap, which holds the memory of all" },
  { calls: ['settimeofday', 'clock_settime', 'clock_adjtime', 'adjtimex', 'stime'], why: 'sets the clock of the host, on which certificates and logs rely' },
  { calls: ['syslog'], why: "reads the kernel's log, with addresses of the kernel" },
  {
    calls: ['acct', 'quotactl', 'quotactl_fd', 'nfsservctl', 'lookup_dcookie', '_sysctl', 'sysfs', 'uselib', 'ustat'],
    why: 'administers the host or is long out of use: no container needs it',
  },
  { calls: ['fanotify_init'], why: 'watches, and may block, every access to a file system, also from outside of the container' },
  { calls: ['set_mempolicy', 'mbind', 'move_pages', 'migrate_pages'], why: 'moves memory between the nodes of the host, also of other processes' },
  { calls: ['vmsplice'], why: 'gives pages to a pipe that stay shared (CVE-2008-0600, and the means of CVE-2022-0847)' },
];
