// A policy as it is written: the first form, with names, before any architecture has been looked at.

import type { Arch } from '../../kernel/arch.ts';
import type { ConstName } from '../../kernel/constants.gen.ts';
import type { FilterFlag } from '../../model/filter-flag.ts';
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
  /** Of a profile, which names calls for several at once. */
  | { readonly kind: 'arches'; readonly arches: readonly Arch[] };

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
  /** The only conventions that calls may arrive by, others end the process; undefined: it depends on the sections (coverage.ts). */
  readonly arches?: readonly Arch[];
  /** Only a profile has some; undefined: none. */
  readonly flags?: readonly FilterFlag[];
}

/** A machine that filters are made for, by its own convention: all but those that only a 64-bit machine has beside its own. */
export type Native = Exclude<Arch, 'x32' | 's390' | 'mips64n32' | 'mipsel64n32'>;

/**
 * The calling conventions of a machine, its own first. Calls by any other are not possible there, and killed. Launchers are made
 * for x86_64 and arm64; filters for all of them.
 */
export const CONVENTIONS: Readonly<Record<Native, readonly Arch[]>> = {
  x86_64: ['x86_64', 'x32', 'i386'],
  arm64: ['arm64', 'arm'],
  i386: ['i386'],
  arm: ['arm'],
  riscv64: ['riscv64'],
  loongarch64: ['loongarch64'],
  ppc64le: ['ppc64le'],
  ppc64: ['ppc64', 'ppc'],
  ppc: ['ppc'],
  s390x: ['s390x', 's390'],
  mips64: ['mips64', 'mips64n32', 'mips'],
  mipsel64: ['mipsel64', 'mipsel64n32', 'mipsel'],
  mips: ['mips'],
  mipsel: ['mipsel'],
};

/** How struct seccomp_data names a convention. x32 differs from x86_64 only by a bit of its numbers. */
export const AUDIT_ARCH = {
  x86_64: 'AUDIT_ARCH_X86_64',
  x32: 'AUDIT_ARCH_X86_64',
  i386: 'AUDIT_ARCH_I386',
  arm64: 'AUDIT_ARCH_AARCH64',
  arm: 'AUDIT_ARCH_ARM',
  riscv64: 'AUDIT_ARCH_RISCV64',
  loongarch64: 'AUDIT_ARCH_LOONGARCH64',
  ppc64le: 'AUDIT_ARCH_PPC64LE',
  ppc64: 'AUDIT_ARCH_PPC64',
  ppc: 'AUDIT_ARCH_PPC',
  s390x: 'AUDIT_ARCH_S390X',
  s390: 'AUDIT_ARCH_S390',
  mips64: 'AUDIT_ARCH_MIPS64',
  mips64n32: 'AUDIT_ARCH_MIPS64N32',
  mips: 'AUDIT_ARCH_MIPS',
  mipsel64: 'AUDIT_ARCH_MIPSEL64',
  mipsel64n32: 'AUDIT_ARCH_MIPSEL64N32',
  mipsel: 'AUDIT_ARCH_MIPSEL',
} as const satisfies Record<Arch, ConstName>;
