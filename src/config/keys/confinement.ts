// Keys that confine: capabilities, AppArmor, SELinux, seccomp, privileges, limits, control groups, namespaces, ids.

import { RLIMITS } from '../../kernel/rlimits.gen.ts';
import { NAMESPACES, SECURE_BITS } from '../../model/spec.ts';
import { ENFORCED, type KeyEntry, SILENT, UNENFORCED } from './entry.ts';

const TIME_OFFSET = {
  kind: 'text',
  like: /^-?\d+\s*(h|m|s|ms|us|ns)$/,
  expected: 'a number and one of h, m, s, ms, us, ns',
  valid: ['5s', '-5 h', '0ns'],
  malformed: ['5', 'h', '5d', '1.5h'],
} as const;

const SECURE_BIT_WORDS = {
  kind: 'text',
  like: new RegExp(`^(${SECURE_BITS.join('|')})(\\s+(${SECURE_BITS.join('|')}))*$`),
  expected: `words among ${SECURE_BITS.join(', ')}`,
  valid: ['noroot', 'noroot no_cap_ambient_raise'],
  malformed: ['root', 'noroot_locked', 'noroot,no_setuid_fixup'],
} as const;

/** By name or number. */
const LIMITS = [...Object.keys(RLIMITS), ...Object.values(RLIMITS).map(String)];

