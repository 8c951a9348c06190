// Keys that say what the container is: init, root, mounts, devices, hostname, signals, environment.

import { ENFORCED, type KeyEntry, SILENT } from './entry.ts';

/** (uid_t) -1 is no id. */
const ID = { kind: 'integer', min: 0, max: 0xffff_fffe } as const;
const COUNT = { kind: 'integer', min: 0, max: 0xffff_ffff } as const;
/** __NEW_UTS_LEN of linux/utsname.h. */
const HOSTNAME = {
  kind: 'text',
  like: /^.{1,64}$/,
  expected: 'a name of at most 64 bytes',
  valid: ['web', 'web.example.org'],
  malformed: ['x'.repeat(65)],
} as const;
const SIZE = {
  kind: 'text',
  like: /^(auto|\d+\s*([kmg]b)?)$/i,
  expected: "'auto' or a size such as 64KB",
  valid: ['auto', '4096', '64KB', '1 MB'],
  malformed: ['big', '-1', '1XB', 'KB', '1.5MB'],
} as const;

// biome-ignore format: a key is a line
export const SYSTEM_KEYS = [
  // init
  { name: 'lxc.init.cmd', grammar: { kind: 'command' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.init_cmd'], since: '1.1', absent: '/sbin/init', doc: 'command line of init' },
  { name: 'lxc.init.uid', grammar: ID, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.init_uid'], since: '2.0', absent: '0', security: { closes: 'being root inside' }, doc: 'user of init, inside' },
  { name: 'lxc.init.gid', grammar: ID, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.init_gid'], since: '2.0', absent: '0', security: { closes: 'the group root inside' }, doc: 'group of init, inside' },
  { name: 'lxc.init.groups', grammar: { kind: 'ids' }, repeat: 'append', empty: 'clear', effect: ENFORCED, since: '4.0.10', absent: 'none', security: { opens: 'files of these groups' }, doc: 'supplementary groups of init, with commas between' },
  { name: 'lxc.init.cwd', grammar: { kind: 'path' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '3.0', absent: '/', doc: 'directory init begins in' },
  { name: 'lxc.execute.cmd', grammar: { kind: 'command' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '3.0', absent: 'none', doc: 'command of an application container' },
  { name: 'lxc.environment', grammar: { kind: 'environment' }, repeat: 'append', empty: 'clear', effect: ENFORCED, since: '1.1', absent: 'PATH, container=lxc, and TERM where there is one', security: { opens: "a name alone: the caller's value" }, doc: "NAME=VALUE for init, or NAME for the caller's value" },
  { name: 'lxc.environment.runtime', grammar: { kind: 'environment' }, repeat: 'append', empty: 'clear', effect: ENFORCED, since: '7.0', absent: 'none', security: { opens: "a name alone: the caller's value" }, doc: 'the same, not for hooks' },
  { name: 'lxc.environment.hooks', grammar: { kind: 'environment' }, repeat: 'append', empty: 'clear', effect: SILENT, since: '7.0', absent: 'none', doc: 'the same, for hooks only' },
  { name: 'lxc.arch', grammar: { kind: 'arch' }, repeat: 'overwrite', empty: 'refused', effect: ENFORCED, absent: "the caller's", security: { opens: '32-bit calls answer as on another machine' }, doc: 'personality, by the name of an architecture' },
  { name: 'lxc.uts.name', grammar: HOSTNAME, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.utsname'], absent: "the caller's", doc: 'hostname' },
  { name: 'lxc.signal.halt', grammar: { kind: 'signal' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.haltsignal'], absent: 'SIGPWR', doc: 'asks init to shut down' },
  { name: 'lxc.signal.reboot', grammar: { kind: 'signal' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.rebootsignal'], since: '2.0', absent: 'SIGINT', doc: 'asks init to reboot' },
  { name: 'lxc.signal.stop', grammar: { kind: 'signal' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.stopsignal'], absent: 'SIGKILL', doc: 'ends init' },

  // root, mounts
  { name: 'lxc.rootfs.path', grammar: { kind: 'root' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.rootfs'], absent: "none: the caller's root", security: { closes: 'files of the host' }, changed: 'a block device or an image is a path of its own before 2.1, a prefix (loop:, nbd:, lvm:) since', doc: 'root file system: [dir:]PATH or overlay:LOWER:UPPER' },
  { name: 'lxc.rootfs.backend', grammar: { kind: 'text' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '2.0', until: '3.0', absent: 'found by trying', doc: 'storage of lxc.rootfs.path, today a prefix of it' },
  { name: 'lxc.rootfs.options', grammar: { kind: 'root-options' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, absent: 'rw', security: { closes: 'ro: changing the root' }, doc: "mount options of the root: 'ro', 'rw'; 'idmap=container': its files belong to the ids inside, whatever ids the container has outside" },
  { name: 'lxc.rootfs.mount', grammar: { kind: 'path' }, repeat: 'overwrite', empty: 'clear', effect: { kind: 'note', reason: 'the root is put together in a mount namespace of its own, on no path of the host' }, absent: "a directory of LXC's own", doc: 'where the root is put together' },
  { name: 'lxc.mount.auto', grammar: { kind: 'mount-auto' }, repeat: 'merge', empty: 'clear', effect: ENFORCED, absent: 'nothing', security: { closes: 'what is mounted read-only', opens: 'proc:rw, sys:rw, cgroup:rw: settings of the whole machine' }, changed: "inside a cgroup namespace (LXC 2.0 and later) 'cgroup' mounts nothing without ':force'", doc: 'proc, sys, cgroup and how much of them is writable' },
  { name: 'lxc.mount.entry', grammar: { kind: 'mount' }, repeat: 'append', empty: 'clear', effect: ENFORCED, absent: 'nothing', security: { opens: 'files of the host, and devices in them' }, changed: "'idmap=' came with 4.0.7", doc: 'a line as in fstab(5); also optional, create=dir, create=file, idmap=container' },
  { name: 'lxc.mount.fstab', grammar: { kind: 'path' }, repeat: 'overwrite', empty: 'refused', effect: ENFORCED, old: ['lxc.mount'], absent: 'none', security: { opens: 'files of the host, and devices in them' }, doc: 'file of such lines' },

  // devices, terminals
  { name: 'lxc.autodev', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: { value: '0' }, effect: ENFORCED, absent: '1', security: { closes: "devices of the root's own /dev", opens: '0: whatever nodes the root has' }, changed: 'LXC 1.0: where it is absent, 1 if init is systemd, and 0 if not', doc: '1 (default): a small /dev is made' },
  { name: 'lxc.autodev.tmpfs.size', grammar: { kind: 'integer', min: 1, max: Number.MAX_SAFE_INTEGER }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '4.0', absent: '500000', security: { closes: 'filling memory through /dev' }, doc: 'bytes of the tmpfs on /dev' },
  { name: 'lxc.tty.max', grammar: COUNT, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.tty'], absent: '0', doc: 'number of ttys' },
  { name: 'lxc.tty.dir', grammar: { kind: 'relative' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.devttydir'], absent: '/dev itself', doc: 'directory below /dev for ttys and console' },
  { name: 'lxc.pty.max', grammar: COUNT, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.pts'], absent: '0', security: { closes: 'terminals of the host (a devpts of its own)' }, changed: 'before 2.1 any number only asked for a devpts of its own', doc: 'number of pseudo terminals; 0 is no devpts of its own in LXC' },
  { name: 'lxc.console.path', grammar: { kind: 'path' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.console'], absent: 'a pseudo terminal', security: { opens: 'the file or terminal' }, doc: "file or terminal that is the console, or 'none'" },
  { name: 'lxc.console.logfile', grammar: { kind: 'path' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '1.0.6', changed: 'before LXC 1.0.6 it set the console itself', absent: 'none', doc: 'file the console is copied to' },
  { name: 'lxc.console.rotate', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: { kind: 'unenforced', nothing: ['0'] }, since: '3.0', absent: '0', doc: 'rotate the log file' },
  { name: 'lxc.console.buffer.size', grammar: SIZE, repeat: 'overwrite', empty: 'clear', effect: { kind: 'unenforced', nothing: ['0'] }, since: '3.0', absent: '0', doc: "size of the console's ring buffer" },
  { name: 'lxc.console.size', grammar: SIZE, repeat: 'overwrite', empty: 'clear', effect: { kind: 'unenforced', nothing: ['0'] }, since: '3.0', absent: '0', doc: 'largest size of the log file' },
] as const satisfies readonly KeyEntry[];
