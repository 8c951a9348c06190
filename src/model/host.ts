// What is here: the facts of one machine and one caller that the compiler decides by. Read by host/, never by a control.

import type { Origin } from './origin.ts';
import type { SelinuxFacts } from './selinux.ts';

export interface CgroupHierarchy {
  readonly version: 1 | 2;
  /** v1: the controllers of this mount (`name=systemd` for a named one). v2: those listed in its cgroup.controllers. */
  readonly controllers: readonly string[];
  readonly mountPoint: string;
  /** The caller's own group and PID 1's, as paths below the mount, beginning with '/'. */
  readonly own: string;
  readonly init: string;
  /** May the caller make groups below `base`? */
  readonly writable: boolean;
  /** cpuset of the base group, which a new v1 cpuset group must be given before it takes a process. */
  readonly cpuset?: { readonly cpus: string; readonly mems: string };
}

export interface SubIdRange {
  readonly first: number;
  readonly count: number;
}

/** A line about the caller that grants nothing, because it is malformed. */
export interface SubIdFaultFact {
  readonly file: '/etc/subuid' | '/etc/subgid';
  readonly line: number;
  readonly text: string;
  readonly reason: string;
}

/** Why newuidmap or newgidmap, which is there, is of no use, and the command that repairs it. */
export interface HelperFault {
  readonly reason: string;
  readonly fix: string;
}

/** AppArmor as the kernel has it. */
export interface ApparmorFacts {
  /** The caller's own label. */
  readonly own: string;
  /** Of the profiles that the compiler asked about: in which mode each is loaded; null: it is not. Null as a whole: the caller may not know. */
  readonly modes: Readonly<Record<string, string | null>> | null;
  /** Does it mediate mounts? A kernel without its patches may not. */
  readonly mediatesMounts: boolean;
  /** What rules may be about; undefined: nobody asked for a profile to be made. */
  readonly dialect?: { readonly capabilities: readonly string[]; readonly words: readonly string[] };
  /** The container's own profile; undefined: it has none. */
  readonly compiled?: CompiledProfile;
}

/** What becomes of a profile's text. */
export type CompiledProfile =
  /** It is compiled when a plan is made, with this parser, for this kernel: what a launcher that was compiled before depends on. */
  | { readonly kind: 'pending'; readonly kernel: string; readonly parser: ProfileParser | null }
  | { readonly kind: 'binary'; readonly bytes: Uint8Array }
  /** The parser does not take it: its message, and the line of the configuration that it is about, if it is one. */
  | { readonly kind: 'refused'; readonly message: string; readonly rule: string | null; readonly why: Origin | null }
  /** There is no parser. */
  | { readonly kind: 'absent'; readonly reason: string };

/** apparmor_parser(8): where it is, and which one. */
export interface ProfileParser {
  readonly path: string;
  readonly mtimeMs: number;
  readonly size: number;
}

export interface HostFacts {
  readonly arch: 'x86_64' | 'arm64';
  readonly kernel: { readonly release: string; readonly major: number; readonly minor: number };
  readonly uid: number;
  readonly gid: number;
  readonly userName: string;
  /** The caller's capability sets as bit masks. */
  readonly capabilities: { readonly effective: bigint; readonly bounding: bigint };
  readonly lastCapability: number;
  /** Namespaces this kernel has (from /proc/self/ns). */
  readonly namespaces: readonly string[];
  /** Is the caller in the initial user namespace (its uid_map is the identity over all ids)? */
  readonly initialUserNamespace: boolean;
  /** null: allowed; otherwise the switch that forbids an ordinary user its own user namespace. */
  readonly userNamespaceRefusal: string | null;
  readonly cgroups: readonly CgroupHierarchy[];
  /** The controllers this kernel has (/proc/cgroups), and whether each is on: cgroup_disable= at boot switches one off. */
  readonly cgroupControllers: Readonly<Record<string, boolean>>;
  /** lsm list of /sys/kernel/security/lsm, or what could be found out otherwise. */
  readonly lsms: readonly string[];
  /** Is that the kernel's own list, with every module in it? */
  readonly lsmsListed: boolean;
  /** Null: AppArmor is not at work. */
  readonly apparmor: ApparmorFacts | null;
  /** What SELinux says of the contexts that a container asks for; null: it is not in this kernel. Absent: nothing was asked. */
  readonly selinux?: SelinuxFacts | null;
  readonly subuids: readonly SubIdRange[];
  readonly subgids: readonly SubIdRange[];
  readonly subIdFaults: readonly SubIdFaultFact[];
  /** Absolute paths of the helpers, null where absent or without their privileges. */
  readonly newuidmap: string | null;
  readonly newgidmap: string | null;
  readonly helperFaults: { readonly newuidmap: HelperFault | null; readonly newgidmap: HelperFault | null };
  /** Hard limits of the caller by LXC's name, null: unlimited. */
  readonly rlimits: Readonly<Record<string, bigint | null>>;
  /** Is /proc/thread-self/children there (CONFIG_PROC_CHILDREN)? */
  readonly procChildren: boolean;
  /** Which of the paths that the compiler asks about exist, and what they are. See host/paths.ts. */
  readonly paths: Readonly<Record<string, PathFact>>;
  /** Directory for locks and state of running containers, directory for compiled launchers. */
  readonly runDir: string;
  readonly cacheDir: string;
  /** What has to be remembered: the register of ids that were given to containers. */
  readonly stateDir: string;
}

export type PathFact =
  | { readonly kind: 'missing' }
  | { readonly kind: 'unreadable'; readonly errno: string }
  | { readonly kind: 'dir' | 'file' | 'link' | 'other'; readonly filesystem?: string }
  | { readonly kind: 'char' | 'block'; readonly major: number; readonly minor: number };
