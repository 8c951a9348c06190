// Operations with labels -> instructions. Jumps only lead forward. A branch reaches 255 instructions; one that would have to
// reach further is given a jump of its own right behind it, which reaches everything.

import { assert } from './assert.ts';
import type { Instruction } from './instruction.ts';
import { encodeOperation, type Operation } from './operation.ts';

/** A place, or an operation whose jumps lead to places. */
export type Line = { readonly kind: 'label'; readonly name: string } | Operation<string>;

const BRANCH_REACH = 255;

/**
 * Turns labels into distances. The length is not limited here: a policy that is too long is its author's, see findFault().
 * @example
 * assemble([
 *   { kind: 'load', offset: 0 },
 *   { kind: 'branch', test: 'eq', by: 39, yes: 'refuse', no: 'allow' },
 *   { kind: 'label', name: 'refuse' },
 *   { kind: 'return', value: SECCOMP_RET_ERRNO | EPERM },
 *   { kind: 'label', name: 'allow' },
 *   { kind: 'return', value: SECCOMP_RET_ALLOW },
 * ]);
 */
export function assemble(lines: readonly Line[]): readonly Instruction[] {
  // Which ends of which branches are out of reach. Lengthening one may push others out of reach, never back in.
  const long = new Map<number, { yes: boolean; no: boolean }>();
  for (;;) {
    const places = layOut(lines, long);
    if (!lengthen(lines, places, long)) return emit(lines, places, long);
  }
}

interface Places {
  readonly labels: ReadonlyMap<string, number>;
  /** The index of each line's first instruction. */
  readonly starts: readonly number[];
}
type Long = ReadonlyMap<number, { readonly yes: boolean; readonly no: boolean }>;

function layOut(lines: readonly Line[], long: Long): Places {
  const labels = new Map<string, number>();
  const starts: number[] = [];
  let at = 0;
  for (const [index, line] of lines.entries()) {
    starts.push(at);
    if (line.kind === 'label') {
      assert(!labels.has(line.name), () => `the label ${line.name} is set twice`);
      labels.set(line.name, at);
    } else at += 1 + extraJumps(long, index);
  }
  return { labels, starts };
}

function extraJumps(long: Long, index: number): number {
  const ends = long.get(index);
  return Number(ends?.yes ?? false) + Number(ends?.no ?? false);
}

/** The distance from behind instruction `from` to a label. */
function distance({ labels }: Places, from: number, label: string): number {
  const to = labels.get(label);
  assert(to !== undefined, () => `there is no label ${label}`);
  assert(to > from, () => `the jump to ${label} leads backward`);
  return to - from - 1;
}

/** Marks the ends of branches that do not reach; true when there were new ones. */
function lengthen(lines: readonly Line[], places: Places, long: Map<number, { yes: boolean; no: boolean }>): boolean {
  let grown = false;
  for (const [index, line] of lines.entries()) {
    if (line.kind !== 'branch') continue;
    const ends = long.get(index) ?? { yes: false, no: false };
    const from = places.starts[index] ?? 0;
    for (const end of ['yes', 'no'] as const) {
      if (ends[end] || distance(places, from, line[end]) <= BRANCH_REACH) continue;
      ends[end] = true;
      grown = true;
      long.set(index, ends);
    }
  }
  return grown;
}

function emit(lines: readonly Line[], places: Places, long: Long): readonly Instruction[] {
  return lines.flatMap((line, index) => {
    if (line.kind === 'label') return [];
    const from = places.starts[index] ?? 0;
    if (line.kind === 'jump') return [encodeOperation({ kind: 'jump', to: distance(places, from, line.to) })];
    if (line.kind !== 'branch') return [encodeOperation(line)];
    // branch; [jump to yes]; [jump to no]
    const ends = long.get(index) ?? { yes: false, no: false };
    const jumps = (['yes', 'no'] as const).filter((end) => ends[end]);
    const reach = (end: 'yes' | 'no') => (ends[end] ? jumps.indexOf(end) : distance(places, from, line[end]));
    return [
      encodeOperation({ ...line, yes: reach('yes'), no: reach('no') }),
      ...jumps.map((end, place) => encodeOperation({ kind: 'jump', to: distance(places, from + 1 + place, line[end]) })),
    ];
  });
}
