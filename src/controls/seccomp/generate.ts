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
/** Ranges that share their returns: few enough for every branch among them to reach those (255 instructions). */
const CLUSTER = 64;

export function generateFilter({ otherwise, tables }: ResolvedPolicy): readonly Instruction[] {
  return assemble([
    { kind: 'load', offset: ARCH_OFFSET },
    ...tables.flatMap(({ arch }): readonly Line[] => [
      { kind: 'branch', test: 'eq', by: CONSTANTS[arch], yes: arch, no: `not ${arch}` },
      { kind: 'label', name: `not ${arch}` },
    ]),
    { kind: 'return', value: returnValue(IMPOSSIBLE) },
    ...tables.flatMap((table) => tableLines(table, otherwise)),
  ]);
}

/** Load the number, find its range, decide. */
function tableLines(table: DecisionTable, otherwise: Verdict): readonly Line[] {
  const { arch } = table;
  const blocks = new Map<string, { readonly name: string; readonly clauses: readonly Clause[] }>();
  const blockFor = (clauses: readonly Clause[]): string => {
    const key = decisionKey(clauses);
    const { name } = blocks.get(key) ?? { name: `${arch} block ${blocks.size}` };
    blocks.set(key, { name, clauses });
    return name;
  };
  const tree = treeLines(rangesOf(table), arch, otherwise, blockFor);
  const decisions = [...blocks.values()].flatMap(({ name, clauses }) => withReturns(name, (to) => blockLines(name, clauses, otherwise, to)));
  return [{ kind: 'label', name: arch }, { kind: 'load', offset: NR_OFFSET }, ...tree, ...decisions];
}

/** Names the label of a verdict's return. */
type ReturnTo = (verdict: Verdict) => string;

/** Lines with the returns that they lead to right behind them, where every branch reaches them. */
function withReturns(name: string, make: (to: ReturnTo) => readonly Line[]): readonly Line[] {
  const values = new Set<number>();
  const label = (value: number) => `${name} return ${value}`;
  const lines = make((verdict) => {
    values.add(returnValue(verdict));
    return label(returnValue(verdict));
  });
  return [
    ...lines,
    ...[...values].flatMap((value): readonly Line[] => [
      { kind: 'label', name: label(value) },
      { kind: 'return', value },
    ]),
  ];
}

/** Halves the ranges until few are left. With those, every number takes at most ceil(log2(ranges)) tests. */
function treeLines(ranges: readonly Range[], name: string, otherwise: Verdict, blockFor: (clauses: readonly Clause[]) => string): readonly Line[] {
  const middle = ranges.length >> 1;
  const pivot = ranges[middle];
  if (ranges.length <= CLUSTER || pivot === undefined) {
    return withReturns(`${name} cluster ${ranges[0]?.from}`, (to) => {
      const { entry, lines } = clusterTree(ranges, `${name} at`, (clauses) => decision(clauses, otherwise, to, blockFor));
      return lines.length > 0 ? lines : [{ kind: 'jump', to: entry }];
    });
  }
  const [below, above] = [`${name} below ${pivot.from}`, `${name} from ${pivot.from}`];
  return [
    { kind: 'branch', test: 'ge', by: pivot.from, yes: above, no: below },
    { kind: 'label', name: below },
    ...treeLines(ranges.slice(0, middle), name, otherwise, blockFor),
    { kind: 'label', name: above },
    ...treeLines(ranges.slice(middle), name, otherwise, blockFor),
  ];
}

/** Where a decision is made: a return when it has no conditions, else a block of its own. */
function decision(clauses: readonly Clause[], otherwise: Verdict, to: ReturnTo, blockFor: (clauses: readonly Clause[]) => string): string {
  const [first] = clauses;
  if (first === undefined) return to(otherwise);
  return first.conditions.length === 0 ? to(first.verdict) : blockFor(clauses);
}

/** `entry`: the label that a number leads to, that of the first of the lines when there are any. */
interface Tree {
  readonly entry: string;
  readonly lines: readonly Line[];
}

function clusterTree(ranges: readonly Range[], name: string, labelOf: (clauses: readonly Clause[]) => string): Tree {
  const middle = ranges.length >> 1;
  const pivot = ranges[middle];
  if (ranges.length <= 1 || pivot === undefined) return { entry: labelOf(ranges[0]?.clauses ?? []), lines: [] };
  const below = clusterTree(ranges.slice(0, middle), name, labelOf);
  const above = clusterTree(ranges.slice(middle), name, labelOf);
  const entry = `${name} ${pivot.from}`;
  const branch: Line = { kind: 'branch', test: 'ge', by: pivot.from, yes: above.entry, no: below.entry };
  return { entry, lines: [{ kind: 'label', name: entry }, branch, ...below.lines, ...above.lines] };
}

/** The clauses one after the other; where none holds, the one without conditions or else the default. */
function blockLines(label: string, clauses: readonly Clause[], otherwise: Verdict, to: ReturnTo): readonly Line[] {
  const conditional = clauses.filter(({ conditions }) => conditions.length > 0);
  const rest = clauses.find(({ conditions }) => conditions.length === 0)?.verdict ?? otherwise;
  return conditional.flatMap(({ conditions, verdict }, index): readonly Line[] => {
    const own = index === 0 ? label : `${label} ${index}`;
    const next = index + 1 < conditional.length ? `${label} ${index + 1}` : to(rest);
    return [{ kind: 'label', name: own }, ...testLines(lowerConditions(conditions), to(verdict), next, `${label} ${index}`)];
  });
}
