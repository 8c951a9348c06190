// Weights in a fixed order -> the binary tree over them with the least expected depth, by the algorithm of Garsia and Wachs
// (A new algorithm for minimum cost binary trees, SIAM J. Comput. 6, 1977; Knuth, TAOCP 3, 6.2.2). A leaf is a range of numbers,
// a fork one comparison.

type Heap = { readonly weight: number; readonly of: number | readonly [Heap, Heap] };

/** The sum of weight times depth. */
export function treeCost(weights: readonly number[]): number {
  return combineAll(weights, () => undefined);
}

/** How deep each leaf lies in the best tree. */
export function leafDepths(weights: readonly number[]): readonly number[] {
  const depths = weights.map(() => 0);
  let top: Heap | undefined;
  combineAll(weights, (heap) => (top = heap));
  const open: { readonly heap: Heap; readonly depth: number }[] = top === undefined ? [] : [{ heap: top, depth: 0 }];
  for (let next = open.pop(); next !== undefined; next = open.pop()) {
    const { heap, depth } = next;
    if (typeof heap.of === 'number') depths[heap.of] = depth;
    else open.push({ heap: heap.of[0], depth: depth + 1 }, { heap: heap.of[1], depth: depth + 1 });
  }
  return depths;
}

/** The index of the leaf that begins the right half of the tree with these depths; at least two leaves. */
export function firstFork(depths: readonly number[]): number {
  // Leaves are joined from the left as their depths allow; what is joined last, at depth 1, are the two halves.
  const stack: { depth: number; readonly from: number }[] = [];
  for (const [from, leaf] of depths.entries()) {
    let depth = leaf;
    let begin = from;
    for (let top = stack.at(-1); top !== undefined && top.depth === depth && depth > 1; top = stack.at(-1)) {
      stack.pop();
      begin = top.from;
      depth--;
    }
    stack.push({ depth, from: begin });
  }
  return stack[1]?.from ?? 0;
}

/** Joins weights until one is left; what every join costs is its sum. */
function combineAll(weights: readonly number[], finish: (top: Heap) => void): number {
  const open: Heap[] = [];
  let cost = 0;
  /** Joins the heaps before `at` and at it, and moves the new one left, behind the first that is not lighter. */
  const combine = (at: number): void => {
    const [left, right] = [open[at - 1] as Heap, open[at] as Heap];
    const joined: Heap = { weight: left.weight + right.weight, of: [left, right] };
    cost += joined.weight;
    open.splice(at - 1, 2);
    let place = at - 1;
    while (place > 0 && (open[place - 1] as Heap).weight < joined.weight) place--;
    open.splice(place, 0, joined);
    // Those before it may have to be joined now.
    while (place >= 2 && (open[place - 2] as Heap).weight <= joined.weight) {
      const behind = open.length - place;
      combine(place - 1);
      place = open.length - behind;
    }
  };
  for (const [index, weight] of weights.entries()) {
    open.push({ weight, of: index });
    while (open.length >= 3 && (open[open.length - 3] as Heap).weight <= (open[open.length - 1] as Heap).weight) combine(open.length - 2);
  }
  while (open.length > 1) combine(open.length - 1);
  const [top] = open;
  if (top !== undefined) finish(top);
  return cost;
}
