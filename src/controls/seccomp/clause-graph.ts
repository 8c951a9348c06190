// The clauses of a call -> a graph that decides by its arguments. Clauses are tried in their order, except that those with the
// same verdict may change places, so that tests of the same word stand together; and one argument compared with many values is
// searched as the numbers of calls are.

import type { Graph, Node } from '../../bpf/graph.ts';
import type { WordLayout } from '../../bpf/seccomp-data.ts';
import { ALL_BITS, lowerCondition, type WordAsked, type WordTest } from './lower.ts';
import type { Clause } from './resolve.ts';
import { type Piece, type Search, searchTree } from './search-tree.ts';
import { returnValue } from './verdicts.ts';
import { chainOf, type Held, heldBy, holding, testGraph, type Way } from './word-graph.ts';

/** From so many values on a search is cheaper than one comparison after the other. */
const MANY = 4;

/** `rest`: what a call gets that no clause decides. */
export function clauseGraph(graph: Graph, clauses: readonly Clause[], rest: number, layout: WordLayout): Node {
  const end: Way = () => graph.giveBack(rest);
  const tested = clauses.map((clause) => testedClause(clause, layout)).filter(({ words }) => !words.some(isNever));
  const leaves = (family: readonly Tested[]) => family.flatMap(leftBy);
  return chainOf(families(inGroups(tested)), (family, next) => familyWay(graph, family, next), leaves, end)(null);
}

/** All of the words must hold. */
interface Tested {
  readonly words: readonly WordTest[];
  readonly value: number;
}

const leftBy = ({ words }: Tested): readonly Held[] => words.flatMap(heldBy);

const isNever = (test: WordTest): boolean => test.kind === 'fixed' && !test.holds;

/** Flat, cheap and telling tests first, those of one word together. */
function testedClause({ conditions, verdict }: Clause, layout: WordLayout): Tested {
  const words = conditions.flatMap((condition) => {
    const test = lowerCondition(condition, layout);
    return test.kind === 'every' ? test.of : [test];
  });
  const open = words.filter((test) => test.kind !== 'fixed' || !test.holds);
  return {
    words: open
      .map((test, index) => ({ test, index }))
      .sort((a, b) => rank(a.test, layout) - rank(b.test, layout) || a.index - b.index)
      .map(({ test }) => test),
    value: returnValue(verdict),
  };
}

const RANKS = 1000;
/** Low halves, then what takes several tests, then high halves; by offset; whole words before masked ones. */
function rank(test: WordTest, { bits, endian }: WordLayout): number {
  const word = wordOf(test);
  if (word === null) return RANKS;
  const high = bits === 64 && word.offset % 8 === (endian === 'little' ? 4 : 0);
  return (high ? 2 * RANKS : 0) + word.offset * 2 + (word.mask === ALL_BITS ? 0 : 1);
}

function wordOf(test: WordTest): WordAsked | null {
  if (test.kind === 'word') return test;
  return test.kind === 'not' && test.of.kind === 'word' ? test.of : null;
}

/** Clauses of the same verdict that follow each other, by the words that they begin with. */
function inGroups(clauses: readonly Tested[]): readonly Tested[] {
  const groups: Tested[][] = [];
  for (const clause of clauses) {
    const last = groups.at(-1);
    if (last?.[0]?.value === clause.value) last.push(clause);
    else groups.push([clause]);
  }
  const key = ({ words: [first] }: Tested): number =>
    first === undefined ? 0 : (wordOf(first)?.offset ?? RANKS) + (wordOf(first)?.mask === ALL_BITS ? 0 : 0.5);
  return groups.flatMap((group) =>
    group
      .map((clause, index) => ({ clause, index }))
      .sort((a, b) => key(a.clause) - key(b.clause) || a.index - b.index)
      .map(({ clause }) => clause),
  );
}

/** Clauses that follow each other and begin with the same word compared for equality; else one alone. */
function families(clauses: readonly Tested[]): readonly (readonly Tested[])[] {
  const found: Tested[][] = [];
  for (const clause of clauses) {
    const last = found.at(-1);
    const [mine, its] = [equality(clause), last?.[0] && equality(last[0])];
    if (mine && its && mine.offset === its.offset && mine.mask === its.mask) last?.push(clause);
    else found.push([clause]);
  }
  return found.flatMap((family) => (family.length >= MANY ? [family] : family.map((one) => [one])));
}

function equality({ words: [first] }: Tested): WordAsked | null {
  return first?.kind === 'word' && first.test === 'eq' ? first : null;
}

function familyWay(graph: Graph, family: readonly Tested[], next: Way): Way {
  const [first] = family;
  const word = family.length < MANY || first === undefined ? null : equality(first);
  const inTurn = (clauses: readonly Tested[]): Way => chainOf(clauses, ({ words, value }, no) => chain(graph, words, value, no), leftBy, next);
  if (word === null) return inTurn(family);
  const byValue = new Map<number, Tested[]>();
  for (const clause of family) {
    const { value = 0 } = equality(clause) ?? {};
    byValue.set(value, [...(byValue.get(value) ?? []), clause]);
  }
  const ways = [next, ...[...byValue.values()].map((clauses) => inTurn(clauses.map(({ words, value }) => ({ words: words.slice(1), value }))))];
  const tree = searchTree(piecesOf([...byValue.keys()]));
  return (held) => holding(graph, word, held, (now) => searchGraph(graph, tree, (group) => (ways[group] ?? next)(now)));
}

function chain(graph: Graph, words: readonly WordTest[], value: number, no: Way): Way {
  return testGraph(graph, { kind: 'every', of: words }, () => graph.giveBack(value), no);
}

/** Every value is as likely as any other; the n-th is group n + 1, and what lies between them group 0. */
function piecesOf(values: readonly number[]): readonly Piece[] {
  const pieces: Piece[] = [];
  let from = 0;
  for (const [value, index] of values.map((one, place) => [one, place] as const).sort(([a], [b]) => a - b)) {
    if (value > from) pieces.push({ from, to: value - 1, group: 0, weight: 1 / values.length });
    pieces.push({ from: value, to: value, group: index + 1, weight: 1 });
    from = value + 1;
  }
  return from <= ALL_BITS ? [...pieces, { from, to: ALL_BITS, group: 0, weight: 1 / values.length }] : pieces;
}

/** The comparisons of a search, of the word that is in the accumulator. */
export function searchGraph(graph: Graph, search: Search, found: (group: number) => Node): Node {
  if (search.kind === 'found') return found(search.group);
  const { test, by, likely } = search;
  return graph.branch(test, by, { yes: searchGraph(graph, search.yes, found), no: searchGraph(graph, search.no, found), likely });
}
