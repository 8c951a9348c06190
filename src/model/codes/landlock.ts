// Diagnostics of Landlock rulesets (controls/landlock/): HF28x.

import type { CodeEntry } from '../codes.ts';

export const LANDLOCK_CODES = {
  HF280: {
    severity: 'error',
    message: 'this ruleset cannot be used: {problem}',
    help: "a line is a word and what it is about: 'read /', 'write /var -/srv', 'use /dev/fuse', 'allow make_char /dev', 'bind 80', 'connect 443', 'scope signal'",
  },
  HF281: {
    severity: 'error',
    message: '{path} needs version {needs} of Landlock, and Linux {release} has version {abi}',
    help: 'boot a newer kernel, or take out the lines for ports (version 4, Linux 6.7) or scopes (version 6, Linux 6.12)',
  },
  HF282: {
    severity: 'info',
    message: 'this kernel has no Landlock ({lsms}), so the container goes without it',
    help: "boot with landlock in lsm= to have it; '-s holdfast.landlock=default' makes its absence an error",
  },
} as const satisfies Record<string, CodeEntry>;
