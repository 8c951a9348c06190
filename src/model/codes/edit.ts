// Diagnostics of changes to configuration files (config/edit): HF172 to HF179.

import type { CodeEntry } from '../codes.ts';

export const EDIT_CODES = {
  HF172: {
    severity: 'error',
    message: "the value for '{key}' has a line end, a NUL byte or bytes that are no UTF-8 text in it",
    help: 'a value is one line of text',
  },
  HF173: {
    severity: 'error',
    message: "several lines hold for '{key}': {places}",
    help: '--append adds one more; unset removes those of this file first',
  },
  HF174: {
    severity: 'error',
    message: "of '{key}' only the last line holds: a further one would replace it",
    help: 'leave --append out to replace it',
  },
  HF175: {
    severity: 'error',
    message: "'{key}' is set in another file: {places}",
    help: "--clear adds '{key} =' here, or change it there",
  },
  HF176: {
    severity: 'error',
    message: "no line of {file} sets '{key}', and nothing that it includes",
    help: '',
  },
  HF177: {
    severity: 'warning',
    message: "'{key}' is still set in another file: {places}",
    help: "--clear adds '{key} =' here, or change it there",
  },
  HF178: {
    severity: 'error',
    message: "a line for '{key}' in this file would not hold, or would hold beside others: {places}",
    help: 'change it there, or use --append',
  },
  HF179: {
    severity: 'error',
    message: "changing '{key}' would change what '{other}' says: interfaces of LXC 1 are counted by their order",
    help: 'give them numbers first: holdfast config upgrade',
  },
} as const satisfies Record<string, CodeEntry>;