// biome-ignore format: a key is a line
export const CONFINEMENT_KEYS = [
  // capabilities
  { name: 'lxc.cap.drop', grammar: { kind: 'capabilities', none: false }, repeat: 'append', empty: 'clear', effect: ENFORCED, slot: 'lxc.cap', absent: 'none is taken away', security: { closes: 'what root inside may do to the machine' }, doc: 'capabilities to take away' },
  { name: 'lxc.cap.keep', grammar: { kind: 'capabilities', none: true }, repeat: 'append', empty: 'clear', effect: ENFORCED, slot: 'lxc.cap', absent: 'all that lxc.cap.drop leaves', security: { closes: 'everything that is not named', opens: 'each capability that is named' }, doc: "the only capabilities left; 'none' forgets those named before" },
  { name: 'lxc.cap.inheritance', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: 'after 7.0', absent: '1 with lxc.cap.keep, else 0; LXC: 0', security: { opens: 'an init that is not root, and all that it starts, hold what is left' }, doc: 'an init that is not root begins with the capabilities that are left (ambient ones)' },

  { name: 'holdfast.securebits', grammar: SECURE_BIT_WORDS, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, absent: 'none: user 0 is given every capability that is left, whenever it executes a file', security: { closes: 'noroot: set-user-ID programs and user 0 are given no capability' }, doc: 'how the kernel treats user 0 and the ambient set (noroot, no_setuid_fixup, no_cap_ambient_raise), for good' },

  // AppArmor, SELinux
  { name: 'lxc.apparmor.profile', grammar: { kind: 'text' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.aa_profile'], absent: "where AppArmor is on, 'generated', or 'lxc-container-default-cgns' of a caller who may load none; LXC: the latter", security: { closes: 'what the profile denies', opens: "'unconfined' and 'unchanged': no profile of its own" }, changed: "'generated' came with LXC 3.1", doc: "profile entered before init; 'unconfined', 'unchanged' or 'generated'" },
  { name: 'lxc.apparmor.allow_incomplete', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: SILENT, old: ['lxc.aa_allow_incomplete'], since: '1.1', absent: '0', security: { opens: 'a profile that cannot mediate mounts' }, doc: "start although the kernel's AppArmor lacks mount mediation" },
  { name: 'lxc.apparmor.allow_nesting', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: SILENT, since: '3.1', absent: '0', security: { opens: 'mounts and further profiles inside' }, doc: 'let a generated profile allow containers within' },
  { name: 'lxc.apparmor.raw', grammar: { kind: 'text' }, repeat: 'append', empty: 'clear', effect: SILENT, since: '3.1', absent: 'no rules', security: { opens: 'whatever the rule allows' }, doc: 'a rule for a generated profile' },
  { name: 'lxc.selinux.context', grammar: { kind: 'text' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.se_context'], absent: "the context that the policy chooses, mostly the caller's", security: { closes: 'what the policy denies that context', opens: "'unconfined_t': no context of its own" }, doc: 'SELinux context entered at the exec of init, user:role:type:level' },
  { name: 'lxc.selinux.context.keyring', grammar: { kind: 'text' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '4.0', absent: 'that of lxc.selinux.context', security: { closes: 'keys of other contexts' }, doc: 'SELinux label of the session keyring' },
  { name: 'holdfast.keyctl', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, absent: 'as the policy has it', security: { closes: "keys of the host's root, in a container without ids of its own", opens: '1: the same keys, without a warning' }, doc: '0: keyctl, add_key and request_key are refused, as by a kernel without keys (ENOSYS)' },
  { name: 'lxc.keyring.session', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '4.0', absent: '1', security: { closes: "keys in the caller's session keyring", opens: "0: the caller's keys are readable inside" }, changed: "LXC's own code takes 1 for 'no new keyring'; its manual, and Holdfast, take 1 for a new one", doc: "1 (default): a new session keyring; 0: the caller's own" },

  // seccomp, privileges
  { name: 'lxc.seccomp.profile', grammar: { kind: 'path' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, old: ['lxc.seccomp'], absent: 'no filter', security: { closes: 'system calls of the kernel' }, changed: "policies of version 1 (LXC 1.0) list what is allowed by number; 'whitelist' and 'blacklist' are called 'allowlist' and 'denylist' since 4.0.4", doc: 'file with the system call policy' },
  { name: 'lxc.seccomp.allow_nesting', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '3.2', absent: '1 in Holdfast, 0 in LXC', doc: '0: do not start where the caller is filtered already, instead of adding the policy to that filter' },
  { name: 'lxc.seccomp.notify.proxy', grammar: { kind: 'text', like: /^unix:(\/|@).{1,106}$/, expected: 'unix:/PATH or unix:@NAME, at most 107 characters behind unix:', valid: ['unix:/run/proxy.sock', 'unix:@proxy'], malformed: ['/run/proxy.sock', 'tcp:1', 'unix:', 'unix:proxy', `unix:/${'x'.repeat(107)}`] }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '3.2', absent: 'nobody decides: a policy that notifies does not start', security: { opens: 'the program behind the socket acts for the container' }, doc: 'socket of the program that decides notified calls' },
  { name: 'lxc.seccomp.notify.cookie', grammar: { kind: 'text' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '3.2', absent: 'none', doc: 'text sent to the proxy with every call' },
  { name: 'lxc.no_new_privs', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '2.1', absent: '0', security: { closes: 'set-user-ID programs and file capabilities' }, doc: 'no execve ever gives more rights' },
  { name: 'lxc.sched.core', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: { kind: 'unenforced', nothing: ['0'] }, since: '4.0.11', absent: '0', security: { closes: 'side channels between threads of a core' }, doc: 'a core scheduling domain of its own' },

  // limits
  { name: 'lxc.prlimit.', grammar: { kind: 'rlimit' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '2.1', old: ['lxc.limit.'], clearedBy: 'lxc.prlimit', members: LIMITS, absent: "the caller's limit", security: { closes: 'exhausting processes, files and memory', opens: "'unlimited': more than the caller had" }, doc: 'resource limit of init, soft[:hard]' },
  { name: 'lxc.prlimit', grammar: { kind: 'clear' }, repeat: 'overwrite', empty: 'clear', effect: SILENT, since: '2.1', old: ['lxc.limit'], doc: 'clears all resource limits' },
  { name: 'lxc.sysctl.', grammar: { kind: 'text' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '3.0', clearedBy: 'lxc.sysctl', absent: "the kernel's", security: { closes: 'what the setting forbids', opens: 'what the setting allows; outside of namespaces it is the whole machine' }, doc: 'value for a file below /proc/sys' },
  { name: 'lxc.sysctl', grammar: { kind: 'clear' }, repeat: 'overwrite', empty: 'clear', effect: SILENT, since: '3.0', doc: 'clears all lxc.sysctl lines' },
  { name: 'lxc.proc.', grammar: { kind: 'text' }, repeat: 'append', empty: 'clear', effect: ENFORCED, since: '3.0', clearedBy: 'lxc.proc', absent: "the kernel's", security: { opens: 'oom_score_adj below 0 spares the container at the cost of others' }, doc: "value for a file of init in /proc/PID, e.g. 'oom_score_adj'" },
  { name: 'lxc.proc', grammar: { kind: 'clear' }, repeat: 'overwrite', empty: 'clear', effect: SILENT, since: '3.0', doc: 'clears all lxc.proc lines' },

  // control groups
  { name: 'lxc.cgroup.', grammar: { kind: 'text' }, repeat: 'append', empty: 'clear', effect: ENFORCED, until: '7.0', clearedBy: 'lxc.cgroup', absent: 'no limit', security: { closes: 'exhausting the machine, device nodes', opens: 'devices.allow: the device' }, doc: 'value for a file of a cgroup v1 controller' },
  { name: 'lxc.cgroup', grammar: { kind: 'clear' }, repeat: 'overwrite', empty: 'clear', effect: SILENT, until: '7.0', doc: 'clears all cgroup v1 values' },
  { name: 'lxc.cgroup2.', grammar: { kind: 'text' }, repeat: 'append', empty: 'clear', effect: ENFORCED, since: '3.0', clearedBy: 'lxc.cgroup2', absent: 'no limit', security: { closes: 'exhausting the machine, device nodes', opens: 'devices.allow: the device' }, doc: 'value for a file of the unified hierarchy' },
  { name: 'lxc.cgroup2', grammar: { kind: 'clear' }, repeat: 'overwrite', empty: 'clear', effect: SILENT, since: '3.0', doc: 'clears all cgroup v2 values' },
  { name: 'lxc.cgroup.dir', grammar: { kind: 'relative' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '2.1', absent: "lxc.cgroup.pattern of lxc.conf, or LXC's own place", security: { opens: 'a place outside the limits that hold for other containers' }, doc: "group that holds the container's group" },
  { name: 'lxc.cgroup.dir.container', grammar: { kind: 'relative' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '5.0', absent: 'from lxc.cgroup.dir', security: { opens: 'a place outside the limits that hold for other containers' }, doc: "the container's group, exactly" },
  { name: 'lxc.cgroup.dir.container.inner', grammar: { kind: 'relative', single: true }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '5.0', absent: "'inner', where the container could change its own limits", security: { closes: 'the container changing its own limits' }, doc: "group below the limits that is the container's root group" },
  { name: 'lxc.cgroup.dir.monitor', grammar: { kind: 'relative' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '5.0', absent: "the caller's group", doc: "the monitor's group" },
  { name: 'lxc.cgroup.dir.monitor.pivot', grammar: { kind: 'relative' }, repeat: 'overwrite', empty: 'clear', effect: { kind: 'note', reason: "at the end the monitor goes back to its caller's group, and leaves none behind" }, since: '5.0', absent: 'none', doc: 'where the monitor goes at the end' },
  { name: 'lxc.cgroup.relative', grammar: { kind: 'boolean' }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, since: '3.1', absent: '0', doc: "groups below the caller's own group" },

  // namespaces, ids
  { name: 'lxc.idmap', grammar: { kind: 'idmap' }, repeat: 'append', empty: 'clear', effect: ENFORCED, old: ['lxc.id_map'], absent: 'no user namespace: ids inside are those of the machine', security: { closes: 'root inside is nobody outside', opens: 'ids of the machine that the map covers' }, doc: 'u|g INSIDE OUTSIDE COUNT: ids of the user namespace' },
  { name: 'holdfast.userns.max', grammar: { kind: 'integer', min: 0, max: 0x7fff_ffff }, repeat: 'overwrite', empty: 'clear', effect: ENFORCED, absent: 'as many as the machine allows (user.max_user_namespaces)', security: { closes: 'capabilities that lxc.cap.drop took away, in a user namespace made inside' }, doc: 'user namespaces that may exist inside; 0: none can be made or entered' },
  { name: 'lxc.namespace.clone', grammar: { kind: 'namespaces' }, repeat: 'append', empty: 'clear', effect: ENFORCED, since: '3.0', absent: 'all but user (with lxc.idmap also that), less those kept or shared', security: { closes: 'sharing what is named with the host', opens: "what is not named stays the host's" }, doc: 'exactly these namespaces are new' },
  { name: 'lxc.namespace.keep', grammar: { kind: 'namespaces' }, repeat: 'append', empty: 'clear', effect: ENFORCED, since: '3.0', absent: 'none', security: { opens: "the host's own, with all that is in it" }, doc: "these namespaces stay the caller's" },
  { name: 'lxc.namespace.share.', grammar: { kind: 'text' }, members: NAMESPACES, repeat: 'overwrite', empty: 'clear', effect: UNENFORCED, since: '3.0', absent: 'none', security: { opens: 'what is in the other namespace' }, doc: "another container's or process's namespace" },
  { name: 'lxc.time.offset.boot', grammar: TIME_OFFSET, repeat: 'overwrite', empty: 'clear', effect: { kind: 'unenforced', nothing: ['0s', '0 s'] }, since: '5.0', absent: '0s', doc: 'offset of the boot clock' },
  { name: 'lxc.time.offset.monotonic', grammar: TIME_OFFSET, repeat: 'overwrite', empty: 'clear', effect: { kind: 'unenforced', nothing: ['0s', '0 s'] }, since: '5.0', absent: '0s', doc: 'offset of the monotonic clock' },
] as const satisfies readonly KeyEntry[];
