// Diagnostics of the machine's baseline (host/) and of control groups (controls/cgroups/): HF5xx.

import type { CodeEntry } from '../codes.ts';

export const CGROUP_CODES = {
  // host
  HF501: {
    severity: 'error',
    message: "Holdfast makes machine code for x86-64 and arm64, and this is '{arch}'",
    help: 'run it on a machine, or in a virtual machine, of one of these',
  },
  HF502: {
    severity: 'error',
    message: 'this kernel is {release}; Holdfast needs {oldest} or newer',
    help: 'boot a newer kernel: older ones lack the calls that make a mount or a namespace without a race',
  },

  // control groups
  HF510: {
    severity: 'error',
    message: "'{key}' names no control-group file: {reason}",
    help: 'write lxc.cgroup.CONTROLLER.FILE or lxc.cgroup2.CONTROLLER.FILE, e.g. lxc.cgroup2.memory.max',
  },
  HF511: {
    severity: 'error',
    message: "'{key}' names no place for a control group: {reason}",
    help: '{remedy}',
  },
  HF512: {
    severity: 'info',
    message: "'{key}' is for the other version of control groups; on this machine '{other}' does it",
    help: '',
  },
  HF513: {
    severity: 'error',
    message: "'{key}' has no value, and writing nothing changes nothing",
    help: 'give it a value, or remove the line',
  },

  // values
  HF540: {
    severity: 'error',
    message: "'{key} = {value}' has no equivalent in version {version} of control groups: {reason}",
    help: 'remove the line, or write what is meant for that version',
  },
  HF541: {
    severity: 'info',
    message: "'{key}' becomes {other} = {value}, which is not quite the same: {caution}",
    help: '',
  },
  HF542: {
    severity: 'error',
    message: "'{value}' is no value for {file}",
    help: 'write {expected}',
  },
  HF543: {
    severity: 'error',
    message: "'{key}' sets no limit: {file} does something at once",
    help: '{instead}',
  },
  HF544: {
    severity: 'error',
    message: '{file} = {value} is less than a container needs to start: {what}',
    help: 'give it {least} or more',
  },
  HF545: {
    severity: 'error',
    message: "'{key} = {value}' names no block device: {reason}",
    help: "write its numbers (ls -l /dev shows them) or the name of a disk: '8:0' or '/dev/sda'",
  },

  // groups of containers
  HF550: {
    severity: 'error',
    message: "'{key}' is for a group that containers share, and this one is in none",
    help: 'name one: lxc.cgroup.dir = tenants/acme',
  },
  HF551: {
    severity: 'error',
    message: "'{key}': {reason}",
    help: 'write lxc.cgroup.{file} or lxc.cgroup2.{file} in the configurations of the containers',
  },
} as const satisfies Record<string, CodeEntry>;
