// Weights in a fixed order -> the binary tree over them with the least expected depth, by the algorithm of Garsia and Wachs
// (A new algorithm for minimum cost binary trees, SIAM J. Comput. 6, 1977; Knuth, TAOCP 3, 6.2.2). A leaf is a range of numbers,
// a fork one comparison.

export interface BestTree {
  /** The sum of weight times depth. */
  readonly cost: number;
  /** How deep each leaf lies. */
  readonly depths: () => readonly number[];
}

/** No binary tree over these weights, in their order, costs less. */
export function bestTree(weights: readonly number[]): BestTree {
  const { left, right, cost } = joinAll(weights);
  return { cost, depths: () => depthsOf(weights.length, left, right) };
}

/** The last join is the root, and every one is made behind those that it joins. */
function depthsOf(leaves: number, left: readonly number[], right: readonly number[]): readonly number[] {
  const depths = Array.from({ length: leaves + left.length }, () => 0);
  for (let index = left.length - 1; index >= 0; index--) {
    const depth = (depths[leaves + index] as number) + 1;
    depths[left[index] as number] = depth;
    depths[right[index] as number] = depth;
  }
  return depths.slice(0, leaves);
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

/** The n-th join is of `left[n]` and `right[n]`: leaves by their index, joins behind all leaves. */
interface Joins {
  readonly left: readonly number[];
  readonly right: readonly number[];
  readonly cost: number;
}

/** Joins weights until one is left; what every join costs is its sum. Of plain numbers in two arrays: it runs hundreds of times for a filter. */
function joinAll(weights: readonly number[]): Joins {
  const [left, right]: [number[], number[]] = [[], []];
  /** Those not joined yet: what they weigh, and which leaf or join each is. */
  const [open, nodes]: [number[], number[]] = [[], []];
  let cost = 0;
  /** Joins the one before `at` and the one at it, and moves the new one left, behind the first that is not lighter. */
  const join = (at: number): void => {
    const weight = (open[at - 1] as number) + (open[at] as number);
    cost += weight;
    const node = weights.length + left.push(nodes[at - 1] as number) - 1;
    right.push(nodes[at] as number);
    let place = at - 1;
    for (; place > 0 && (open[place - 1] as number) < weight; place--) {
      open[place] = open[place - 1] as number;
      nodes[place] = nodes[place - 1] as number;
    }
    open[place] = weight;
    nodes[place] = node;
    for (let index = at + 1; index < open.length; index++) {
      open[index - 1] = open[index] as number;
      nodes[index - 1] = nodes[index] as number;
    }
    open.pop();
    nodes.pop();
    // Those before it may have to be joined now.
    while (place >= 2 && (open[place - 2] as number) <= weight) {
      const behind = open.length - place;
      join(place - 1);
      place = open.length - behind;
    }
  };
  for (let index = 0; index < weights.length; index++) {
    const weight = weights[index] as number;
    open.push(weight);
    nodes.push(index);
    while (open.length >= 3 && (open[open.length - 3] as number) <= (open[open.length - 1] as number)) join(open.length - 2);
  }
  while (open.length > 1) join(open.length - 1);
  return { left, right, cost };
}
