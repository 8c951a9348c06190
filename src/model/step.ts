// A step: one thing that is done, by whom, why, in kernel calls. Plain data: printed by `plan`, lowered by the launcher.
// Arguments are symbolic; numbers come from kernel/ for the machine the launcher is made for.

import type { ConstName } from '../kernel/constants.gen.ts';
import type { ErrnoName } from '../kernel/errno.gen.ts';
import type { StructName } from '../kernel/structs.gen.ts';
import type { SyscallName } from '../kernel/syscalls.gen.ts';
import type { ProxySpec } from './notify.ts';
import type { Origin } from './origin.ts';

/** The order of phases is the order of the start (reference: plan/order.ts says why each stands where it does). */
export const MONITOR_PHASES = ['claim', 'cgroup', 'open', 'clone', 'map', 'admit', 'release', 'ready'] as const;
export const INIT_PHASES = [
  'go', // wait for the monitor's word
  'join', // control groups that bind from here on
  'reach', // open what the caller can come to and root of the container may not
  'user', // become the container's root in a new user namespace
  'hostname',
  'network',
  'private', // cut propagation to the host
  'root', // the new root file system, attached
  'dev', // the file system on /dev
  'auto', // /proc, /sys
  'mounts', // fstab and mount entries
  'cgroup-mount',
  'nodes', // device nodes, devpts, console, ttys
  'sysctl',
  'seal-mounts', // read-only and masks over what the steps before had to write
  'pivot',
  'late-join', // the devices control group: after the nodes are made
  'personality',
  'keyring',
  'rlimit',
  'bounding', // capability bounding set
  'label',
  'no-new-privs',
  'credentials', // groups, gid, uid, then the other capability sets and securebits
  'verify', // init reads back what holds (law 3)
  'session', // reaper, setsid, controlling terminal, 0-2
  'landlock', // nothing is opened for writing after it
  'last', // descriptors, signals, umask, "ready"
  'seccomp', // the last call before execve
  'exec',
] as const;
export type MonitorPhase = (typeof MONITOR_PHASES)[number];
export type InitPhase = (typeof INIT_PHASES)[number];

/** Names a run-time value: a descriptor, a process id. Written once by `save`, read by `{ slot }`. */
export type Slot = string;

/** One argument of a call. */
export type Arg =
  | number
  | bigint
  /** Pointer to a NUL-terminated UTF-8 string. */
  | { readonly text: string }
  /** Pointer to constant bytes. `note` is what a reader sees instead of them. */
  | { readonly bytes: Uint8Array; readonly note: string }
  /** Named constants, or-ed. Empty is 0. */
  | { readonly flags: readonly ConstName[] }
  | { readonly slot: Slot }
  /** Pointer to zeroed scratch memory of `size` bytes; the same name is the same memory. */
  | { readonly buffer: string; readonly size: number }
  /** Pointer to a structure; fields not named are 0. Fields may be slots, pointers or flags. `count` structs: use `array`. */
  | { readonly struct: StructName; readonly fields: Readonly<Record<string, Arg>> }
  | { readonly array: readonly Arg[] } // pointer to consecutive structures, or 64-bit words for plain arguments
  | { readonly sizeof: StructName };

/** One system call. Failing (a result below 0 that is not tolerated) fails the step, and with it the start. */
export interface SysCall {
  readonly sys: SyscallName;
  readonly args: readonly Arg[];
  readonly save?: Slot;
  /** These errors are expected and change nothing: go on with the next call. */
  readonly tolerate?: readonly ErrnoName[];
  /** These errors mean that the rest of this step has no object (an optional mount without source): go on with the next step. */
  readonly skipStep?: readonly ErrnoName[];
  /** The result must be exactly this, else the step fails as "not in force". */
  readonly expect?: number;
  /** A file system context (fsopen(2)) whose own message is fetched when this call fails. */
  readonly explain?: Slot;
}

/** Compares scratch memory with what must be there: (value at offset & mask) == value. Width in bytes, little endian. */
export interface Compare {
  readonly compare: string;
  readonly offset: number;
  readonly width: 1 | 2 | 4 | 8;
  readonly mask?: bigint;
  /** A constant, or what other scratch memory has at its offset. */
  readonly value: bigint | { readonly buffer: string; readonly offset: number };
  readonly what: string;
}

/** Writes a constant into scratch memory, e.g. to give back to the kernel what it returned with one field changed. */
export interface Store {
  readonly store: string;
  readonly offset: number;
  readonly width: 1 | 2 | 4 | 8;
  readonly value: bigint;
}

