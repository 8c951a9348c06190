// What holdfast doctor says of a machine and of a user on it (runtime/doctor): HF625 to HF639. Every help is a command, or says that there is none.

import type { CodeEntry } from '../codes.ts';

export const DOCTOR_CODES = {
  HF625: {
    severity: 'error',
    message: '{user} may not make user namespaces here, and without one only root can start containers: {refusal}',
    help: '{fix}',
  },
  HF626: {
    severity: 'warning',
    message: 'containers with ids of their own cannot be started: {refusal}',
    help: '{fix}',
  },
  HF627: {
    severity: 'warning',
    message: 'containers of {user} have one user and one group only: {reason}',
    help: 'as root: {fix}',
  },
  HF628: {
    severity: 'warning',
    message: '{user} cannot give a container 65536 ids of its own: {reason}',
    help: '{fix}',
  },
  HF629: {
    severity: 'warning',
    message: '{user} can make no control groups, so limits and devices in configurations are refused: {reason}',
    help: '{fix}',
  },
  HF630: {
    severity: 'warning',
    message: 'of the controllers that limits are for, these are not to be had: {controllers}',
    help: '{fix}',
  },
  HF631: {
    severity: 'info',
    message: '{module} is not at work in this kernel: {keys} cannot be enforced',
    help: 'to have it, start the kernel with lsm={list}',
  },
  HF632: {
    severity: 'warning',
    message: 'this kernel has no filters for system calls: lxc.seccomp.profile cannot be enforced',
    help: 'start a kernel that is built with CONFIG_SECCOMP_FILTER',
  },
  HF633: {
    severity: 'info',
    message: "{path} lies on {filesystem}, whose mounts take no id map: root file systems there cannot have 'lxc.rootfs.options = idmap=container'",
    help: 'holdfast create and holdfast ids shift do without',
  },
  HF634: {
    severity: 'error',
    message: '{what} {path} cannot be used: {reason}',
    help: '{fix}',
  },
  HF635: {
    severity: 'warning',
    message: '{path} lies on a file system that is mounted {option}: {consequence}',
    help: 'as root: {fix}; or keep containers elsewhere (lxc.lxcpath in lxc.conf)',
  },
  HF636: {
    severity: 'info',
    message: 'holdfast create -t busybox has nothing to make a container of: {reason}',
    help: 'as root: apt install busybox-static',
  },
  HF637: {
    severity: 'info',
    message: 'AppArmor is at work, and the program that loads its profiles is not there',
    help: 'as root: apt install apparmor',
  },
  HF638: {
    severity: 'warning',
    message: 'this shell has no_new_privs set: newuidmap and newgidmap cannot get their privileges, and containers of {user} have one id only',
    help: 'start them from a login of its own; what set it (a sandbox, a container, a unit with NoNewPrivileges=) cannot take it back',
  },
} as const satisfies Record<string, CodeEntry>;
