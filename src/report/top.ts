// The table of `holdfast top`: a line for each container, cut to what fits.

import type { MeasuredContainer } from '../model/measured.ts';
import type { UsageRates } from '../model/usage.ts';
import { bytesText } from './quantity.ts';

export interface TopRow extends MeasuredContainer {
  readonly rates: UsageRates;
}

export const SORT_KEYS = ['cpu', 'memory', 'io', 'pids', 'name'] as const;
export type SortKey = (typeof SORT_KEYS)[number];

interface Column {
  readonly title: string;
  readonly left?: true;
  readonly cell: (row: TopRow) => string;
}

const NONE = '-';
const bytes = (value: number | null | undefined): string => (value === null || value === undefined ? NONE : bytesText(value));
const percent = (part: number | null | undefined): string => (part === null || part === undefined ? NONE : `${(part * 100).toFixed(1)}%`);
const count = (value: number | null | undefined): string => (value === null || value === undefined ? NONE : String(value));

/** The most asked for first: a narrow terminal shows those. */
const COLUMNS: readonly Column[] = [
  { title: 'NAME', left: true, cell: ({ name }) => name },
  { title: 'STATE', left: true, cell: ({ state }) => state },
  { title: 'CPU', cell: ({ rates }) => percent(rates.cpu) },
  { title: 'MEMORY', cell: ({ usage }) => bytes(usage.memory?.used) },
  { title: 'LIMIT', cell: ({ usage }) => bytes(usage.memory?.limit) },
  { title: 'PIDS', cell: ({ usage }) => count(usage.pids?.current) },
  { title: 'READ/s', cell: ({ rates }) => bytes(rates.read) },
  { title: 'WRITE/s', cell: ({ rates }) => bytes(rates.written) },
  { title: 'OOM', cell: ({ usage }) => count(usage.memory?.oomKills) },
  { title: 'THROTTLED', cell: ({ rates }) => percent(rates.throttled) },
  { title: 'SWAP', cell: ({ usage }) => bytes(usage.swap?.used) },
  // psi.rst: per cent of the last ten seconds in which some process waited
  ...(['cpu', 'memory', 'io'] as const).map((kind) => ({
    title: `PSI ${kind}`,
    cell: ({ usage }: TopRow) => percent(usage.pressure[kind] === null ? null : usage.pressure[kind].some.avg10 / 100),
  })),
];

const WEIGHT: Readonly<Record<Exclude<SortKey, 'name'>, (row: TopRow) => number>> = {
  cpu: ({ rates }) => rates.cpu ?? -1,
  memory: ({ usage }) => usage.memory?.used ?? -1,
  io: ({ rates }) => (rates.read ?? -1) + (rates.written ?? -1),
  pids: ({ usage }) => usage.pids?.current ?? -1,
};

/** The most first; alike ones, and by `name`, in the order of names. */
export function sorted(rows: readonly TopRow[], key: SortKey): readonly TopRow[] {
  const weight = key === 'name' ? () => 0 : WEIGHT[key];
  return rows.toSorted((a, b) => weight(b) - weight(a) || (a.name < b.name ? -1 : 1));
}

/** Header and lines, none longer than `width`. */
export function topTable(rows: readonly TopRow[], width = Number.POSITIVE_INFINITY): readonly string[] {
  const columns = COLUMNS.map(({ title, left, cell }) => {
    const cells = [title, ...rows.map(cell)];
    const widest = Math.max(...cells.map((text) => text.length));
    return cells.map((text) => (left === true ? text.padEnd(widest) : text.padStart(widest)));
  });
  return ['', ...rows].map((_, line) =>
    columns
      .map((cells) => cells[line])
      .join('  ')
      .trimEnd()
      .slice(0, width),
  );
}

export interface Screen {
  readonly columns: number;
  readonly rows: number;
  readonly sort: SortKey;
  readonly seconds: number;
}

/** What a terminal shows: one line about it all, then as much of the table as there are lines. */
export function topScreen(rows: readonly TopRow[], { columns, rows: height, sort, seconds }: Screen): readonly string[] {
  const what = rows.length === 0 ? 'no container runs' : `${rows.length} ${rows.length === 1 ? 'container' : 'containers'}, by ${sort}`;
  const head = `${what}, every ${seconds} s   q: quit; sort by c: cpu, m: memory, i: io, p: pids, n: name`;
  const table = rows.length === 0 ? [] : ['', ...topTable(sorted(rows, sort), columns)];
  return [head.slice(0, columns), ...table].slice(0, Math.max(1, height));
}
