// Policy -> for each value of seccomp_data.arch, what is decided for each call number. Names are gone from here on.

import type { Arch } from '../../kernel/arch.ts';
import { SYSCALLS } from '../../kernel/syscalls.gen.ts';
import { callTargets, type Target } from './calls.ts';
import { defaultFor, isAbout } from './coverage.ts';
import { AUDIT_ARCH, type Condition, CONVENTIONS, type Native, type Policy, type Rule, type Verdict } from './policy.ts';
import { compareStrictness, letsThrough } from './verdicts.ts';

/** Tried in order: the first whose conditions all hold decides. */
export interface Clause {
  readonly conditions: readonly Condition[];
  readonly verdict: Verdict;
}

export type AuditArch = (typeof AUDIT_ARCH)[Arch];

/** From number `from` up to the next one's. */
export interface Default {
  readonly from: number;
  readonly verdict: Verdict;
}

export interface DecisionTable {
  readonly arch: AuditArch;
  /** The calling conventions that show as this architecture, the most usual one first. */
  readonly conventions: readonly Arch[];
  /** By number. What is not here, and what no clause of its number decides, has the default. */
  readonly calls: ReadonlyMap<number, readonly Clause[]>;
  /** Sorted; the first begins at 0. */
  readonly defaults: readonly Default[];
}

export interface ResolvedPolicy {
  /** The machine's own first. x32 shares the table of x86_64: its numbers are others. */
  readonly tables: readonly DecisionTable[];
}

/** The names must have been checked (names.ts): one that an architecture lacks is passed over here. */
export function resolvePolicy(policy: Policy, machine: Native): ResolvedPolicy {
  const conventions = CONVENTIONS[machine];
  const arches = [...new Set(conventions.map((arch) => AUDIT_ARCH[arch]))];
  return {
    tables: arches.map((arch) => {
      const own = conventions.filter((one) => AUDIT_ARCH[one] === arch);
      return { arch, conventions: own, calls: decisions(policy, own, machine), defaults: defaultsOf(policy, own, machine) };
    }),
  };
}

/** Numbers with __X32_SYSCALL_BIT are calls of x32; all others of an architecture belong to its first convention. */
function defaultsOf(policy: Policy, conventions: readonly Arch[], machine: Native): readonly Default[] {
  return conventions
    .map((arch) => ({ from: arch === 'x32' ? SYSCALLS.x32.read : 0, verdict: defaultFor(policy, arch, machine) }))
    .sort((a, b) => a.from - b.from);
}

function decisions(policy: Policy, conventions: readonly Arch[], machine: Native): ReadonlyMap<number, readonly Clause[]> {
  const calls = new Map<number, Clause[]>();
  for (const rule of policy.rules) {
    for (const arch of conventions) {
      if (!isAbout(rule, arch, machine)) continue;
      for (const { number, clause } of clausesOf(rule, arch)) {
        const before = calls.get(number);
        if (before === undefined) calls.set(number, [clause]);
        else before.push(clause);
      }
    }
  }
  return new Map([...calls].map(([number, clauses]) => [number, inOrder(clauses)]));
}

function clausesOf(rule: Rule, arch: Arch): readonly { readonly number: number; readonly clause: Clause }[] {
  const { call, conditions, verdict } = rule;
  if (call.kind === 'number') return [{ number: call.number, clause: { conditions, verdict } }];
  return callTargets(call.name, arch).flatMap((target) => {
    const seen = visibleConditions(target, rule);
    return seen === null ? [] : [{ number: target.number, clause: { conditions: seen, verdict } }];
  });
}

/**
 * Through socketcall(2) and ipc(2) the arguments lie in memory, where no filter can look. A rule on arguments that refuses
 * then refuses whatever they are; one that lets through lets nothing through (null).
 */
function visibleConditions({ selector }: Target, { conditions, verdict }: Rule): readonly Condition[] | null {
  if (selector === null) return conditions;
  return conditions.length > 0 && letsThrough(verdict) ? null : [selector];
}

/** Strictest first, equally strict ones as they are written; nothing behind one without conditions. */
function inOrder(clauses: readonly Clause[]): readonly Clause[] {
  if (clauses.length === 1) return clauses;
  const sorted = [...clauses].sort((a, b) => compareStrictness(a.verdict, b.verdict));
  const last = sorted.findIndex(({ conditions }) => conditions.length === 0);
  return last < 0 ? sorted : sorted.slice(0, last + 1);
}
