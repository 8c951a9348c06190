// Calls that act on the whole machine, on other processes, or on namespaces.

import { CONSTANTS as C } from '../../src/kernel/constants.gen.ts';
import type { ErrnoName } from '../../src/kernel/errno.gen.ts';
import { STRUCTS } from '../../src/kernel/structs.gen.ts';
import type { SyscallName } from '../../src/kernel/syscalls.gen.ts';
import type { Arg } from '../../src/model/step.ts';
import { type Attempt, type AttemptCall, flags, HERE, type Mode, openFor, OWN_MOUNTS, slot, text, WALLS } from './attempt.ts';

const ALL: readonly Mode[] = ['landlock', 'apparmor', 'selinux'];
const call = (what: string, sys: SyscallName, args: readonly Arg[], more: Partial<Attempt> = {}): Attempt => ({
  group: 'call',
  what,
  calls: [{ sys, args }],
  ...more,
});
const calls = (what: string, all: readonly AttemptCall[], more: Partial<Attempt> = {}): Attempt => ({ group: 'call', what, calls: all, ...more });
const errnos = (...names: readonly ErrnoName[]) => ({ errnos: [...WALLS, ...names] });

/** No process of the container has it. */
const FOREIGN = 4_000_000;
/** Zeroed and large enough for what a call reads. */
const zeros = (size: number): Arg => ({ bytes: new Uint8Array(size), note: 'zeros' });

const BYTE: Arg = { struct: 'iovec', fields: { iov_base: text('x'), iov_len: 1 } };

/** A socket of the host's in the abstract name space, which the test has opened. */
export const HOST_SOCKET = 'holdfast-attempts';
/** A file of another container's, mounted into this one by mistake, with its label where there are labels. */
export const OTHERS_FILE = '/others/secret';

