// Keys for the tools around a container (include, hooks, log, autostart), and Holdfast's own.

import { ENFORCED, type KeyEntry, SILENT, UNENFORCED } from './entry.ts';

const HOOK = { grammar: { kind: 'text' }, repeat: 'append', empty: 'clear', clearedBy: 'lxc.hook' } as const;
const LOG = { kind: 'note', reason: 'messages go to standard error' } as const;
const INT = { kind: 'integer', min: -0x8000_0000, max: 0x7fff_ffff } as const;
const LEVELS = ['trace', 'debug', 'info', 'notice', 'warn', 'error', 'crit', 'alert', 'fatal', '0', '1', '2', '3', '4', '5', '6', '7', '8'];
const FACILITIES = ['daemon', 'local0', 'local1', 'local2', 'local3', 'local4', 'local5', 'local6', 'local7'];

// biome-ignore format: a key is a line
export const MANAGEMENT_KEYS = [
  { name: 'lxc.include', grammar: { kind: 'include' }, repeat: 'append', empty: 'clear', effect: ENFORCED, absent: 'none', changed: 'a directory may be named since 1.1', doc: 'file, or directory of *.conf files, read in its place' },

  // hooks
  { name: 'lxc.hook', grammar: { kind: 'clear' }, repeat: 'overwrite', empty: 'clear', effect: SILENT, since: '1.1', doc: 'clears all hooks' },
  { name: 'lxc.hook.pre-start', ...HOOK, effect: UNENFORCED, absent: 'none', security: { opens: "runs with the caller's rights" }, doc: 'program run on the host before anything is set up' },
  { name: 'lxc.hook.pre-mount', ...HOOK, effect: UNENFORCED, absent: 'none', security: { opens: "runs in the container's namespaces with all capabilities" }, doc: 'program run before the root is mounted' },
  { name: 'lxc.hook.mount', ...HOOK, effect: UNENFORCED, absent: 'none', security: { opens: "runs in the container's namespaces with all capabilities" }, doc: 'program run after the mounts' },
  { name: 'lxc.hook.autodev', ...HOOK, effect: UNENFORCED, absent: 'none', security: { opens: "runs in the container's namespaces with all capabilities" }, doc: 'program run after /dev is made' },
  { name: 'lxc.hook.start-host', ...HOOK, effect: UNENFORCED, since: '3.0', absent: 'none', security: { opens: "runs with the caller's rights" }, doc: 'program run on the host before init' },
  { name: 'lxc.hook.start', ...HOOK, effect: UNENFORCED, absent: 'none', doc: 'program run in the container before init' },
  { name: 'lxc.hook.stop', ...HOOK, effect: UNENFORCED, since: '2.0', absent: 'none', security: { opens: "runs with the caller's rights" }, doc: 'program run on the host when the container ends' },
  { name: 'lxc.hook.post-stop', ...HOOK, effect: UNENFORCED, absent: 'none', security: { opens: "runs with the caller's rights" }, doc: 'program run on the host after the end' },
  { name: 'lxc.hook.clone', ...HOOK, effect: SILENT, absent: 'none', security: { opens: "runs with the caller's rights" }, doc: 'program run when the container is copied' },
  { name: 'lxc.hook.destroy', ...HOOK, effect: SILENT, since: '2.0', absent: 'none', security: { opens: "runs with the caller's rights" }, doc: 'program run when the container is destroyed' },
  { name: 'lxc.hook.version', grammar: { kind: 'choice', of: ['0', '1'] }, repeat: 'overwrite', empty: 'clear', effect: SILENT, since: '3.0', absent: '0', doc: '1: hooks are told by environment' },

  // monitor
  { name: 'lxc.monitor.unshare', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: { kind: 'unenforced', nothing: ['0'] }, since: '2.0', absent: '0', doc: 'a mount namespace for the monitor and its hooks' },
  { name: 'lxc.monitor.signal.pdeath', grammar: { kind: 'signal' }, repeat: 'overwrite', empty: 'clear', effect: { kind: 'unenforced', nothing: ['SIGKILL', '9'] }, since: '3.1', absent: 'SIGKILL', security: { opens: 'an init that outlives its monitor' }, doc: 'signal init gets when the monitor dies' },

  // log
  { name: 'lxc.log.file', grammar: { kind: 'path' }, repeat: 'overwrite', empty: 'clear', effect: LOG, old: ['lxc.logfile'], absent: 'none', doc: 'file for messages' },
  { name: 'lxc.log.level', grammar: { kind: 'choice', of: LEVELS, anyCase: true }, repeat: 'overwrite', empty: 'clear', effect: LOG, old: ['lxc.loglevel'], absent: 'error', changed: 'the numbers count from trace (0) to fatal (8)', doc: 'how much is logged' },
  { name: 'lxc.log.syslog', grammar: { kind: 'choice', of: FACILITIES, anyCase: true }, repeat: 'overwrite', empty: 'clear', effect: LOG, since: '2.1', old: ['lxc.syslog'], absent: 'none', doc: 'facility of syslog for messages' },

  // what other commands read
  { name: 'lxc.start.auto', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: SILENT, absent: '0', changed: 'before 2.1 any number, and text that begins with one', doc: 'start with the host' },
  { name: 'lxc.start.delay', grammar: { kind: 'integer', min: 0, max: 0xffff_ffff }, repeat: 'overwrite', empty: 'clear', effect: SILENT, absent: '0', doc: 'seconds to wait after it' },
  { name: 'lxc.start.order', grammar: INT, repeat: 'overwrite', empty: 'clear', effect: SILENT, absent: '0', doc: 'higher is started earlier' },
  { name: 'lxc.group', grammar: { kind: 'words' }, repeat: 'append', empty: 'clear', effect: SILENT, absent: 'none', doc: 'groups of containers it belongs to' },
  { name: 'lxc.ephemeral', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: { kind: 'note', reason: 'nothing is destroyed at the end' }, since: '2.0', absent: '0', doc: 'destroy the container when it ends' },
  { name: 'lxc.rootfs.managed', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: SILENT, since: '3.1', absent: '1', doc: '0: do not delete the root with the container' },

  // Holdfast's own: LXC skips these lines
  { name: 'holdfast.allow_missing', grammar: { kind: 'key-pattern' }, repeat: 'append', empty: 'clear', effect: ENFORCED, absent: 'nothing may be missing', security: { opens: 'what the key would have closed' }, doc: "a key (or 'lxc.hook.*') that need not be enforced" },
  { name: 'holdfast.accept', grammar: { kind: 'words' }, repeat: 'append', empty: 'clear', effect: ENFORCED, absent: 'every warning is shown', doc: "warnings that are known and accepted: 'HF342', or 'HF610:lxc.cgroup.devices.allow' for the lines of one key" },
  { name: 'holdfast.idmap', grammar: { kind: 'choice', of: ['auto'] }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, absent: 'the lines of lxc.idmap', security: { closes: 'files and processes of every other container and of the host, which have other ids' }, doc: 'auto: the first start gives the container 65536 ids that nobody else has, and it keeps them; lxc.idmap lines come first' },
  { name: 'holdfast.devices', grammar: { kind: 'choice', of: ['v1', 'v2'] }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, absent: "v1 where its controller 'devices' is mounted, else v2", doc: 'what enforces the device list: the v1 controller, or a BPF program on the v2 group' },
  { name: 'holdfast.seccomp.weights', grammar: { kind: 'path' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, absent: 'all calls count the same', doc: "file that says how often each system call is made ('strace -c', or lines of name and count): frequent ones cost the least" },
  { name: 'holdfast.cgroup.parent.', grammar: { kind: 'text' }, repeat: 'append', empty: 'clear', effect: ENFORCED, absent: 'no limit', security: { closes: 'a group of containers exhausting the machine' }, doc: 'value for a file of the group that holds the group of the container (lxc.cgroup.dir), for all containers in it together' },
  { name: 'holdfast.cgroup.translate', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, absent: '0', doc: 'apply values for the other version of control groups as their equivalents on this machine' },
  { name: 'holdfast.selinux.context', grammar: { kind: 'text', like: /^auto(:[A-Za-z_][\w.-]*)?$/, expected: "'auto', or 'auto:' and the type of its processes", valid: ['auto', 'auto:container_init_t'], malformed: ['on', 'auto:', 'auto:s0:c1', 'container_t'] }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, absent: 'lxc.selinux.context', security: { closes: 'files and processes of the host and of every other container, which has other categories' }, doc: 'auto: the first start gives the container an SELinux context with two categories that no other container has, and it keeps them; lxc.selinux.context comes first' },
  { name: 'holdfast.selinux.files', grammar: { kind: 'text', like: /^[A-Za-z_][\w.-]*$/, expected: "the type of files, or 'none'", valid: ['container_file_t', 'none'], malformed: ['system_u:object_r:container_file_t:s0', 'a b'] }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, absent: 'the type that goes with the type of its context, where that is known', doc: "SELinux type of the container's files, which /dev, terminals, tmpfs and overlay mounts and 'holdfast selinux relabel' get; none: as the policy has it" },
  { name: 'holdfast.landlock', grammar: { kind: 'text', like: /^(default|none|\/.*)$/, expected: "'default', 'none' or the absolute path of a ruleset", valid: ['default', 'none', '/etc/holdfast/web.landlock'], malformed: ['on', '1', 'web.landlock'] }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, absent: 'none; the embedded container has the default', security: { closes: 'writing to /proc, /sys and devices, mounting, and what a ruleset does not name' }, doc: "rights on files, TCP ports and scopes that init gives up for good (Landlock): 'default', or a file of rules" },
  { name: 'holdfast.stop.timeout', grammar: { kind: 'integer', min: 0, max: 0x7fff_ffff }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, absent: '60', doc: 'seconds init has to shut down before it is killed' },
] as const satisfies readonly KeyEntry[];

/** Keys of LXC 1 and 2.0 that LXC 2.1 accepts without effect and 3.0 refuses. */
export const REMOVED_KEYS: Readonly<Record<string, string>> = {
  'lxc.kmsg': '1: /dev/kmsg was a link to the console (the default of LXC 1.0)',
  'lxc.pivotdir': 'directory that the old root was moved to; no root is left behind any more',
};
