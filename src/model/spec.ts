// What is asked: one container, independent of the language it was written in (LXC configuration, options, later OCI).
// Every value knows why it is what it is. Nothing here has looked at the machine.

import type { PolicyFile } from './policy-include.ts';
import type { Setting, Origin } from './origin.ts';
import type { SelinuxSpec } from './selinux.ts';

export const NAMESPACES = ['user', 'mnt', 'pid', 'uts', 'ipc', 'net', 'cgroup', 'time'] as const;
export type Namespace = (typeof NAMESPACES)[number];

/** The process that becomes init. `reaper` puts a minimal PID 1 (reaps, forwards signals) in front of it. */
export interface InitSpec {
  readonly argv: Setting<readonly string[]>;
  readonly uid: Setting<number>;
  readonly gid: Setting<number>;
  /** Supplementary groups; null: none asked for, the set is emptied. */
  readonly groups: Setting<readonly number[]> | null;
  readonly cwd: Setting<string>;
  readonly reaper: boolean;
}

/** One line of an id map: `count` ids from `inside` on are the ids from `outside` on (user_namespaces(7)). */
export interface IdRange {
  readonly kind: 'u' | 'g';
  readonly inside: number;
  readonly outside: number;
  readonly count: number;
}

/** capabilities(7) by lower-case name or number. `drop`: all but these stay; `keep`: only these stay. */
export interface CapabilitySpec {
  readonly mode: 'drop' | 'keep';
  readonly names: readonly Setting<string>[];
  /** Does an init that is not user 0 begin with what is left? Absent: with what `keep` names, and with nothing after `drop`. */
  readonly inheritance?: Setting<boolean>;
  /** Why this mode holds: the first line that asked for it, or the default (drop nothing). */
  readonly why: Origin;
}

/** securebits(7) that an init can be given; each is locked with it. */
export const SECURE_BITS = ['noroot', 'no_setuid_fixup', 'no_cap_ambient_raise'] as const;
export type SecureBit = (typeof SECURE_BITS)[number];

/** Whose map a mount has: the container's, or that of a user namespace that a file of the host names (/proc/PID/ns/user). */
export type MountIdmap = Setting<{ readonly of: 'container' } | { readonly of: 'file'; readonly path: string }>;

/** `idmap`: files belong to the ids inside that the host has written down, whatever ids the container has outside; absent: as on the host. */
export type RootSpec =
  | { readonly kind: 'dir'; readonly path: string; readonly readOnly: boolean; readonly idmap?: MountIdmap; readonly why: Origin }
  /** `lower` as overlayfs takes it (colon-separated, first is topmost); `work` lies beside `upper`. */
  | {
      readonly kind: 'overlay';
      readonly lower: readonly string[];
      readonly upper: string;
      readonly work: string;
      readonly readOnly: boolean;
      /** Of every layer. */
      readonly idmap?: MountIdmap;
      readonly why: Origin;
    }
  /** The embedded default: a read-only view of the host's own userland with private /tmp, /run, /var/tmp and home. */
  | { readonly kind: 'host'; readonly why: Origin };

export interface MountAutoSpec {
  readonly proc: Setting<'mixed' | 'rw'> | null;
  readonly sys: Setting<'mixed' | 'ro' | 'rw'> | null;
  /** `mode: 'default'`: rw when sys_admin is kept, else mixed (LXC's rule). */
  readonly cgroup: Setting<{
    readonly kind: 'cgroup' | 'cgroup-full' | 'cgroup2';
    readonly mode: 'default' | 'ro' | 'rw' | 'mixed';
    readonly force: boolean;
  }> | null;
  /** Asked for but not built: shmounts. */
  readonly shmounts: Setting<string> | null;
}

/** One fstab(5) line (lxc.mount.entry, lxc.mount.fstab). Octal escapes (\040) are already decoded. */
export interface MountEntry {
  readonly source: string;
  /** Relative to the container's root, without a leading slash. */
  readonly target: string;
  readonly fstype: string;
  /** Mount options left after LXC's own were taken out, in order, e.g. `ro`, `bind`, `size=1m`. */
  readonly options: readonly string[];
  readonly optional: boolean;
  readonly create: 'dir' | 'file' | null;
  readonly idmap?: MountIdmap;
  readonly why: Origin;
}

