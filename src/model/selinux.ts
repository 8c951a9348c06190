// SELinux in the vocabulary: what a container asks, what this kernel says of its policy, and what a process that joins later must enter.

import type { Setting } from './origin.ts';

export interface SelinuxSpec {
  /** The context that init enters: lxc.selinux.context, or the one that was found for `auto`. Null: none. */
  readonly context: Setting<string> | null;
  /** Label of the session keyring; null: the context. */
  readonly keyring: Setting<string> | null;
  /** A context of its own is to be found by whoever starts it, and then stands in `context`. `type`: of its processes; null: the policy's own. */
  readonly auto: Setting<{ readonly type: string | null }> | null;
  /** Type of the files of the container (holdfast.selinux.files), or `none`; null: the one that goes with its context is not known. */
  readonly files: Setting<string> | null;
}

/** What the types of a policy for containers are called: the domain of a container, and the type of its files. */
export interface ContainerTypes {
  readonly process: string;
  readonly file: string;
}

/** May `source` do all of `permissions` to an object of `class` that is labelled `target`? */
export interface AccessQuestion {
  readonly source: string;
  readonly target: string;
  readonly class: string;
  readonly permissions: readonly string[];
}

export interface AccessAnswer {
  readonly question: AccessQuestion;
  /** Those of the permissions that the policy does not give. */
  readonly denied: readonly string[];
}

/** What the kernel says of SELinux, for one container. */
export interface SelinuxFacts {
  readonly enforcing: boolean;
  /** Null: the kernel has not loaded any; then it takes every label and forbids nothing. */
  readonly policy: { readonly version: number; readonly mls: boolean; readonly nnpTransition: boolean } | null;
  /** The context of the caller. */
  readonly own: string;
  /** For each context that was asked about: how the kernel writes it, or null where the policy has no such context. */
  readonly contexts: Readonly<Record<string, string | null>>;
  /** Domains among them that the policy itself makes permissive. */
  readonly permissive: readonly string[];
  readonly access: readonly AccessAnswer[];
  /** Of files of the container; null where there is none, or nobody can tell. Absent: not asked. */
  readonly labels?: { readonly root: string | null; readonly init: string | null };
}
