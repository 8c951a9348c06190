// Diagnostics of AppArmor (controls/apparmor/) and of labels: HF29x, HF56x.

import type { CodeEntry } from '../codes.ts';

export const APPARMOR_CODES = {
  HF290: {
    severity: 'error',
    message: "'{name}' cannot be the name of a profile: {problem}",
    help: "write the name as 'aa-status' lists it, or unconfined, unchanged or generated",
  },
  HF291: {
    severity: 'error',
    message: 'the profile {name} is not loaded',
    help: '{remedy}',
  },
  HF292: {
    severity: 'error',
    message: "'{rule}' cannot be a rule of a generated profile: {problem}",
    help: 'a line is one or more whole rules of apparmor.d(5), each with its comma',
  },
  HF293: {
    severity: 'error',
    message: 'a generated profile needs a PID namespace of its own: what outlived the container would be confined by nothing when its profile goes',
    help: 'remove pid from lxc.namespace.keep, or name a profile that stays loaded',
  },
  HF294: {
    severity: 'error',
    message: 'apparmor_parser does not take {rule}: {message}',
    help: "rules are written as apparmor.d(5) has them; 'holdfast apparmor show NAME' prints the whole profile",
  },
  HF295: {
    severity: 'info',
    message: 'the profile {name} of an earlier start, whose monitor was killed, is still loaded and will be replaced',
    help: 'nothing is to be done',
  },
  HF297: {
    severity: 'warning',
    message: "this kernel's AppArmor does not mediate mounts: root in the container gets around the profile by mounting",
    help: 'boot a kernel whose AppArmor mediates mounts; lxc.apparmor.allow_incomplete = 1 accepts it',
  },
  HF299: {
    severity: 'error',
    message: 'the program would outlive a monitor that is killed: {reason}',
    help: 'the kernel forgets whose death a process dies of when its label changes (security/apparmor/domain.c, security/selinux/hooks.c): start it as root without notified calls, start a command instead of an init system, or go without the label',
  },
} as const satisfies Record<string, CodeEntry>;