export interface DevSpec {
  readonly autodev: Setting<boolean>;
  /** Size of the tmpfs on /dev in bytes. */
  readonly tmpfsSize: Setting<number>;
  readonly ttys: Setting<number>;
  /** Directory below /dev that the ttys live in; '' is /dev itself. */
  readonly ttyDir: Setting<string>;
  readonly ptyMax: Setting<number>;
  /** 'none' switches the console off; a path connects it to a file or terminal of the host. */
  readonly console: Setting<{ readonly kind: 'pty' } | { readonly kind: 'none' } | { readonly kind: 'path'; readonly path: string }>;
  readonly consoleLog: Setting<string> | null;
}

/** A value for one control-group file, verbatim. `controller` is the part before the first dot of `file`. */
export interface CgroupValue {
  readonly version: 1 | 2;
  readonly controller: string;
  /** e.g. `memory.limit_in_bytes`, `devices.allow`. */
  readonly file: string;
  readonly value: string;
  readonly key: string;
  readonly why: Origin;
  /** What the configuration has, where this is its equivalent in the other version (holdfast.cgroup.translate). */
  readonly from?: { readonly version: 1 | 2; readonly file: string; readonly value: string };
}

/** holdfast.cgroup.parent.FILE: a value for the group around, which containers share. Its version is that of the file's name. */
export interface SharedValue {
  readonly file: string;
  readonly value: string;
  readonly key: string;
  readonly why: Origin;
}

export interface CgroupSpec {
  readonly values: readonly CgroupValue[];
  readonly shared: readonly SharedValue[];
  /** holdfast.cgroup.translate: are values of the other version applied as their equivalents? */
  readonly translate: Setting<boolean>;
  /** lxc.cgroup.dir: the payload is DIR/lxc.payload.NAME below the base. */
  readonly dir: Setting<string> | null;
  /** lxc.cgroup.dir.container: the exact payload path. */
  readonly container: Setting<string> | null;
  /** lxc.cgroup.dir.container.inner: the group inside it that the container lives in and sees as its root. */
  readonly inner: Setting<string> | null;
  /** lxc.cgroup.dir.monitor: the monitor's group, below the base. */
  readonly monitor: Setting<string> | null;
  readonly relative: Setting<boolean>;
  /** lxc.conf's lxc.cgroup.pattern, e.g. `lxc/%n` (LXC 1.x). */
  readonly pattern: Setting<string> | null;
  /** Which version enforces the device list; absent: v1 where its controller is mounted. */
  readonly devices?: Setting<'v1' | 'v2'>;
}

export interface Rlimit {
  /** LXC's name (nofile) or a decimal number. */
  readonly name: string;
  /** null: unlimited. */
  readonly soft: bigint | null;
  readonly hard: bigint | null;
  readonly key: string;
  readonly why: Origin;
}

/** lxc.sysctl.KEY or lxc.proc.FILE; `name` is what follows the family, dots not yet turned into slashes. */
export interface NamedValue {
  readonly name: string;
  readonly value: string;
  readonly key: string;
  readonly why: Origin;
}

/** lxc.net.N: only `empty` and `none` are built; for another type the rest of its keys are kept for the diagnostic. */
export interface NetworkSpec {
  readonly index: number;
  readonly type: string;
  readonly up: boolean;
  readonly why: Origin;
  readonly keys: readonly string[];
}

export interface EnvironmentVariable {
  readonly name: string;
  /** null: the caller's own value is passed on. */
  readonly value: string | null;
  readonly why: Origin;
}

/** A key that was understood and for which there is no control yet (law 1: an error unless allowed by name). */
export interface UnenforcedKey {
  readonly key: string;
  readonly value: string;
  readonly why: Origin;
}

