// The step that makes init: clone3(2) with the container's namespaces.

import type { ConstName } from '../../kernel/constants.gen.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec, Namespace } from '../../model/spec.ts';
import type { MonitorStep, Slot } from '../../model/step.ts';
import { namespacesWhy } from './check.ts';
import { newNamespaces } from './new.ts';

/**
 * The flag of each namespace that clone3 makes. The cgroup namespace is left to init: its root is the group the process is
 * in when it is made (cgroup_namespaces(7)), and version 1 groups are joined afterwards. The time namespace is made here,
 * because unshare(2) would put only init's children into it; clone3 takes CLONE_NEWTIME although it lies in CSIGNAL's bits
 * (since Linux 6.3 and the stable kernels of that time; older ones say EINVAL).
 */
const CLONE_FLAGS: Readonly<Record<Exclude<Namespace, 'cgroup'>, ConstName>> = {
  user: 'CLONE_NEWUSER',
  mnt: 'CLONE_NEWNS',
  pid: 'CLONE_NEWPID',
  uts: 'CLONE_NEWUTS',
  ipc: 'CLONE_NEWIPC',
  net: 'CLONE_NEWNET',
  time: 'CLONE_NEWTIME',
};

/** The flags for clone3, in the order of NAMESPACES. */
export function cloneFlags(namespaces: readonly Namespace[]): readonly ConstName[] {
  return namespaces.flatMap((namespace) => (namespace === 'cgroup' ? [] : [CLONE_FLAGS[namespace]]));
}

/**
 * The monitor's step that starts init. `cgroupSlot` holds a descriptor of the cgroup v2 group in which init begins
 * (CLONE_INTO_CGROUP), or is null. Init's process id and /proc directory are in the slots `init.pid` and `init.proc`.
 */
export function cloneStep(spec: ContainerSpec, host: HostFacts, cgroupSlot: Slot | null): MonitorStep {
  const made = newNamespaces(spec, host);
  const flags = cloneFlags(made);
  const own = made.filter((namespace) => namespace !== 'cgroup').join(', ');
  return {
    who: 'monitor',
    phase: 'clone',
    what: `start init${own === '' ? '' : ` in namespaces of its own: ${own}`}${cgroupSlot === null ? '' : ', in its control group'}`,
    why: namespacesWhy(spec),
    actions: [{ builtin: 'clone', namespaces: flags, cgroup: cgroupSlot }],
    hints: {
      EPERM: made.includes('user')
        ? 'user namespaces are forbidden to this caller (user.max_user_namespaces, kernel.unprivileged_userns_clone, a seccomp filter, or a chroot)'
        : 'namespaces without a user namespace need CAP_SYS_ADMIN',
      ENOSPC: 'too many namespaces: see the limits user.max_*_namespaces in /proc/sys/user, or 32 levels of nesting are reached',
      EUSERS: '32 levels of user namespaces are reached',
      EINVAL: made.includes('time')
        ? "this kernel's clone3 cannot make a time namespace (Linux 6.3 can), or lacks one of the others"
        : 'this kernel lacks one of these namespaces',
      EAGAIN: 'the limit on processes is reached (RLIMIT_NPROC, pids.max or kernel.pid_max)',
      ENOMEM: 'the kernel is out of memory',
      ENOSYS: 'clone3 needs Linux 5.3, or a seccomp filter around the caller hides it',
      ...(cgroupSlot === null ? {} : CGROUP_HINTS),
    },
  };
}

const CGROUP_HINTS = {
  EACCES: 'the caller may not put processes into this control group',
  EBUSY: 'the control group has children with controllers and so takes no process',
  EOPNOTSUPP: 'the control group is in an invalid state (cgroup.type says "domain invalid")',
  EBADF: 'the control group is not one of cgroup version 2',
} as const;
