// Diagnostics of ids that containers are given, and of who shares them (controls/idmap, runtime/ids): HF380 to HF399.

import type { CodeEntry } from '../codes.ts';

export const IDMAP_CODES = {
  HF380: {
    severity: 'warning',
    message: "'{text}' grants no ids: {reason}",
    help: "write it as USER:FIRST:COUNT in decimal digits, e.g. '{user}:100000:65536'; newuidmap skips it in silence",
  },
  HF381: {
    severity: 'error',
    message: "'{text}' would grant {kind} ids to {user}, but is malformed: {reason}",
    help: "write it as USER:FIRST:COUNT in decimal digits, e.g. '{line}'",
  },
  HF382: {
    severity: 'warning',
    message: "'holdfast.idmap = auto' has no effect: the lines of lxc.idmap hold",
    help: 'remove one or the other',
  },
  HF383: {
    severity: 'error',
    message: 'the container cannot be given ids of its own: {reason}',
    help: '{remedy}',
  },
  HF384: {
    severity: 'info',
    message: 'at its first start the container is given ids of its own, now it would be {ids}',
    help: 'to fix them before: holdfast ids allocate {name}',
  },
  HF385: {
    severity: 'error',
    message: '{program} cannot map {kind} ids for {user}: {reason}',
    help: 'as root: {fix}',
  },
  HF386: {
    severity: 'warning',
    message: '{one} and {other} share {kind} ids {range}',
    help: 'whoever gets out of one of them can read, change, signal and trace what belongs to the other, and both count against the same limits (processes, inotify, keys); give one of them ids of its own: holdfast ids allocate NAME',
  },
  HF387: {
    severity: 'warning',
    message: '{kind} ids {range} of {container} are granted to {user}, too ({source})',
    help: '{user} can become each of these ids (newuidmap), and so owns the files and processes of the container; whoever gets out of it owns those of the containers of {user}',
  },
  HF388: {
    severity: 'warning',
    message: '{kind} ids {range} of {container} belong to accounts of this machine: {accounts}',
    help: 'files and processes of these accounts belong to the container; give it ids nobody has: holdfast ids allocate NAME',
  },
  HF389: {
    severity: 'warning',
    message: '{one} and {other} are both granted {kind} ids {range} ({source})',
    help: 'each can become the ids of the other; change one of the two lines',
  },
  HF390: {
    severity: 'warning',
    message: '{kind} ids {range} are kept for {name}, and its configuration {config} is gone',
    help: 'to give them free, when no file belongs to them any more: holdfast ids release -f {config}',
  },
  HF391: {
    severity: 'error',
    message: '{user} may not mount {path} with an id map of its own: that takes root over its file system',
    help: "let its files belong to the container's ids instead: holdfast ids shift {name}, or make them in 'holdfast userns -n {name}'",
  },
  HF392: {
    severity: 'error',
    message: "'idmap=container' needs ids of the container's own, and it has those of the host",
    help: 'map some (holdfast.idmap = auto, or lxc.idmap), or remove the option',
  },
  HF393: {
    severity: 'error',
    message: '{path} lies on {filesystem}, whose mounts take no id map here: {when}',
    help: "give its files to the container's ids: holdfast ids shift {name}; or move it to ext4, xfs or btrfs",
  },
  HF394: {
    severity: 'error',
    message: "'idmap=' is for what is bound from the host: with 'bind' or 'rbind', and without 'relative'",
    help: 'a new file system belongs to the container anyway',
  },
  HF395: {
    severity: 'warning',
    message: 'every user of this machine can come to {path}, and what root of the container makes there belongs to root on the disk',
    help: 'a set-user-ID program made in the container would give them root: chmod 700 {above}',
  },
  HF396: {
    severity: 'warning',
    message: "the container shares the host's keyrings of users: its root finds the keys of the host's root ({calls})",
    help: "map its ids (lxc.idmap), or refuse these calls: holdfast.keyctl = 0, or in the policy (lxc.seccomp.profile); 'holdfast.keyctl = 1' says that it is meant",
  },
} as const satisfies Record<string, CodeEntry>;
