// Diagnostics of the configuration language (config/): HF1xx.

import type { CodeEntry } from '../codes.ts';

export const CONFIG_CODES = {
  // lines
  HF101: {
    severity: 'error',
    message: "unknown key '{key}'",
    help: '{suggestion}',
  },
  HF102: {
    severity: 'error',
    message: "'{line}' begins neither with 'lxc.' nor with 'holdfast.': LXC would silently ignore this line",
    help: "{suggestion}put '#' in front of a comment",
  },
  HF103: {
    severity: 'error',
    message: "there is no '=' in '{line}'",
    help: '{suggestion}',
  },
  HF104: {
    severity: 'error',
    message: 'a NUL byte: LXC would silently ignore all that follows',
    help: 'is this a text file?',
  },
  HF105: {
    severity: 'error',
    message: 'bytes that are no UTF-8 text',
    help: '',
  },
  HF106: {
    severity: 'error',
    message: 'the line is longer than 64 KiB',
    help: '',
  },
  HF107: {
    severity: 'error',
    message: '{file} is larger than 16 MiB',
    help: '',
  },
  HF108: {
    severity: 'error',
    message: "cannot read '{path}': {reason}",
    help: '{remedy}',
  },
  HF109: {
    severity: 'error',
    message: 'the files include each other: {chain}',
    help: 'remove one of the lines',
  },
  HF110: {
    severity: 'error',
    message: 'more than {limit} {what}',
    help: 'remove lxc.include lines',
  },
  HF111: {
    severity: 'warning',
    message: "'{old}' is today '{key}'",
    help: "LXC 2.1 renamed it and 3.0 refuses the old name: write '{key}', or keep the old one for LXC 1 and 2.0",
  },
  HF112: {
    severity: 'warning',
    message: "'{key}' has had no effect since LXC 2.1",
    help: 'remove the line',
  },
  HF113: {
    severity: 'error',
    message: "'{key}' belongs in lxc.conf, the file for all containers",
    help: 'move it there (lxc.conf(5))',
  },
  HF114: {
    severity: 'error',
    message: "'{text}' assigns nothing",
    help: "write -s KEY=VALUE; keys begin with 'lxc.' or 'holdfast.'",
  },
  HF116: {
    severity: 'error',
    message: "'{key}' belongs to no interface: there is no lxc.network.type before it",
    help: "put 'lxc.network.type = ...' in front of it",
  },
  HF117: {
    severity: 'error',
    message: 'there are {limit} errors, and reading ends: what follows is not looked at',
    help: 'correct the errors before it',
  },
  HF118: {
    severity: 'warning',
    message: 'there are more warnings than the first {limit}: {more} are not told',
    help: 'correct, or accept, those that are told',
  },
  HF115: {
    severity: 'warning',
    message: "the value of '{key}' goes to the end of the line, '{comment}' included",
    help: 'comments have lines of their own',
  },

  // values
  HF120: {
    severity: 'error',
    message: "'{value}' is no value for '{key}': expected {expected}",
    help: '{suggestion}',
  },
  HF121: {
    severity: 'error',
    message: "'{key}' has no value",
    help: '{suggestion}',
  },
  HF122: {
    severity: 'error',
    message: "'{key}' only clears what was set before and takes no value",
    help: '{suggestion}',
  },
  HF123: {
    severity: 'error',
    message: "'{name}' in '{key}' is no capability",
    help: '{suggestion}',
  },
  HF124: {
    severity: 'error',
    message: "'none' keeps no capability and has no meaning in lxc.cap.drop",
    help: "write 'lxc.cap.keep = none' to drop all",
  },
  HF125: {
    severity: 'error',
    message: "'{name}' in '{key}' is no namespace",
    help: '{suggestion}',
  },
  HF126: {
    severity: 'warning',
    message: "'{name}' in '{key}' is taken for '{real}'",
    help: "LXC refuses the long name: write '{real}'",
  },
  HF127: {
    severity: 'error',
    message: "a quote in '{key}' is not closed: LXC would drop the word without a sound",
    help: 'close it',
  },
  HF128: {
    severity: 'error',
    message: "'{value}' is no line of fstab(5): {reason}",
    help: "write SOURCE TARGET TYPE OPTIONS 0 0; a space in a name is '\\040'",
  },
  HF129: {
    severity: 'error',
    message: "'{target}' lies outside the container: LXC would ignore this mount",
    help: "write the target relative to the container's root: '{relative}'",
  },
  HF130: {
    severity: 'error',
    message: "'{option}' is no option for the root file system",
    help: "'ro' and 'rw' are",
  },
  HF131: {
    severity: 'error',
    message: "storage of the type '{type}' is not built",
    help: "mount it yourself and write 'lxc.rootfs.path = dir:PATH'",
  },
  HF132: {
    severity: 'error',
    message: "'{value}' is no overlay: {reason}",
    help: "write 'overlay:LOWER:UPPER', each path beginning with '/'",
  },

  // the whole
  HF140: {
    severity: 'error',
    message: '{one} and {other} exclude each other; the other one is set by {where}',
    help: "take one of the two out, or clear it with '{other} ='",
  },
  HF141: {
    severity: 'warning',
    message: '{one} without {other}: LXC refuses that',
    help: 'set both for a file that LXC reads too',
  },
  HF142: {
    severity: 'error',
    message: 'there is no root file system and nothing to run',
    help: "write 'lxc.rootfs.path = PATH', or name a command to run over the host's own programs",
  },
  HF143: {
    severity: 'error',
    message: 'lxc.net.{index} has no type',
    help: "write 'lxc.net.{index}.type = empty', or clear it with 'lxc.net.{index} ='",
  },
  HF144: {
    severity: 'info',
    message: "'{key}' has no effect: {reason}",
    help: '',
  },
  HF145: {
    severity: 'warning',
    message: "lxc.keyring.session = {value} is read as LXC's manual has it; LXC itself does the opposite",
    help: 'remove the line for a new session keyring in both',
  },
} as const satisfies Record<string, CodeEntry>;
