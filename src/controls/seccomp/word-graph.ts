// Tests of words -> a graph of loads and branches, by short-circuit evaluation. It knows which word was loaded last, and does
// not load it again.

import type { Graph, Node } from '../../bpf/graph.ts';
import { ALL_BITS, type WordAsked, type WordTest } from './lower.ts';

/** The offset of the word in the accumulator, with the mask it was joined with; null: something else. */
export type Held = { readonly offset: number; readonly mask: number } | null;

/** What comes next, when that is in the accumulator. */
export type Way = (held: Held) => Node;

/** A way that is asked for often, and made once for each content of the accumulator. */
export function once(way: Way): Way {
  const made = new Map<string, Node>();
  return (held) => {
    const key = held === null ? '' : `${held.offset} ${held.mask}`;
    const node = made.get(key) ?? way(held);
    made.set(key, node);
    return node;
  };
}

/**
 * Links of a chain, each made with the way to the next one; `leaves` says what a link may leave in the accumulator. From the
 * last on each is made at once for all of that, so that a long chain needs no deep recursion.
 */
export function chainOf<T>(links: readonly T[], make: (link: T, next: Way) => Way, leaves: (link: T) => readonly Held[], end: Way): Way {
  let way = end;
  for (let index = links.length - 1; index >= 0; index--) {
    const now = once(make(links[index] as T, way));
    for (const held of index === 0 ? [] : leaves(links[index - 1] as T)) now(held);
    way = now;
  }
  return way;
}

/** The words that a test looks at, as they are then held. */
export function heldBy(test: WordTest): readonly Held[] {
  switch (test.kind) {
    case 'fixed':
      return [];
    case 'not':
      return heldBy(test.of);
    case 'every':
    case 'some':
      return test.of.flatMap(heldBy);
    case 'word':
      return [{ offset: test.offset, mask: test.mask }];
  }
}

export function testGraph(graph: Graph, test: WordTest, yes: Way, no: Way): Way {
  switch (test.kind) {
    case 'fixed':
      return test.holds ? yes : no;
    case 'not':
      return testGraph(graph, test.of, no, yes);
    case 'every':
      return test.of.reduceRight<Way>((next, part) => once(testGraph(graph, part, next, no)), yes);
    case 'some':
      return test.of.reduceRight<Way>((next, part) => once(testGraph(graph, part, yes, next)), no);
    case 'word':
      return (held) => holding(graph, test, held, (now) => graph.branch(test.test, test.value, { yes: yes(now), no: no(now) }));
  }
}

/** Brings a word, joined with its mask, into the accumulator. */
export function holding(graph: Graph, { offset, mask }: Pick<WordAsked, 'offset' | 'mask'>, held: Held, next: (held: Held) => Node): Node {
  const then = next({ offset, mask });
  if (held?.offset === offset && held.mask === mask) return then;
  const joined = mask === ALL_BITS ? then : graph.and(mask, then);
  return held?.offset === offset && held.mask === ALL_BITS ? joined : graph.load(offset, joined);
}