/** A system call policy, and what belongs to it. */
export interface SeccompSpec {
  readonly path: string;
  readonly text: string;
  /** The files that it includes, and theirs. */
  readonly included?: readonly PolicyFile[];
  /** Whom `notify` asks: the path of a SOCK_SEQPACKET socket, or `@` and an abstract name; with what it is sent each time. */
  readonly proxy?: Setting<string>;
  readonly cookie?: Setting<string>;
  /** May the policy be loaded on top of a filter the caller is under already? Absent: nothing was said. */
  readonly nesting?: Setting<boolean>;
  /** How often each call is made, as text: changes what calls cost, not what they may do. Absent: as usual programs make them. */
  readonly weights?: { readonly path: string; readonly text: string };
}

/** Rights on files, ports and scopes that init gives up: Holdfast's own choice, or a file of rules. */
export type LandlockSpec = { readonly kind: 'default' } | { readonly kind: 'file'; readonly path: string; readonly text: string };

/** lxc.apparmor.*. */
export interface ApparmorSpec {
  /** A name, `unconfined`, `unchanged` or `generated`; null: no line says it. */
  readonly profile: Setting<string> | null;
  /** May AppArmor lack the mediation of mounts? */
  readonly allowIncomplete: Setting<boolean>;
  /** May there be containers within, with profiles of their own? */
  readonly nesting: Setting<boolean>;
  /** Rules for a generated profile, a line each. */
  readonly raw: readonly Setting<string>[];
}

export interface ContainerSpec {
  readonly name: string;
  readonly init: InitSpec;
  readonly root: RootSpec;
  readonly hostname: Setting<string> | null;
  readonly environment: readonly EnvironmentVariable[];
  /** lxc.namespace.clone (exactly these) or keep (all the usual ones but these); null: the defaults. */
  readonly namespaces: { readonly mode: 'clone' | 'keep'; readonly names: readonly Namespace[]; readonly why: Origin } | null;
  readonly idmap: readonly Setting<IdRange>[];
  /** Ids of its own are to be found by whoever starts it, and then stand in `idmap`; absent: not asked for. */
  readonly idmapAuto?: Setting<'auto'>;
  readonly capabilities: CapabilitySpec;
  /** Absent: none, the usual rules of user 0. */
  readonly secureBits?: Setting<readonly SecureBit[]>;
  /** The most user namespaces that may exist inside. Absent: as many as the machine allows. */
  readonly usernsMax?: Setting<number>;
  /** May it use the kernel's keys? Absent: as its policy has it. */
  readonly keyctl?: Setting<boolean>;
  readonly noNewPrivs: Setting<boolean>;
  readonly mountAuto: MountAutoSpec;
  /** fstab lines first, then entries, each in its order. */
  readonly mounts: readonly MountEntry[];
  readonly dev: DevSpec;
  readonly cgroup: CgroupSpec;
  readonly rlimits: readonly Rlimit[];
  readonly sysctls: readonly NamedValue[];
  readonly proc: readonly NamedValue[];
  readonly network: readonly NetworkSpec[];
  /** Policy text is read by the configuration room; path is for messages. */
  readonly seccomp: Setting<SeccompSpec> | null;
  /** Absent: nothing is asked of SELinux. */
  readonly selinux?: SelinuxSpec;
  readonly landlock: Setting<LandlockSpec> | null;
  /** Absent: no line is about AppArmor. */
  readonly apparmor?: ApparmorSpec;
  /** PER_LINUX32 for a 32-bit lxc.arch. */
  readonly personality: Setting<'linux' | 'linux32'> | null;
  readonly signals: { readonly halt: Setting<number>; readonly reboot: Setting<number>; readonly stop: Setting<number> };
  /** How long a polite stop waits before SIGKILL, in seconds. */
  readonly stopTimeout: Setting<number>;
  readonly keyring: Setting<boolean>;
  readonly unenforced: readonly UnenforcedKey[];
  /** Keys, or prefixes of keys ending in a dot or star, whose control may be missing. */
  readonly allowMissing: readonly Setting<string>[];
}
