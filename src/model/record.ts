// What is written down about a running container (RUNDIR/NAME.lock), and read by attach, stop, info, ls and verify.

import type { FilterFlag } from './filter-flag.ts';
import type { HostFacts } from './host.ts';
import type { LabelEntry } from './label.ts';
import type { LandlockEntry } from './landlock.ts';
import type { ContainerSpec, Namespace } from './spec.ts';

export interface CgroupMembership {
  readonly version: 1 | 2;
  readonly controllers: readonly string[];
  readonly mountPoint: string;
  /** Directory of the group the container's processes are in, absolute. */
  readonly path: string;
  /** Directory of the group that holds the values: the same one, or the one above (docs/adr/0005). */
  readonly limits: string;
}

/** The device list in force: what the v1 controller has, or what the program on the v2 group was made from. */
export interface DeviceRecord {
  readonly version: 1 | 2;
  /** Directory of the group that has it, and of the one in which the container's processes are: the same one, or one within it. */
  readonly group: string;
  readonly inner: string;
  readonly otherwise: 'allow' | 'deny';
  /** null: every number. Rights are some of r, w and m. */
  readonly exceptions: readonly { readonly type: 'b' | 'c'; readonly major: number | null; readonly minor: number | null; readonly rights: string }[];
}

export interface ContainerRecord {
  readonly format: 1;
  /** Init's process id on the host. */
  readonly init: number;
  readonly name: string;
  /** The configuration it was compiled from; null: the embedded default. */
  readonly config: string | null;
  /** The namespaces it has of its own. */
  readonly namespaces: readonly Namespace[];
  readonly cgroups: readonly CgroupMembership[];
  /** null: it has no device list of its own. */
  readonly devices: DeviceRecord | null;
  /** The seccomp filter as base64 of struct sock_filter; null: none. */
  readonly filter: string | null;
  /** What seccomp(2) was told besides; undefined: nothing. */
  readonly filterFlags?: readonly FilterFlag[];
  /** Null: no Landlock. */
  readonly landlock: LandlockEntry | null;
  /** The labels that its processes are under. */
  readonly labels: readonly LabelEntry[];
  /** Is PID 1 the small one of ours, beside the program? */
  readonly reaper: boolean;
  /** The specification without what was over once init ran. */
  readonly spec: ContainerSpec;
  /** The machine and the caller as they were then. */
  readonly host: HostFacts;
}
