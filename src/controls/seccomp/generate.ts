// ResolvedPolicy -> classic BPF: the architecture, a binary tree over the ranges of numbers, the tests of arguments, returns.
//
// No order by frequency: since 5.11 the kernel finds out when a filter is loaded which calls it allows whatever their
// arguments, and does not run it for them (kernel/seccomp.c, seccomp_cache_prepare). It follows exactly the operations used
// before the first argument is read here.

import { type Line, assemble } from '../../bpf/assemble.ts';
import type { Instruction } from '../../bpf/instruction.ts';
import { ARCH_OFFSET, NR_OFFSET } from '../../bpf/seccomp-data.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { lowerConditions } from './lower.ts';
import type { Verdict } from './policy.ts';
import { decisionKey, type Range, rangesOf } from './ranges.ts';
import type { Clause, DecisionTable, ResolvedPolicy } from './resolve.ts';
import { testLines } from './test-lines.ts';
import { returnValue } from './verdicts.ts';

/** A call by a convention that this machine does not have. */
const IMPOSSIBLE: Verdict = { kind: 'kill_process' };

export function generateFilter({ otherwise, tables }: ResolvedPolicy): readonly Instruction[] {
  const returns = new Map<string, number>();
  /** The label of the return of a verdict; all are placed at the end. */
  const returning = (verdict: Verdict): string => {
    const value = returnValue(verdict);
    const label = `return ${value}`;
    returns.set(label, value);
    return label;
  };
  const parts = tables.flatMap((table) => tablePart(table, otherwise, returning));
  const impossible = returning(IMPOSSIBLE);
  return assemble([
    { kind: 'load', offset: ARCH_OFFSET },
    ...tables.flatMap(({ arch }, index): readonly Line[] => [
      { kind: 'branch', test: 'eq', by: CONSTANTS[arch], yes: arch, no: index + 1 < tables.length ? `not ${arch}` : impossible },
      { kind: 'label', name: `not ${arch}` },
    ]),
    ...parts,
    ...[...returns].flatMap(([name, value]): readonly Line[] => [
      { kind: 'label', name },
      { kind: 'return', value },
    ]),
  ]);
}

type Returning = (verdict: Verdict) => string;

function tablePart(table: DecisionTable, otherwise: Verdict, returning: Returning): readonly Line[] {
  const { arch } = table;
  const ranges = rangesOf(table);
  const blocks = new Map<string, readonly Clause[]>();
  /** Where a decision is made. One without conditions is a return, the others get a block each. */
  const labelOf = (clauses: readonly Clause[]): string => {
    const [first] = clauses;
    if (first === undefined) return returning(otherwise);
    if (first.conditions.length === 0) return returning(first.verdict);
    const key = decisionKey(clauses);
    blocks.set(key, clauses);
    return `${arch} ${key}`;
  };
  const tree = treeLines(arch, ranges, labelOf);
  return [
    { kind: 'label', name: arch },
    { kind: 'load', offset: NR_OFFSET },
    ...tree.lines,
    // A table with one decision only has no tree to lead to it.
    ...(tree.lines.length === 0 ? [{ kind: 'jump', to: tree.entry } as const] : []),
    ...[...blocks].flatMap(([key, clauses]) => blockLines(`${arch} ${key}`, clauses, otherwise, returning)),
  ];
}

/** `entry`: the label that a number leads to; the tree's first line when it has lines. */
interface Tree {
  readonly entry: string;
  readonly lines: readonly Line[];
}

/** Halves the ranges until one is left. Every number takes at most ceil(log2(ranges)) tests. */
function treeLines(arch: string, ranges: readonly Range[], labelOf: (clauses: readonly Clause[]) => string): Tree {
  const middle = ranges.length >> 1;
  const pivot = ranges[middle];
  if (pivot === undefined || ranges.length === 1) return { entry: labelOf(pivot?.clauses ?? []), lines: [] };
  const below = treeLines(arch, ranges.slice(0, middle), labelOf);
  const above = treeLines(arch, ranges.slice(middle), labelOf);
  const entry = `${arch} tree ${pivot.from}`;
  return {
    entry,
    lines: [{ kind: 'label', name: entry }, { kind: 'branch', test: 'ge', by: pivot.from, yes: above.entry, no: below.entry }, ...below.lines, ...above.lines],
  };
}

/** The clauses one after the other; where none holds, the one without conditions or else the default. */
function blockLines(label: string, clauses: readonly Clause[], otherwise: Verdict, returning: Returning): readonly Line[] {
  const conditional = clauses.filter(({ conditions }) => conditions.length > 0);
  const rest = clauses.find(({ conditions }) => conditions.length === 0)?.verdict ?? otherwise;
  return conditional.flatMap(({ conditions, verdict }, index): readonly Line[] => {
    const own = index === 0 ? label : `${label} ${index}`;
    const next = index + 1 < conditional.length ? `${label} ${index + 1}` : returning(rest);
    return [{ kind: 'label', name: own }, ...testLines(lowerConditions(conditions), returning(verdict), next, `${label} ${index}`)];
  });
}
