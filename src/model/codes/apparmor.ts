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
  HF299: {
    severity: 'error',
    message: 'the program would outlive a monitor that is killed: {reason}',
    help: 'the kernel forgets whose death a process dies of when its label changes (security/apparmor/domain.c, security/selinux/hooks.c): start it as root without notified calls, start a command instead of an init system, or go without the label',
  },
} as const satisfies Record<string, CodeEntry>;
