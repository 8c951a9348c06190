// Diagnostics of device rules (controls/devices/): HF514, HF520-HF539.

import type { CodeEntry } from '../codes.ts';

export const DEVICE_CODES = {
  HF514: {
    severity: 'error',
    message: "'{value}' is no device rule: {reason}",
    help: "write {form}; a rule is 'a', 'TYPE MAJOR:MINOR RIGHTS' or '/dev/NAME RIGHTS', one a line, since the kernel ignores a second one",
  },
  HF520: {
    severity: 'error',
    message: "'{key}' cannot be set: of the devices controller only devices.allow and devices.deny are written",
    help: 'write lxc.cgroup.devices.allow or lxc.cgroup.devices.deny',
  },
  HF521: {
    severity: 'error',
    message:
      'the device list forbids /dev/ptmx (c 5:2 rw), from which a container in a user namespace gets its terminals, and on the unified hierarchy the list binds before that',
    help: "allow 'c 5:2 rwm': the terminals are of the container's own devpts",
  },
} as const satisfies Record<string, CodeEntry>;
