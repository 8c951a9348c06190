// Diagnostics of the configuration language (config/): HF1xx.

import type { CodeEntry } from '../codes.ts';

export const CONFIG_CODES = {
  'HF101': {
    severity: 'error',
    message: "unknown key '{key}'",
    help: '{suggestion}',
  },
} as const satisfies Record<string, CodeEntry>;