/** A variable of the environment init gets: `NAME=value`, or a name whose value is the caller's at run time. */
export type EnvironmentEntry = string | { readonly inherit: string; readonly optional: boolean };

/** Work that is more than straight calls and that the launcher room knows how to do; see launcher/builtins. */
export type Builtin =
  // monitor
  | { readonly builtin: 'normalise' }
  | { readonly builtin: 'guard' }
  | { readonly builtin: 'claim'; readonly lock: string }
  | { readonly builtin: 'unclaim'; readonly lock: string }
  | { readonly builtin: 'channels' }
  | { readonly builtin: 'cgroup'; readonly path: string }
  /** Removes a group and the groups made inside it; gone already is fine. */
  | { readonly builtin: 'cgroup-remove'; readonly path: string }
  /** Makes a level above the groups of containers. Slot `made`: 0 when it is new, or not finished (no attribute `mark`), else -1. */
  | { readonly builtin: 'group-level'; readonly path: string; readonly mark: string; readonly made: Slot }
  /**
   * Looks up what the containers in the group `path` agreed on: its attribute begins with the value. Slot `claimed`: 0 when there is
   * nothing yet; -1 when it is this value, or the group is not Holdfast's (no attribute `mark`). Another one, with groups of others
   * inside, is EBUSY.
   */
  | {
      readonly builtin: 'claim-value';
      readonly path: string;
      readonly mark: string;
      readonly attribute: string;
      readonly value: string;
      readonly claimed: Slot;
    }
  /** Ends every process in a unified group and below it, and waits until they are gone. */
  | { readonly builtin: 'cgroup-kill'; readonly path: string }
  | { readonly builtin: 'clone'; readonly namespaces: readonly ConstName[]; readonly cgroup: Slot | null }
  | { readonly builtin: 'id-map'; readonly file: 'uid_map' | 'gid_map' | 'setgroups'; readonly text: string }
  | { readonly builtin: 'id-map-helper'; readonly program: string; readonly triples: readonly string[] }
  /** A process that shares init's descriptors until init executes, and then sends the monitor the filter's listener. */
  | { readonly builtin: 'courier'; readonly proxy: ProxySpec }
  | { readonly builtin: 'end-courier' }
  | { readonly builtin: 'release' }
  /** Waits for init's word, writes the record if any (`before` + init's host pid + `after`), then serves until init ends. */
  | { readonly builtin: 'serve'; readonly record: { readonly before: string; readonly after: string } | null }
  // init
  /** `waits`: for the monitor's word, where it has something to do for init first. */
  | { readonly builtin: 'await-go'; readonly waits: boolean }
  /** The console: a pty of the new devpts (slot `devpts`), its peer attached on slot `console.target`, its master given to the monitor. */
  | { readonly builtin: 'console' }
  | { readonly builtin: 'tty'; readonly target: Slot }
  /** Attach: where the caller has a terminal, a pty of the container's devpts. */
  | { readonly builtin: 'attach-console' }
  /** `visible`: may the owner of its user namespace look at it (/proc/PID/ns)? `label`: how it gets its security label, before the command goes on. */
  | { readonly builtin: 'reaper'; readonly visible: boolean; readonly label: readonly Action[] }
  | { readonly builtin: 'session'; readonly controllingTerminal: boolean }
  | { readonly builtin: 'find-init'; readonly file: string; readonly path: string }
  | { readonly builtin: 'hand-over' }
  /** Around the load of a filter with a listener: a robust futex that wakes the courier at the exec, then the listener's number for it. */
  | { readonly builtin: 'arm-courier' }
  | { readonly builtin: 'leave-listener'; readonly listener: Slot }
  | { readonly builtin: 'exec'; readonly argv: readonly string[]; readonly environment: readonly EnvironmentEntry[] };

export type Action = SysCall | Compare | Store | Builtin;

interface StepCommon {
  /** Present tense, no subject, names the object: `drop CAP_SYS_MODULE from the bounding set`. */
  readonly what: string;
  readonly why: Origin;
  readonly actions: readonly Action[];
  /** What to do about an errno, for people: shown behind the error. */
  readonly hints?: Partial<Record<ErrnoName, string>>;
}
/** A monitor step that makes something outliving the process carries its undo; the making call is its last action. */
export interface MonitorStep extends StepCommon {
  readonly who: 'monitor';
  readonly phase: MonitorPhase;
  readonly undo?: readonly Action[];
}
export interface InitStep extends StepCommon {
  readonly who: 'init';
  readonly phase: InitPhase;
}
export type Step = MonitorStep | InitStep;
