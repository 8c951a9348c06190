// ResolvedPolicy -> classic BPF: the architecture, a search for the number, the tests of arguments, returns.
//
// The number alone is looked at first, by loads, comparisons and masks only: since 5.11 the kernel finds out when a filter is
// loaded which calls it allows whatever their arguments, by following exactly these (kernel/seccomp.c,
// seccomp_cache_prepare_bitmap), and does not run it for them. Where it does run, frequent calls are decided first (frequencies.ts).

import { assemble } from '../../bpf/assemble.ts';
import { type Graph, newGraph, type Node } from '../../bpf/graph.ts';
import type { Instruction } from '../../bpf/instruction.ts';
import { layOut } from '../../bpf/layout.ts';
import { ARCH_OFFSET, NR_OFFSET, wordLayout } from '../../bpf/seccomp-data.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { clauseGraph, searchGraph } from './clause-graph.ts';
import { USUAL_WEIGHTS, type Weights } from './frequencies.ts';
import type { Verdict } from './policy.ts';
import { rangesOf } from './ranges.ts';
import type { DecisionTable, ResolvedPolicy } from './resolve.ts';
import { searchTree } from './search-tree.ts';
import { returnValue } from './verdicts.ts';

/** A call by a convention that this machine does not have. */
const IMPOSSIBLE: Verdict = { kind: 'kill_process' };

/**
 * The filter of a policy. Its meaning does not depend on the weights, only what a call costs does.
 * @param weights how often each call is made, by the names of x86_64, in any unit; those not named count as rare
 */
export function generateFilter({ tables }: ResolvedPolicy, weights: Weights = USUAL_WEIGHTS): readonly Instruction[] {
  const graph = newGraph();
  // The machine's own architecture comes first: nearly all calls are made by it.
  const dispatch = tables.reduceRight<Node>(
    (no, table, index) => graph.branch('eq', CONSTANTS[table.arch], { yes: tableGraph(graph, table, weights), no, likely: index === 0 ? 'yes' : 'no' }),
    graph.giveBack(returnValue(IMPOSSIBLE)),
  );
  return assemble(layOut(graph.load(ARCH_OFFSET, dispatch)));
}

/** Load the number, find its range, decide. */
function tableGraph(graph: Graph, table: DecisionTable, weights: Weights): Node {
  const layout = wordLayout(CONSTANTS[table.arch]);
  const { pieces, decisions } = rangesOf(table, weights);
  const nodes = decisions.map(({ clauses, rest }) => clauseGraph(graph, clauses, rest, layout));
  // Decisions that come to the same are one from here on.
  const same = pieces.map((piece) => ({ ...piece, group: nodes[piece.group]?.id ?? 0 }));
  const byId = new Map(nodes.map((node) => [node.id, node]));
  return graph.load(
    NR_OFFSET,
    searchGraph(graph, searchTree(same), (id) => byId.get(id) as Node),
  );
}
