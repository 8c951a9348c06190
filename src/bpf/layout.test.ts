import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { assemble } from './assemble.ts';
import { findFault } from './check.ts';
import { newGraph, type Graph, type Node } from './graph.ts';
import { layOut } from './layout.ts';
import { NR_OFFSET } from './seccomp-data.ts';
import { simulate } from './simulate.ts';

/** A tree over the numbers from..to, each with a return of its own: nothing to share. */
function wide(graph: Graph, from: number, to: number): Node {
  if (from === to) return graph.giveBack(from);
  const middle = Math.ceil((from + to) / 2);
  return graph.branch('ge', middle, { yes: wide(graph, middle, to), no: wide(graph, from, middle - 1) });
}

const run = (node: Node) => {
  const program = assemble(layOut(node));
  expect(findFault(program)).toBeNull();
  return { program, ask: (nr: number) => simulate(program, { arch: 0, nr }) };
};

describe('sharing', () => {
  test('equal parts are one node, and tests of nothing are none', () => {
    const graph = newGraph();
    const [a, b] = [graph.giveBack(1), graph.giveBack(2)];
    expect(graph.giveBack(1)).toBe(a);
    expect(graph.branch('eq', 5, { yes: a, no: a })).toBe(a);
    expect(graph.branch('eq', 5, { yes: a, no: b })).toBe(graph.branch('eq', 5, { yes: a, no: b }));
    expect(graph.load(NR_OFFSET, a)).toBe(a);
    expect(graph.load(4, graph.load(NR_OFFSET, graph.branch('eq', 5, { yes: a, no: b })))).toMatchObject({ offset: NR_OFFSET });
    expect(graph.and(3, a)).toBe(a);
  });

  test('a return that many lead to is written once', () => {
    const graph = newGraph();
    const [yes, no] = [graph.giveBack(1), graph.giveBack(0)];
    const chain = Array.from({ length: 100 }, (_, index) => index).reduceRight<Node>((rest, by) => graph.branch('eq', by, { yes, no: rest }), no);
    const { program, ask } = run(graph.load(NR_OFFSET, chain));
    expect(program).toHaveLength(1 + 100 + 2);
    expect([ask(0), ask(99), ask(100)].map(({ data, steps }) => [data, steps])).toEqual([
      [1, 3],
      [1, 102],
      [0, 102],
    ]);
  });

  test('out of reach a return is repeated: no call pays for it', () => {
    const graph = newGraph();
    const [yes, no] = [graph.giveBack(1), graph.giveBack(0)];
    const chain = Array.from({ length: 1000 }, (_, index) => index).reduceRight<Node>((rest, by) => graph.branch('eq', by, { yes, no: rest }), no);
    const { program, ask } = run(graph.load(NR_OFFSET, chain));
    expect(program.length).toBeLessThan(1 + 1000 + 2 + 5);
    for (const nr of [0, 500, 999]) expect(ask(nr)).toMatchObject({ data: 1, steps: nr + 3 });
  });
});

test('both sides larger than a branch reaches: one of them pays a jump', () => {
  const graph = newGraph();
  const { ask } = run(graph.load(NR_OFFSET, wide(graph, 0, 1023)));
  for (let nr = 0; nr < 1024; nr++) {
    const { data, steps } = ask(nr);
    expect(data).toBe(nr);
    // load, ten comparisons, the return; jumps only where 512 or more leaves are on either side
    expect(steps).toBeLessThanOrEqual(12 + 2);
  }
});

interface Shape {
  readonly by: number;
  readonly test: 'ge' | 'eq' | 'set';
  readonly yes: number;
  readonly no: number;
}
/** Any directed graph: node n leads to later ones, the last are returns. */
const shapes = fc.array(fc.record({ by: fc.nat(400), test: fc.constantFrom('ge', 'eq', 'set' as const), yes: fc.nat(600), no: fc.nat(8) }), {
  minLength: 1,
  maxLength: 500,
});

test('any graph means after its layout what it meant before', () => {
  fc.assert(
    fc.property(shapes, fc.array(fc.nat(500), { minLength: 5, maxLength: 5 }), (shape, asked) => {
      const graph = newGraph();
      const nodes: Node[] = [];
      const at = (index: number): Node => nodes[index] ?? graph.giveBack(index % 7);
      for (let index = shape.length - 1; index >= 0; index--) {
        const { test: kind, by, yes, no } = shape[index] as Shape;
        nodes[index] = graph.branch(kind, by, { yes: at(index + 1 + yes), no: at(index + 1 + no) });
      }
      const walk = (node: Node, nr: number): number => {
        if (node.kind === 'return') return node.value;
        if (node.kind !== 'branch') return walk(node.next, nr);
        const holds = node.test === 'ge' ? nr >= node.by : node.test === 'eq' ? nr === node.by : (nr & node.by) !== 0;
        return walk(holds ? node.yes : node.no, nr);
      };
      const entry = at(0);
      const { ask } = run(graph.load(NR_OFFSET, entry));
      for (const nr of asked) expect(ask(nr).data).toBe(walk(entry, nr));
    }),
    { numRuns: 500 },
  );
});
