// A Landlock ruleset as data: what is granted below which paths, on which ports, and which scopes are closed. Everything else that
// the kernel's version of Landlock can restrict is denied.

import type { FsRight, NetRight, Scope } from '../kernel/landlock.ts';

/** Grants rights on what `path` names in the container, and on all below it. */
export interface PathRule {
  readonly path: string;
  readonly rights: readonly FsRight[];
  /** It need not be there. */
  readonly optional: boolean;
}

export interface PortRule {
  readonly port: number;
  readonly rights: readonly NetRight[];
}

export interface Ruleset {
  /** The version of Landlock that it is made for. */
  readonly abi: number;
  readonly paths: readonly PathRule[];
  readonly ports: readonly PortRule[];
  /** Which of binding and connecting is restricted to the ports. TCP only: Landlock knows no other protocol. */
  readonly network: readonly NetRight[];
  readonly scopes: readonly Scope[];
}

/** A ruleset, and how it is entered: by init, and by whoever attaches later. */
export interface LandlockEntry {
  readonly ruleset: Ruleset;
  /** Where the kernel has no Landlock, go on without. */
  readonly mayBeMissing: boolean;
  /** Is there a file in /proc to which the ruleset forbids a write that is allowed otherwise? */
  readonly proc: boolean;
}
