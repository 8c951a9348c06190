// Diagnostics of the machine's baseline (host/) and of control groups (controls/cgroups/): HF5xx.

import type { CodeEntry } from '../codes.ts';

export const CGROUP_CODES = {
  // host
  'HF501': {
    severity: 'error',
    message: "Holdfast makes machine code for x86-64 and arm64, and this is '{arch}'",
    help: 'run it on a machine, or in a virtual machine, of one of these',
  },
  'HF502': {
    severity: 'error',
    message: 'this kernel is {release}; Holdfast needs {oldest} or newer',
    help: 'boot a newer kernel: older ones lack the calls that make a mount or a namespace without a race',
  },
} as const satisfies Record<string, CodeEntry>;
