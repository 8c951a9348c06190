// What is written down about a running container (RUNDIR/NAME.lock), and read by attach, stop, info, ls and verify.

import type { FilterFlag } from './filter-flag.ts';
import type { HostFacts } from './host.ts';
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
  /** The seccomp filter as base64 of struct sock_filter; null: none. */
  readonly filter: string | null;
  /** What seccomp(2) was told besides; undefined: nothing. */
  readonly filterFlags?: readonly FilterFlag[];
  /** Null: no Landlock. */
  readonly landlock: LandlockEntry | null;
  /** The specification without what was over once init ran. */
  readonly spec: ContainerSpec;
  /** The machine and the caller as they were then. */
  readonly host: HostFacts;
}
