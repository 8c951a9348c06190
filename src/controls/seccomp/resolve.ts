// Policy -> for each value of seccomp_data.arch, what is decided for each call number. Names are gone from here on.

import type { Machine } from '../../kernel/constant.ts';
import type { Arch } from '../../kernel/syscalls.gen.ts';
import { callTargets, type Target } from './calls.ts';
import { AUDIT_ARCH, type Condition, CONVENTIONS, type Policy, type Rule, type Verdict } from './policy.ts';
import { compareStrictness, letsThrough } from './verdicts.ts';

/** Tried in order: the first whose conditions all hold decides. */
export interface Clause {
  readonly conditions: readonly Condition[];
  readonly verdict: Verdict;
}

export type AuditArch = (typeof AUDIT_ARCH)[Arch];

export interface DecisionTable {
  readonly arch: AuditArch;
  /** By number. What is not here, and what no clause of its number decides, has the policy's default. */
  readonly calls: ReadonlyMap<number, readonly Clause[]>;
}

export interface ResolvedPolicy {
  readonly otherwise: Verdict;
  /** The machine's own first. x32 shares the table of x86_64: its numbers are others. */
  readonly tables: readonly DecisionTable[];
}

/** The names must have been checked (names.ts): one that an architecture lacks is passed over here. */
export function resolvePolicy(policy: Policy, machine: Machine): ResolvedPolicy {
  const conventions = CONVENTIONS[machine];
  const arches = [...new Set(conventions.map((arch) => AUDIT_ARCH[arch]))];
  return {
    otherwise: policy.otherwise.verdict,
    tables: arches.map((arch) => ({
      arch,
      calls: decisions(
        policy,
        conventions.filter((one) => AUDIT_ARCH[one] === arch),
        machine,
      ),
    })),
  };
}

function decisions(policy: Policy, conventions: readonly Arch[], machine: Machine): ReadonlyMap<number, readonly Clause[]> {
  const calls = new Map<number, Clause[]>();
  for (const rule of policy.rules) {
    for (const arch of conventions.filter((one) => isAbout(rule, one, machine))) {
      for (const { number, clause } of clausesOf(rule, arch)) calls.set(number, [...(calls.get(number) ?? []), clause]);
    }
  }
  return new Map([...calls].map(([number, clauses]) => [number, inOrder(clauses)]));
}

/** A section is about the calls that arrive by its convention, and no others. */
export function isAbout({ section }: Pick<Rule, 'section'>, arch: Arch, machine: Machine): boolean {
  switch (section.kind) {
    case 'all':
      return true;
    case 'native':
      return arch === machine;
    case 'arch':
      return arch === section.arch;
    case 'foreign':
      return false;
  }
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
  const sorted = [...clauses].sort((a, b) => compareStrictness(a.verdict, b.verdict));
  const last = sorted.findIndex(({ conditions }) => conditions.length === 0);
  return last < 0 ? sorted : sorted.slice(0, last + 1);
}
