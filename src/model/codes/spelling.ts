// Diagnostics of lines that are meant as something else than LXC's language (config/keys): HF185..HF199.

import type { CodeEntry } from '../codes.ts';

export const SPELLING_CODES = {
  HF185: {
    severity: 'error',
    message: "'{key}' is a key of {tool}: LXC would silently ignore this line",
    help: '{instead}',
  },
  HF186: {
    severity: 'error',
    message: "'{line}' begins a section, and there are none here: LXC would silently ignore this line",
    help: "write every key in full, beginning with 'lxc.'",
  },
} as const satisfies Record<string, CodeEntry>;
