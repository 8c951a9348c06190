// Diagnostics of seccomp policies (controls/seccomp/): HF2xx.

import type { CodeEntry } from '../codes.ts';

export const SECCOMP_CODES = {
  'HF201': {
    severity: 'error',
    message: "unknown system call '{name}'",
    help: '{suggestion}',
  },
} as const satisfies Record<string, CodeEntry>;
