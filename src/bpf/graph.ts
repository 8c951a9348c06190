// A filter as a graph of operations: what is decided after what, before anything has a place. Equal parts are one node, so
// that returns and tests which several ways lead to are written once (layout.ts gives them their places).

import type { Test } from './operation.ts';

/** `size` is the number of instructions if nothing were shared: an upper bound, to choose places by. */
export type Node =
  | { readonly kind: 'return'; readonly id: number; readonly size: number; readonly value: number }
  | { readonly kind: 'load'; readonly id: number; readonly size: number; readonly offset: number; readonly next: Node }
  | { readonly kind: 'and'; readonly id: number; readonly size: number; readonly mask: number; readonly next: Node }
  | {
      readonly kind: 'branch';
      readonly id: number;
      readonly size: number;
      readonly test: Test;
      readonly by: number;
      readonly yes: Node;
      readonly no: Node;
      /** The way that is taken more often, as far as is known. */
      readonly likely: 'yes' | 'no';
    };

/** Makes nodes; what it makes twice is the same node. */
export interface Graph {
  giveBack(value: number): Node;
  /** Nothing is loaded that nobody looks at. */
  load(offset: number, next: Node): Node;
  and(mask: number, next: Node): Node;
  /** No test whose ends are the same. */
  branch(test: Test, by: number, ways: { readonly yes: Node; readonly no: Node; readonly likely?: 'yes' | 'no' }): Node;
}

export function newGraph(): Graph {
  const known = new Map<string, Node>();
  const node = (key: string, make: (id: number) => Node): Node => {
    const found = known.get(key) ?? make(known.size);
    known.set(key, found);
    return found;
  };
  return {
    giveBack: (value) => node(`return ${value}`, (id) => ({ kind: 'return', id, size: 1, value })),
    load(offset, next) {
      if (next.kind === 'return' || next.kind === 'load') return next;
      return node(`load ${offset} ${next.id}`, (id) => ({ kind: 'load', id, size: 1 + next.size, offset, next }));
    },
    and(mask, next) {
      if (next.kind === 'return' || next.kind === 'load') return next;
      return node(`and ${mask} ${next.id}`, (id) => ({ kind: 'and', id, size: 1 + next.size, mask, next }));
    },
    branch(test, by, { yes, no, likely = 'no' }) {
      if (yes === no) return yes;
      return node(`${test} ${by} ${yes.id} ${no.id}`, (id) => ({ kind: 'branch', id, size: 1 + yes.size + no.size, test, by, yes, no, likely }));
    },
  };
}
