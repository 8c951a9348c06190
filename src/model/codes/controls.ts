// Diagnostics of the controls and the plan (controls/, plan/): HF3xx and HF4xx.

import type { CodeEntry } from '../codes.ts';

export const CONTROL_CODES = {
  'HF301': {
    severity: 'error',
    message: "'{key}' is read but cannot be enforced: {reason}",
    help: "{remedy}; to start without it, say so: --allow-missing {key}, or the line 'holdfast.allow_missing = {key}'",
  },
  'HF302': {
    severity: 'warning',
    message: "'{key}' is not enforced, as allowed: {reason}",
    help: '',
  },
} as const satisfies Record<string, CodeEntry>;
