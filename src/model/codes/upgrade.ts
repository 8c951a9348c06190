// What cannot be said to another generation of LXC, or not quite: HF17x (config/upgrade).

import type { CodeEntry } from '../codes.ts';

export const UPGRADE_CODES = {
  HF170: {
    severity: 'warning',
    message: "LXC {generation} has nothing for '{key}': {reason}",
    help: 'the line stays as it is; --force puts it into a comment',
  },
  HF171: {
    severity: 'warning',
    message: "'{key}' becomes '{other}', which is not quite the same: {caution}",
    help: 'look whether that is what is meant',
  },
} as const satisfies Record<string, CodeEntry>;
