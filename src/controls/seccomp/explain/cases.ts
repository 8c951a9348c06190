// What a policy decides about one call, some of whose arguments may not be known: cases in the order in which they are tried.

import { wordLayout } from '../../../bpf/seccomp-data.ts';
import { CONSTANTS } from '../../../kernel/constants.gen.ts';
import { holds } from '../evaluate.ts';
import { lowerCondition } from '../lower.ts';
import type { Condition, Rule, Verdict } from '../policy.ts';
import type { Clause, DecisionTable } from '../resolve.ts';
import { letsThrough } from '../verdicts.ts';
import { type Arch, callsOf } from './architecture.ts';
import type { OpenedPolicy } from './open.ts';

/** An argument of 64 bits; null: any. */
export type Argument = bigint | null;

/** The first whose conditions hold decides; the last has none. */
export interface Case {
  /** On arguments that are not known. */
  readonly conditions: readonly Condition[];
  readonly verdict: Verdict;
  /** Null: no rule decides, the default does. */
  readonly rule: Rule | null;
}

/** Always at least one. Arguments behind those given are not known. */
export function casesOf(opened: OpenedPolicy, arch: Arch, number: number, args: readonly Argument[] = []): readonly Case[] {
  const table = opened.tables.find(({ conventions }) => conventions.includes(arch));
  if (table === undefined) return [{ conditions: [], verdict: { kind: 'kill_process' }, rule: null }];
  const cases: Case[] = [];
  for (const clause of table.calls.get(number) ?? []) {
    const conditions = openConditions(clause, table, args);
    if (conditions === null) continue;
    cases.push({ conditions, verdict: clause.verdict, rule: opened.ruleOf(clause.verdict) });
    if (conditions.length === 0) return cases;
  }
  return [...cases, { conditions: [], verdict: defaultAt(table, number), rule: null }];
}

/** What is decided of the convention's calls that no rule is about. */
export function defaultCases(opened: OpenedPolicy, arch: Arch): readonly Case[] {
  const table = opened.tables.find(({ conventions }) => conventions.includes(arch));
  const [number = 0] = callsOf(arch).values();
  return [{ conditions: [], verdict: table === undefined ? { kind: 'kill_process' } : defaultAt(table, number), rule: null }];
}

/** The convention's calls by name, and the numbers without one that rules are about. */
export function numbersOf({ tables }: OpenedPolicy, arch: Arch): ReadonlyMap<string, number> {
  const named = callsOf(arch);
  const table = tables.find(({ conventions }) => conventions[0] === arch);
  const known = new Set(tables.flatMap(({ conventions }) => conventions.flatMap((one) => [...callsOf(one).values()])));
  const others = [...(table?.calls.keys() ?? [])].filter((number) => !known.has(number));
  return new Map([...named, ...others.map((number) => [String(number), number] as const)]);
}

/** Is the call made: always, never, or does it depend on arguments that are not known? */
export function passage(cases: readonly Case[]): 'allowed' | 'conditional' | 'denied' {
  const through = cases.filter(({ verdict }) => letsThrough(verdict)).length;
  return through === cases.length ? 'allowed' : through === 0 ? 'denied' : 'conditional';
}

/** Those that the known arguments leave undecided; null when one cannot hold. */
function openConditions({ conditions }: Clause, { arch }: DecisionTable, args: readonly Argument[]): readonly Condition[] | null {
  const layout = wordLayout(CONSTANTS[arch]);
  const open: Condition[] = [];
  for (const condition of conditions) {
    const known = args[condition.argument] ?? null;
    const test = lowerCondition(condition, layout);
    // By a convention of 32 bits only the low half is an argument.
    const verdict =
      known !== null
        ? holds(
            condition,
            args.map((arg) => BigInt.asUintN(layout.bits, arg ?? 0n)),
          )
        : test.kind === 'fixed'
          ? test.holds
          : null;
    if (verdict === false) return null;
    if (verdict === null) open.push(condition);
  }
  return open;
}

function defaultAt({ defaults }: DecisionTable, number: number): Verdict {
  const found = defaults.findLast(({ from }) => from <= number);
  return found?.verdict ?? { kind: 'kill_process' };
}
