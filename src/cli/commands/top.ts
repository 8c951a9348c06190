// holdfast top: what the running containers use, again and again.

import { setTimeout as sleep } from 'node:timers/promises';
import { HoldfastError } from '../../model/error.ts';
import type { MeasuredContainer } from '../../model/measured.ts';
import type { ContainerUsage } from '../../model/usage.ts';
import { type SortKey, sorted, topScreen, topTable, type TopRow } from '../../report/top.ts';
import { measurer } from '../../runtime/metrics/measure.ts';
import { type LiveTerminal, openTerminal } from '../../runtime/terminal.ts';
import { usageRates } from '../../runtime/usage/rates.ts';
import { type Context, out } from '../context.ts';

export interface TopFlags {
  readonly json: boolean;
  /** Seconds. */
  readonly interval: number;
  readonly count?: number;
  readonly sort: SortKey;
}

/** Rates need two looks: the first result comes after this long, or after a shorter interval. */
const FIRST_MS = 500;
const QUIT: ReadonlySet<string> = new Set(['q', 'Q', '\u0003', '\u0004']);
const SORT_BY: Readonly<Record<string, SortKey>> = { c: 'cpu', m: 'memory', i: 'io', p: 'pids', n: 'name' };

export async function top(this: Context, flags: TopFlags, ...names: readonly string[]): Promise<void> {
  const look = looker(names);
  const terminal = flags.json || flags.count !== undefined ? null : openTerminal();
  if (terminal === null) return print(this, flags, look);
  try {
    await live(terminal, flags, look);
  } finally {
    terminal.close();
  }
}

interface Look {
  /** Milliseconds since 1970. */
  readonly at: number;
  readonly rows: readonly TopRow[];
}

/** Each look has the rates since the one before. */
function looker(names: readonly string[]): () => Look {
  const measure = measurer();
  const running = measure().containers;
  const missing = names.find((name) => !running.some((one) => one.name === name));
  if (missing !== undefined) throw new HoldfastError(`${missing} is not running`, { code: 'not-running' });
  let before = usages(running);
  return () => {
    const { at, containers } = measure();
    const now = containers.filter(({ name }) => names.length === 0 || names.includes(name));
    const rows = now.map((container) => ({ ...container, rates: usageRates(before.get(container.name), container.usage) }));
    before = usages(now);
    return { at, rows };
  };
}

const usages = (containers: readonly MeasuredContainer[]): ReadonlyMap<string, ContainerUsage> => new Map(containers.map(({ name, usage }) => [name, usage]));

/** Text once, or as often as asked; JSON for ever, or as often as asked. */
async function print(context: Context, { json, interval, count = json ? Number.POSITIVE_INFINITY : 1, sort }: TopFlags, look: () => Look): Promise<void> {
  for (let done = 0; done < count; done++) {
    await sleep(done === 0 ? Math.min(FIRST_MS, interval * 1000) : interval * 1000);
    const { at, rows: unsorted } = look();
    const rows = sorted(unsorted, sort);
    if (json) out(context, `${JSON.stringify({ at, containers: rows })}\n`);
    else out(context, `${done > 0 ? '\n' : ''}${rows.length === 0 ? 'no container runs' : topTable(rows).join('\n')}\n`);
  }
}

async function live(terminal: LiveTerminal, { interval, sort: first }: TopFlags, look: () => Look): Promise<void> {
  let sort = first;
  let { rows } = look();
  terminal.schedule(Math.min(FIRST_MS, interval * 1000));
  for (;;) {
    terminal.draw(topScreen(rows, { ...terminal.size(), sort, seconds: interval }));
    const event = await terminal.next();
    switch (event.kind) {
      case 'end':
        return;
      case 'key':
        if (QUIT.has(event.key)) return;
        sort = SORT_BY[event.key] ?? sort;
        break;
      case 'time':
        ({ rows } = look());
        terminal.schedule(interval * 1000);
        break;
      case 'redraw':
        break;
    }
  }
}