export const KERNEL_ATTEMPTS: readonly Attempt[] = [
  call('init_module', 'init_module', [0, 0, text('')]),
  call('finit_module', 'finit_module', [-1, text(''), 0]),
  call('delete_module', 'delete_module', [text('loop'), flags('O_NONBLOCK')]),
  call('kexec_load', 'kexec_load', [0, 0, 0, 0], errnos('ENOSYS')),
  call('reboot', 'reboot', [flags('LINUX_REBOOT_MAGIC1'), flags('LINUX_REBOOT_MAGIC2'), flags('LINUX_REBOOT_CMD_CAD_ON'), 0], errnos('EINVAL')),
  call('settimeofday', 'settimeofday', [0, 0]),
  call('clock_settime', 'clock_settime', [0, zeros(16)], errnos('EINVAL')),
  call('swapon', 'swapon', [text('/nothing'), 0], errnos('ENOENT')),
  call('swapoff', 'swapoff', [text('/nothing')], errnos('ENOENT')),
  call('acct', 'acct', [text('/nothing')], errnos('ENOENT', 'ENOSYS')),
  call('quotactl', 'quotactl', [0, text('/nothing'), 0, 0], errnos('ENOENT', 'ENOSYS', 'EINVAL', 'ENODEV', 'ENOTBLK', 'ESRCH')),
  call('syslog: read', 'syslog', [3, { buffer: 'log', size: 64 }, 64], { allowed: ALL }),
  call('bpf: load a program', 'bpf', [flags('BPF_PROG_LOAD'), zeros(STRUCTS.bpf_attr.size), STRUCTS.bpf_attr.size], errnos('EINVAL', 'EFAULT', 'E2BIG')),
  call('perf_event_open', 'perf_event_open', [{ bytes: perfEvent(), note: 'the clock of a processor, for all of its processes' }, -1, 0, -1, 0], {
    allowed: ALL,
    ...errnos('EINVAL', 'ENOENT', 'EOPNOTSUPP'),
  }),
  call('userfaultfd', 'userfaultfd', [0], { allowed: ALL, ...errnos('ENOSYS', 'EINVAL') }),
  call('add_key', 'add_key', [text('user'), text('attempt'), text('x'), 1, -2], { allowed: ALL }),
  call('io_uring_setup', 'io_uring_setup', [1, { buffer: 'uring', size: 120 }], { allowed: ALL, ...errnos('ENOSYS', 'ENOMEM') }),
  call('sethostname', 'sethostname', [text('other'), 5], { allowed: ALL }),
  call('fanotify_init', 'fanotify_init', [0, 0], { allowed: ALL, ...errnos('ENOSYS') }),
  call('lookup_dcookie', 'lookup_dcookie', [0, 0, 0], errnos('EINVAL', 'ENOSYS')),
  call('vhangup', 'vhangup', [], { allowed: ALL }),
  call('a user namespace', 'unshare', [flags('CLONE_NEWUSER')], { allowed: ALL, ...errnos('EINVAL', 'ENOSPC', 'EUSERS') }),
  calls('a user namespace, and proc mounted in it', [
    { sys: 'unshare', args: [flags('CLONE_NEWUSER', 'CLONE_NEWNS')] },
    { sys: 'mount', args: [text('proc'), text('/mnt'), text('proc'), 0, 0] },
  ]),
  call('a mount namespace', 'unshare', [flags('CLONE_NEWNS')], { allowed: ALL }),
  call('a network namespace', 'unshare', [flags('CLONE_NEWNET')], { allowed: ALL }),
  calls(
    'a cgroup namespace, and its file system',
    [...OWN_MOUNTS, { sys: 'unshare', args: [flags('CLONE_NEWCGROUP')] }, { sys: 'mount', args: [text('cgroup2'), text('/mnt'), text('cgroup2'), 0, 0] }],
    { allowed: ['apparmor'], harmless: 'as cgroup2 itself' },
  ),
  calls(
    'shocker: a file by its handle',
    [
      openFor('O_RDONLY', '/', 'root'),
      { sys: 'open_by_handle_at', args: [slot('root'), { bytes: handleOfRoot(), note: 'the root directory of most file systems' }, 0] },
    ],
    errnos('ESTALE', 'EOPNOTSUPP', 'EINVAL'),
  ),
  call('signal a process of the host', 'kill', [FOREIGN, 0], errnos('ESRCH')),
  call('trace a process of the host', 'ptrace', [flags('PTRACE_SEIZE'), FOREIGN, 0, 0], errnos('ESRCH')),
  call('trace its own init', 'ptrace', [flags('PTRACE_SEIZE'), 1, 0, 0], { allowed: ALL }),
  call('write into a process of the host', 'process_vm_writev', [FOREIGN, BYTE, 1, BYTE, 1, 0], errnos('ESRCH')),
  call('a descriptor for a process of the host', 'pidfd_open', [FOREIGN, 0], errnos('ESRCH', 'EINVAL')),
  calls(
    'the namespaces of kthreadd',
    [openFor('O_RDONLY', '/proc/2/ns/mnt', 'namespace'), { sys: 'setns', args: [slot('namespace'), 0] }],
    errnos('ENOENT', 'EINVAL'),
  ),
  calls('the root directory of its own init, beyond it', [openFor('O_RDONLY', '/proc/1/root/../../../../outside')], errnos('ENOENT')),
  calls('the directory its init was started in', [openFor('O_RDONLY', '/proc/1/cwd/outside')], errnos('ENOENT')),
  calls('overwrite the program of its init', [openFor('O_WRONLY', '/proc/1/exe')], errnos('ETXTBSY', 'ENOENT')),
  calls(
    'a host’s socket in the abstract name space',
    [
      { sys: 'socket', args: [flags('AF_UNIX'), flags('SOCK_STREAM', 'SOCK_NONBLOCK'), 0], save: 'socket' },
      { sys: 'connect', args: [slot('socket'), { bytes: abstractAddress(HOST_SOCKET), note: HOST_SOCKET }, abstractAddress(HOST_SOCKET).length] },
    ],
    errnos('ECONNREFUSED'),
  ),
  calls(
    'the host’s docker socket',
    [
      { sys: 'socket', args: [flags('AF_UNIX'), flags('SOCK_STREAM', 'SOCK_NONBLOCK'), 0], save: 'socket' },
      { sys: 'connect', args: [slot('socket'), { bytes: pathAddress('/var/run/docker.sock'), note: 'docker' }, pathAddress('/var/run/docker.sock').length] },
    ],
    errnos('ENOENT', 'ECONNREFUSED'),
  ),
  call('audit: a netlink socket that gives orders', 'socket', [flags('AF_NETLINK'), flags('SOCK_RAW'), flags('NETLINK_AUDIT')], {
    allowed: ALL,
    ...errnos('EPROTONOSUPPORT'),
  }),
  calls('a file of another container, mounted by mistake', [openFor('O_RDONLY', OTHERS_FILE)], { allowed: ['landlock', 'apparmor'] }),
  calls(
    'a set-user-ID program of its own',
    [
      { sys: 'openat', args: [HERE, text('/tmp/suid'), flags('O_WRONLY', 'O_CREAT', 'O_CLOEXEC'), 0o755] },
      { sys: 'fchmodat', args: [HERE, text('/tmp/suid'), 0o4755] },
    ],
    { allowed: ALL },
  ),
  calls(
    'its own label',
    [openFor('O_WRONLY', '/proc/self/attr/current', 'label'), { sys: 'write', args: [slot('label'), text('changeprofile unconfined'), 24] }],
    errnos('EINVAL', 'ENOENT', 'EBUSY'),
  ),
];

/** struct file_handle for inode 2, which is the root directory of ext4 (include/linux/exportfs.h, FILEID_INO32_GEN). */
function handleOfRoot(): Uint8Array {
  const bytes = new Uint8Array(16);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 8, true);
  view.setInt32(4, 1, true);
  view.setUint32(8, 2, true);
  return bytes;
}

/** struct perf_event_attr of the first version: type PERF_TYPE_SOFTWARE, size PERF_ATTR_SIZE_VER0. A tracepoint takes a guest ten seconds. */
function perfEvent(): Uint8Array {
  const bytes = new Uint8Array(64);
  const view = new DataView(bytes.buffer);
  view.setUint32(0, 1, true);
  view.setUint32(4, bytes.length, true);
  return bytes;
}

function address(path: Uint8Array): Uint8Array {
  const family = new Uint8Array(STRUCTS.sockaddr_un.fields.sun_path.offset);
  new DataView(family.buffer).setUint16(0, C.AF_UNIX, true);
  return Buffer.concat([family, path]);
}
function abstractAddress(name: string): Uint8Array {
  return address(Buffer.from(`\0${name}`));
}
function pathAddress(path: string): Uint8Array {
  return address(Buffer.from(`${path}\0`));
}
