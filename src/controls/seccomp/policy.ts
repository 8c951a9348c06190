// A policy as it is written: the first form, with names, before any architecture has been looked at.

import type { Machine } from '../../kernel/constant.ts';
import type { Arch } from '../../kernel/syscalls.gen.ts';
import type { Span } from '../../model/origin.ts';

/** What happens to a call (seccomp(2), "SECCOMP_RET_*"). */
export type Verdict =
  /** `notify`: a program outside of the container decides (notify.ts). */
  | { readonly kind: 'kill_process' | 'kill_thread' | 'trap' | 'notify' | 'log' | 'allow' }
  /** The call is not made and gives this error; 0: it seems to succeed. */
  | { readonly kind: 'errno'; readonly errno: number };

export type Operator = 'ne' | 'lt' | 'le' | 'eq' | 'ge' | 'gt';

/** On the 64 bits of one argument, unsigned, as seccomp_rule_add(3) has them. */
export type Condition =
  | { readonly kind: 'compare'; readonly argument: number; readonly operator: Operator; readonly value: bigint }
  /** (argument & mask) == (value & mask) */
  | { readonly kind: 'masked'; readonly argument: number; readonly mask: bigint; readonly value: bigint };

/** Whose calls a rule is about. */
export type Section =
  | { readonly kind: 'all' }
  /** Version 1: the numbers of the machine's own architecture. */
  | { readonly kind: 'native' }
  | { readonly kind: 'arch'; readonly arch: Arch }
  /** An architecture that LXC knows and no machine for Holdfast has. */
  | { readonly kind: 'foreign'; readonly name: string };

export type Call = { readonly kind: 'name'; readonly name: string } | { readonly kind: 'number'; readonly number: number };

/** All conditions must hold; none means always. `span` covers the call. */
export interface Rule<V = Verdict> {
  readonly call: Call;
  readonly section: Section;
  readonly verdict: V;
  readonly conditions: readonly Condition[];
  readonly span: Span;
}

/**
 * Of all rules that match a call the strictest holds, in the kernel's own order (strictness.ts); of equally strict ones the first.
 * Where none matches, `otherwise` holds.
 */
export interface Policy<V = Verdict> {
  readonly version: 1 | 2;
  readonly list: 'allow' | 'deny';
  readonly otherwise: { readonly verdict: V; readonly span: Span };
  readonly rules: readonly Rule<V>[];
}

/** The calling conventions of a machine, its own first. Calls by any other are not possible there, and killed. */
export const CONVENTIONS: Readonly<Record<Machine, readonly Arch[]>> = {
  x86_64: ['x86_64', 'x32', 'i386'],
  arm64: ['arm64', 'arm'],
};

/** How struct seccomp_data names a convention. x32 differs from x86_64 only by a bit of its numbers. */
export const AUDIT_ARCH = {
  x86_64: 'AUDIT_ARCH_X86_64',
  x32: 'AUDIT_ARCH_X86_64',
  i386: 'AUDIT_ARCH_I386',
  arm64: 'AUDIT_ARCH_AARCH64',
  arm: 'AUDIT_ARCH_ARM',
} as const satisfies Record<Arch, string>;
