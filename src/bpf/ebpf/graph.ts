// A program that only decides, as a graph: what is asked after what, before anything has a place. Equal parts are one node, so that
// answers and questions to which several ways lead are written once; emitEbpf() gives them their places.

import type { Line } from './assemble.ts';
import type { Register } from './operation.ts';

export type Node =
  | { readonly kind: 'answer'; readonly id: number; readonly value: number }
  | { readonly kind: 'load'; readonly id: number; readonly to: Register; readonly offset: number; readonly next: Node }
  | {
      readonly kind: 'branch';
      readonly id: number;
      readonly test: Asked;
      readonly of: Register;
      readonly by: number;
      readonly yes: Node;
      readonly no: Node;
      readonly likely: 'yes' | 'no';
    };

/** Is the word this one, at least this one, does it have any of these bits? Unsigned. */
export type Asked = 'eq' | 'ge' | 'set';

/** Makes nodes; what it makes twice is the same node. */
export interface EbpfGraph {
  answer(value: number): Node;
  /** The word at this offset of the context. Nothing is loaded for an answer that is known. */
  load(to: Register, offset: number, next: Node): Node;
  /** No question whose answers come to the same. */
  branch(test: Asked, of: Register, by: number, ways: { readonly yes: Node; readonly no: Node; readonly likely?: 'yes' | 'no' }): Node;
}

const CONTEXT: Register = 1;
const RESULT: Register = 0;

export function newEbpfGraph(): EbpfGraph {
  const known = new Map<string, Node>();
  const node = (key: string, make: (id: number) => Node): Node => {
    const found = known.get(key) ?? make(known.size);
    known.set(key, found);
    return found;
  };
  return {
    answer: (value) => node(`answer ${value}`, (id) => ({ kind: 'answer', id, value })),
    load: (to, offset, next) => (next.kind === 'answer' ? next : node(`load ${to} ${offset} ${next.id}`, (id) => ({ kind: 'load', id, to, offset, next }))),
    branch: (test, of, by, { yes, no, likely = 'no' }) =>
      yes === no ? yes : node(`${test} ${of} ${by} ${yes.id} ${no.id}`, (id) => ({ kind: 'branch', id, test, of, by, yes, no, likely })),
  };
}

/** Lines for assembleEbpf(). Every node comes before those it leads to, and what is likely directly behind where it can. */
export function emitEbpf(root: Node): readonly Line[] {
  const order = ordered(root);
  const label = ({ id }: Node): string => `n${id}`;
  return order.flatMap((node, index): readonly Line[] => {
    const next = order[index + 1];
    const onTo = (to: Node): readonly Line[] => (to === next ? [] : [{ kind: 'jump', to: label(to) }]);
    const here: Line = { kind: 'label', name: label(node) };
    switch (node.kind) {
      case 'answer':
        return [here, { kind: 'alu', operator: 'mov', to: RESULT, by: { value: node.value } }, { kind: 'exit' }];
      case 'load':
        return [here, { kind: 'load', to: node.to, from: CONTEXT, offset: node.offset }, ...onTo(node.next)];
      case 'branch': {
        const { test, of, by, yes, no } = node;
        const turned = yes === next && test !== 'set';
        const how = turned ? ({ eq: 'ne', ge: 'lt' } as const)[test] : test;
        return [here, { kind: 'branch', test: how, left: of, right: { value: by }, to: label(turned ? no : yes) }, ...onTo(turned ? yes : no)];
      }
    }
  });
}

/** Reverse postorder, the likely way visited last: it then stands directly behind, unless another way leads there as well. */
function ordered(root: Node): readonly Node[] {
  const seen = new Set<Node>();
  const done: Node[] = [];
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    if (node.kind === 'load') visit(node.next);
    if (node.kind === 'branch') for (const way of node.likely === 'yes' ? [node.no, node.yes] : [node.yes, node.no]) visit(way);
    done.push(node);
  };
  visit(root);
  return done.reverse();
}
