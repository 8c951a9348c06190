// A graph -> instructions with labels. Places are given from the end backward: jumps only lead forward, so that whatever a
// branch leads to has its place already, and it is known whether the 255 instructions of its reach suffice.

import { assert } from './assert.ts';
import type { Line } from './assemble.ts';
import type { Node } from './graph.ts';

const BRANCH_REACH = 255;
/** A part this large is out of reach from its other side, whatever is done. */
const NEAR = 200;

/** A line without its label, and the lines it leads to, counted from the end. */
interface Placed {
  readonly node: Node | { readonly kind: 'jump' };
  readonly targets: readonly number[];
}

/**
 * What is out of reach is repeated where one instruction suffices for that, which costs a call nothing; otherwise a jump leads
 * to it, which costs the calls that take it one instruction.
 */
export function layOut(entry: Node): readonly Line[] {
  const placed: Placed[] = [];
  const places = new Map<Node, number>();
  const put = (node: Placed['node'], targets: readonly number[]): number => placed.push({ node, targets }) - 1;
  const reach = (target: number): boolean => placed.length - target - 1 <= BRANCH_REACH;

  /** Where a node is: again right here when its place is out of reach and it leads to nothing that is. */
  const place = (node: Node): number => {
    const before = places.get(node);
    if (before !== undefined && (reach(before) || !repeats(node))) return before;
    const at = write(node);
    places.set(node, at);
    return at;
  };
  const repeats = (node: Node): boolean => {
    if (node.kind === 'return') return true;
    if (node.kind !== 'branch') return false;
    const [yes, no] = [places.get(node.yes), places.get(node.no)];
    return yes !== undefined && no !== undefined && reach(yes + 1) && reach(no + 1);
  };
  /** Branches near each other share their jumps. */
  const jumps = new Map<number, number>();
  const jumpTo = (target: number): number => {
    const before = jumps.get(target);
    const at = before !== undefined && reach(before) ? before : put({ kind: 'jump' }, [target]);
    jumps.set(target, at);
    return at;
  };
  const write = (node: Node): number => {
    if (node.kind === 'return') return put(node, []);
    if (node.kind !== 'branch') return put(node, [behind(place(node.next), node.next)]);
    for (const next of ways(node)) place(next);
    // The second may have moved the first out of reach, and a repetition of that one the second.
    let ends = { yes: place(node.yes), no: place(node.no) };
    for (const end of ['yes', 'no', 'yes', 'no'] as const) if (!reach(ends[end])) ends = { ...ends, [end]: jumpTo(ends[end]) };
    return put(node, [ends.yes, ends.no]);
  };
  /** What has no branch goes on with the next line. */
  const behind = (at: number, node: Node): number => {
    if (at === placed.length - 1) return at;
    return repeats(node) ? write(node) : put({ kind: 'jump' }, [at]);
  };

  for (const node of lastFirst(entry)) places.set(node, write(node));
  return linesOf(placed);
}

/** Where a node leads, in the order in which that is written from the end: the second stands right behind the node. */
function ways(node: Node): readonly Node[] {
  if (node.kind === 'return') return [];
  if (node.kind !== 'branch') return [node.next];
  const large = Math.min(node.yes.size, node.no.size) > NEAR;
  const yesLast = large ? node.likely === 'yes' : node.yes.size <= node.no.size;
  return yesLast ? [node.no, node.yes] : [node.yes, node.no];
}

/** Every node once, behind all that it leads to. Without recursion: chains are as long as a policy. */
function lastFirst(entry: Node): readonly Node[] {
  const found: Node[] = [];
  const seen = new Set<Node>();
  const open: { readonly node: Node; readonly next: Node[] }[] = [];
  const visit = (node: Node): void => {
    if (seen.has(node)) return;
    seen.add(node);
    open.push({ node, next: [...ways(node)] });
  };
  visit(entry);
  for (let top = open.at(-1); top !== undefined; top = open.at(-1)) {
    const next = top.next.shift();
    if (next !== undefined) visit(next);
    else {
      found.push(top.node);
      open.pop();
    }
  }
  return found;
}

function linesOf(placed: readonly Placed[]): readonly Line[] {
  const named = new Set(placed.flatMap(({ node, targets }) => (node.kind === 'jump' || node.kind === 'branch' ? targets : [])));
  return placed
    .map(({ node, targets }, index): readonly Line[] => {
      const line = lineOf(node, targets.map(String), index - 1 === targets[0]);
      return named.has(index) ? [{ kind: 'label', name: String(index) }, line] : [line];
    })
    .reverse()
    .flat();
}

function lineOf(node: Placed['node'], [first = '', second = '']: readonly string[], adjacent: boolean): Line {
  switch (node.kind) {
    case 'return':
      return { kind: 'return', value: node.value };
    case 'jump':
      return { kind: 'jump', to: first };
    case 'branch':
      return { kind: 'branch', test: node.test, by: node.by, yes: first, no: second };
    case 'load':
    case 'and':
      assert(adjacent, 'what follows a load has its place elsewhere');
      return node.kind === 'load' ? { kind: 'load', offset: node.offset } : { kind: 'alu', operator: 'and', by: node.mask };
  }
}
