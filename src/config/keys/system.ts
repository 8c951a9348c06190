// Keys that say what the container is: init, root, mounts, devices, hostname, signals, environment.

import { ENFORCED, type KeyEntry, SILENT } from './entry.ts';

/** (uid_t) -1 is no id. */
const ID = { kind: 'integer', min: 0, max: 0xffff_fffe } as const;
const COUNT = { kind: 'integer', min: 0, max: 0xffff_ffff } as const;
/** __NEW_UTS_LEN of linux/utsname.h. */
const HOSTNAME = { kind: 'text', like: /^.{1,64}$/, expected: 'a name of at most 64 bytes' } as const;
const SIZE = { kind: 'text', like: /^(auto|\d+\s*([kmg]b)?)$/i, expected: "'auto' or a size such as 64KB" } as const;

// biome-ignore format: a key is a line
export const SYSTEM_KEYS: readonly KeyEntry[] = [
  // init
  { name: 'lxc.init.cmd', grammar: { kind: 'command' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.init_cmd'], doc: 'command line of init; /sbin/init' },
  { name: 'lxc.init.uid', grammar: ID, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.init_uid'], doc: 'user of init, inside; 0' },
  { name: 'lxc.init.gid', grammar: ID, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.init_gid'], doc: 'group of init, inside; 0' },
  { name: 'lxc.init.groups', grammar: { kind: 'ids' }, repeat: 'append', empty: 'clear', effect: ENFORCED, since: '4.0.10', doc: 'supplementary groups of init, with commas between' },
  { name: 'lxc.init.cwd', grammar: { kind: 'path' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '3.0', doc: 'directory init begins in; /' },
  { name: 'lxc.execute.cmd', grammar: { kind: 'command' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '3.0', doc: 'command of an application container' },
  { name: 'lxc.environment', grammar: { kind: 'environment' }, repeat: 'append', empty: 'clear', effect: ENFORCED, since: '1.1', doc: "NAME=VALUE for init, or NAME for the caller's value" },
  { name: 'lxc.environment.runtime', grammar: { kind: 'environment' }, repeat: 'append', empty: 'clear', effect: ENFORCED, since: '7.0', doc: 'the same, not for hooks' },
  { name: 'lxc.environment.hooks', grammar: { kind: 'environment' }, repeat: 'append', empty: 'clear', effect: SILENT, since: '7.0', doc: 'the same, for hooks only' },
  { name: 'lxc.arch', grammar: { kind: 'arch' }, repeat: 'overwrite', empty: 'refused', effect: ENFORCED, doc: 'personality, by the name of an architecture' },
  { name: 'lxc.uts.name', grammar: HOSTNAME, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.utsname'], doc: 'hostname' },
  { name: 'lxc.signal.halt', grammar: { kind: 'signal' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.haltsignal'], doc: 'asks init to shut down; SIGPWR' },
  { name: 'lxc.signal.reboot', grammar: { kind: 'signal' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.rebootsignal'], doc: 'asks init to reboot; SIGINT' },
  { name: 'lxc.signal.stop', grammar: { kind: 'signal' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.stopsignal'], doc: 'ends init; SIGKILL' },

  // root, mounts
  { name: 'lxc.rootfs.path', grammar: { kind: 'root' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.rootfs'], doc: 'root file system: [dir:]PATH or overlay:LOWER:UPPER' },
  { name: 'lxc.rootfs.backend', grammar: { kind: 'text' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '2.0', until: '3.0', doc: 'storage of lxc.rootfs.path, today a prefix of it' },
  { name: 'lxc.rootfs.options', grammar: { kind: 'root-options' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, doc: "mount options of the root: 'ro', 'rw'" },
  { name: 'lxc.rootfs.mount', grammar: { kind: 'path' }, repeat: 'overwrite', empty: 'clear', effect: { kind: 'note', reason: 'the root is put together in a mount namespace of its own, on no path of the host' }, doc: 'where the root is put together' },
  { name: 'lxc.mount.auto', grammar: { kind: 'mount-auto' }, repeat: 'merge', empty: 'clear', effect: ENFORCED, doc: 'proc, sys, cgroup and how much of them is writable' },
  { name: 'lxc.mount.entry', grammar: { kind: 'mount' }, repeat: 'append', empty: 'clear', effect: ENFORCED, doc: 'a line as in fstab(5); also optional, create=dir, create=file' },
  { name: 'lxc.mount.fstab', grammar: { kind: 'path' }, repeat: 'overwrite', empty: 'refused', effect: ENFORCED, old: ['lxc.mount'], doc: 'file of such lines' },

  // devices, terminals
  { name: 'lxc.autodev', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: { value: '0' }, effect: ENFORCED, doc: '1 (default): a small /dev is made' },
  { name: 'lxc.autodev.tmpfs.size', grammar: { kind: 'integer', min: 1, max: Number.MAX_SAFE_INTEGER }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '4.0', doc: 'bytes of the tmpfs on /dev; 500000' },
  { name: 'lxc.tty.max', grammar: COUNT, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.tty'], doc: 'number of ttys; 0' },
  { name: 'lxc.tty.dir', grammar: { kind: 'relative' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.devttydir'], doc: 'directory below /dev for ttys and console' },
  { name: 'lxc.pty.max', grammar: COUNT, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.pts'], doc: 'number of pseudo terminals; 0 is no devpts of its own in LXC' },
  { name: 'lxc.console.path', grammar: { kind: 'path' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.console'], doc: "file or terminal that is the console, or 'none'" },
  { name: 'lxc.console.logfile', grammar: { kind: 'path' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, doc: 'file the console is copied to' },
  { name: 'lxc.console.rotate', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: { kind: 'unenforced', nothing: ['0'] }, since: '3.0', doc: 'rotate the log file' },
  { name: 'lxc.console.buffer.size', grammar: SIZE, repeat: 'overwrite', empty: 'clear', effect: { kind: 'unenforced', nothing: ['0'] }, since: '3.0', doc: "size of the console's ring buffer" },
  { name: 'lxc.console.size', grammar: SIZE, repeat: 'overwrite', empty: 'clear', effect: { kind: 'unenforced', nothing: ['0'] }, since: '3.0', doc: 'largest size of the log file' },
];
