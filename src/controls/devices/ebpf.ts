// A decision table -> one BPF program of type BPF_PROG_TYPE_CGROUP_DEVICE (kernel/bpf/cgroup.c, __cgroup_bpf_check_dev_permission):
// it returns 1 where the use is allowed, 0 where it is not. Majors, then minors are searched in trees that find what is used most
// by the fewest comparisons; the question about rights comes last, and mostly is answered already.

import { assembleEbpf } from '../../bpf/ebpf/assemble.ts';
import { type EbpfGraph, emitEbpf, newEbpfGraph, type Node } from '../../bpf/ebpf/graph.ts';
import type { EbpfInstruction } from '../../bpf/ebpf/instruction.ts';
import type { Register } from '../../bpf/ebpf/operation.ts';
import { CONSTANTS as C } from '../../kernel/constants.gen.ts';
import { STRUCTS } from '../../kernel/structs.gen.ts';
import { type Piece, type Search, searchTree } from '../seccomp/search-tree.ts';
import type { DeviceType, Rights } from './rule.ts';
import type { DeviceException, DeviceTable, DeviceUse } from './table.ts';
import { weightOf } from './weights.ts';

const CONTEXT = STRUCTS.bpf_cgroup_dev_ctx.fields;
/** include/uapi/linux/bpf.h: access_type is (BPF_DEVCG_ACC_* << 16) | BPF_DEVCG_DEV_*. */
const ACCESS_SHIFT = 16;
const ACCESS: Readonly<Record<string, number>> = { m: C.BPF_DEVCG_ACC_MKNOD, r: C.BPF_DEVCG_ACC_READ, w: C.BPF_DEVCG_ACC_WRITE };
const TYPE: Readonly<Record<DeviceType, number>> = { b: C.BPF_DEVCG_DEV_BLOCK, c: C.BPF_DEVCG_DEV_CHAR };
const USE: Register = 2;
const MAJOR: Register = 3;
const MINOR: Register = 4;
const HIGHEST_NUMBER = 0xffff_ffff;
const ALL: Rights = 'rwm';

const accessOf = (rights: Iterable<string>): number => [...rights].reduce((sum, right) => sum | (ACCESS[right] ?? 0), 0);

/** The words of struct bpf_cgroup_dev_ctx for a use of a device: what a simulated program is given. */
export function contextOf({ type, major, minor, rights }: DeviceUse): readonly number[] {
  return [(accessOf(rights) << ACCESS_SHIFT) | TYPE[type], major, minor];
}

/** The program of a table. Its meaning does not depend on the weights, only what a use costs does. */
export function deviceProgram({ otherwise, exceptions }: DeviceTable): readonly EbpfInstruction[] {
  const graph = newEbpfGraph();
  const [block, char] = (['b', 'c'] as const).map((type) =>
    byMajor(
      graph,
      otherwise,
      type,
      exceptions.filter((one) => one.type === type),
    ),
  );
  const byType = graph.branch('set', USE, TYPE.b, { yes: block as Node, no: char as Node });
  return assembleEbpf(emitEbpf(graph.load(USE, CONTEXT.access_type.offset, byType)));
}

/** The search for the major number; in it that for the minor. */
function byMajor(graph: EbpfGraph, otherwise: DeviceTable['otherwise'], type: DeviceType, exceptions: readonly DeviceException[]): Node {
  const found = search(
    exceptions.map(({ major }) => major),
    (major) =>
      byMinor(
        graph,
        otherwise,
        { type, major },
        exceptions.filter((one) => one.major === null || one.major === major),
      ),
    (major) => weightOf(type, major),
  );
  return graph.load(MAJOR, CONTEXT.major.offset, treeNode(graph, MAJOR, found));
}

function byMinor(
  graph: EbpfGraph,
  otherwise: DeviceTable['otherwise'],
  { type, major }: { readonly type: DeviceType; readonly major: number | null },
  exceptions: readonly DeviceException[],
): Node {
  const found = search(
    exceptions.map(({ minor }) => minor),
    (minor) =>
      byRights(
        graph,
        otherwise,
        exceptions.filter((one) => one.minor === null || one.minor === minor).map(({ rights }) => rights),
      ),
    (minor) => weightOf(type, major, minor),
  );
  return graph.load(MINOR, CONTEXT.minor.offset, treeNode(graph, MINOR, found));
}

/** A list of denials: none of its rights may be asked for. Else some set of rights must have all that is asked for. */
function byRights(graph: EbpfGraph, otherwise: DeviceTable['otherwise'], sets: readonly Rights[]): Node {
  const [denied, allowed] = [graph.answer(0), graph.answer(1)];
  const asks = (access: number, yes: Node, no: Node): Node => (access === 0 ? no : graph.branch('set', USE, access << ACCESS_SHIFT, { yes, no }));
  if (otherwise === 'allow') return asks(accessOf(sets.join('')), denied, allowed);
  const all = accessOf(ALL);
  const masks = [...new Set(sets.map(accessOf))];
  const largest = masks.filter((mask) => !masks.some((other) => other !== mask && (mask & other) === mask));
  return largest.reduce((no, mask) => asks(all & ~mask, no, allowed), denied);
}

interface Found {
  readonly tree: Search;
  /** By group. */
  readonly nodes: readonly Node[];
}

/** Splits all 32-bit numbers at those that exceptions name (null: every one), and searches what is decided alike as one. */
function search(named: readonly (number | null)[], nodeOf: (number: number | null) => Node, weight: (number: number | null) => number): Found {
  const nodes: Node[] = [];
  const groupOf = (node: Node): number => (nodes.includes(node) ? nodes.indexOf(node) : nodes.push(node) - 1);
  const pieces: Piece[] = [];
  const rest = nodeOf(null);
  let next = 0;
  const fill = (end: number): void => {
    if (end > next) pieces.push({ from: next, to: end - 1, group: groupOf(rest), weight: weight(null) });
  };
  for (const number of [...new Set(named)].filter((one) => one !== null).sort((a, b) => a - b)) {
    fill(number);
    pieces.push({ from: number, to: number, group: groupOf(nodeOf(number)), weight: weight(number) });
    next = number + 1;
  }
  fill(HIGHEST_NUMBER + 1);
  return { tree: searchTree(pieces), nodes };
}

function treeNode(graph: EbpfGraph, of: Register, { tree, nodes }: Found): Node {
  if (tree.kind === 'found') return nodes[tree.group] as Node;
  const [yes, no] = [tree.yes, tree.no].map((one) => treeNode(graph, of, { tree: one, nodes })) as [Node, Node];
  return graph.branch(tree.test, of, tree.by, { yes, no, likely: tree.likely });
}
