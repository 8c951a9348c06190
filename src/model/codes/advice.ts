// Advice of `holdfast check` about a configuration that is valid: HF6xx. What cannot be meant, and what gives much away.

import type { CodeEntry } from '../codes.ts';

export const ADVICE_CODES = {
  // what cannot be meant
  HF600: {
    severity: 'warning',
    message: "'{key}' is set twice: line {line} says '{before}', and this line wins",
    help: 'remove one of them',
  },
  HF601: {
    severity: 'warning',
    message: "'{key}' has no effect: {reason}",
    help: '{remedy}',
  },
  HF602: {
    severity: 'warning',
    message: "the kernel does not take '{value}' for '{key}' as it is: {rule}",
    help: '{remedy}',
  },
  HF603: {
    severity: 'info',
    message: "LXC {until} and later refuse '{key}'{more}, and with it the whole file",
    help: '{remedy}',
  },
  HF604: {
    severity: 'info',
    message: "'{word}' is accepted by this line, and nothing of the kind was found",
    help: 'remove the line when it is no longer needed',
  },
  HF605: {
    severity: 'warning',
    message: "'{word}' accepts nothing: {reason}",
    help: 'name a warning: holdfast.accept = CODE, or CODE:KEY for the lines of one key',
  },

  // grants: what an attacker who is root in the container gains
  HF610: {
    severity: 'warning',
    message: 'the container may use {device}: {gain}',
    help: '{remedy}',
  },
  HF611: {
    severity: 'warning',
    message: '{path} of the host is in the container{how}: {gain}',
    help: '{remedy}',
  },
  HF612: {
    severity: 'warning',
    message: "'{word}' makes {what} writable: {gain}",
    help: '{remedy}',
  },
  HF613: {
    severity: 'warning',
    message: "the container stays in the host's {namespace} namespace: {gain}",
    help: '{remedy}',
  },
  HF614: {
    severity: 'warning',
    message: 'every system call of the kernel is open to the container: a flaw in any of them is a way out',
    help: 'lxc.seccomp.profile = /usr/share/lxc/config/common.seccomp closes the ones that a system container never needs',
  },
  HF615: {
    severity: 'warning',
    message: "'{rule}' in the AppArmor profile {gain}",
    help: 'allow the one mount that is needed: its type, source and target',
  },
  HF617: {
    severity: 'warning',
    message: "'{key} = {value}' leaves the container without a profile of its own: {gain}",
    help: '{remedy}',
  },
  HF618: {
    severity: 'warning',
    message: 'no device rules hold, and its root may make any device node (mknod): it reads and writes the disks of the host',
    help: 'deny all first (lxc.cgroup2.devices.deny = a, or lxc.cgroup.devices.deny = a), then allow what is needed, or add mknod to lxc.cap.drop',
  },
  HF616: {
    severity: 'warning',
    message: "'{path}' is not the caller's alone, {whom} may write {where}: {gain}",
    help: 'let only root and the caller write the file and the directories above it',
  },

  // what this combination or this machine makes of a line
  HF620: {
    severity: 'warning',
    message: "'{key} = {type}' is about an interface of the host, and none is named: LXC refuses to start",
    help: "set {link} to the host's interface ('ip link' shows them)",
  },
  HF621: {
    severity: 'info',
    message:
      "'{key}': with mapped ids device rules are only about its terminals and nodes that are mounted in, for the container can neither make nor open others; and only root of the host may set them",
    help: "for a container that an ordinary user starts, clear them as LXC's userns.conf does: 'lxc.cgroup.devices.allow =', 'lxc.cgroup2.devices.allow =' and the same with deny",
  },
  HF622: {
    severity: 'warning',
    message: "the kernel takes no device rule from an ordinary user: '{key}' is refused, and with it the start",
    help: "clear them as LXC's userns.conf does ('{family}.allow =', '{family}.deny ='), or start the container as root",
  },
  HF623: {
    severity: 'warning',
    message: "this kernel does not account for swap: there is no {file} in {group}, so '{key}' is refused, and with it the start",
    help: 'boot with swapaccount=1, or remove the line: the limit on memory holds without it',
  },
  HF624: {
    severity: 'warning',
    message: "'{rule}' does not work with lxc.no_new_privs = 1: the kernel refuses to execute what would leave for another AppArmor profile (EPERM)",
    help: 'let the program inherit the profile (ix), or remove lxc.no_new_privs',
  },
} as const satisfies Record<string, CodeEntry>;
