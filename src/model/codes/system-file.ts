// Codes about lxc.conf(5), the file that holds for all containers.

import type { CodeEntry } from '../codes.ts';

export const SYSTEM_FILE_CODES = {
  HF146: {
    severity: 'error',
    message: "'{key}' is no key of lxc.conf: LXC would silently ignore this line",
    help: '{suggestion}',
  },
  HF147: {
    severity: 'warning',
    message: '{key} is set by {where} already, and as in LXC the first one holds',
    help: 'remove this line, or that one',
  },
  HF148: {
    severity: 'error',
    message: "'{value}' is no value for {key}: expected {expected}",
    help: '',
  },
  HF149: {
    severity: 'error',
    message: '{path}, which holds for all containers, cannot be read: {reason}',
    help: 'make it readable, or remove it',
  },
} as const satisfies Record<string, CodeEntry>;
