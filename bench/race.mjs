// Runs the timing loop over the admitted contenders and turns its samples into a few numbers.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { closeSync, openSync, readFileSync } from 'node:fs';
import { quietEnvironment } from './processes.mjs';

const warmupRounds = 3;

/**
 * One race: every contender `rounds` times, each round in a random order of its own, with `pause` ms before every start.
 * Returns {results: Map of name to numbers, failures: Map of name to reason}.
 */
export async function race(arena, contenders, { rounds, pause, seed, signal }) {
  const lines = contenders.map(({ name, status, view, argv }) => [name, status, view ?? '-', ...argv('init')].join('\t'));
  const csv = arena.path('race.csv');
  const [out, err] = [openSync(csv, 'w'), openSync(arena.path('race.err'), 'w')];
  const loop = spawn(arena.path('spawn'), [rounds, warmupRounds, pause, seed].map(String), { env: quietEnvironment, stdio: ['pipe', out, err] });
  closeSync(out);
  closeSync(err);
  loop.stdin.end(`${lines.join('\n')}\n`);
  // It ends after the start under way, which then has nothing running any more.
  const end = () => loop.kill('SIGTERM');
  signal.addEventListener('abort', end);
  const [status, by] = await once(loop, 'exit');
  signal.removeEventListener('abort', end);
  signal.throwIfAborted();
  if (status !== 0) throw new Error(`the timing loop ended with ${by ?? status}: ${readFileSync(arena.path('race.err'), 'utf8')}`);
  return summarise(readFileSync(csv, 'utf8'));
}

function summarise(csv) {
  const samples = new Map();
  const failures = new Map();
  for (const line of csv.trim().split('\n')) {
    const [kind, name, first, second] = line.split('\t');
    if (kind === 'failed') failures.set(name, first);
    else samples.set(name, [...(samples.get(name) ?? []), { wall: Number(first) / 1e6, cpu: Number(second) / 1e3 }]);
  }
  const results = new Map();
  for (const [name, list] of samples) {
    if (failures.has(name)) continue;
    const wall = list.map((sample) => sample.wall).sort((a, b) => a - b);
    results.set(name, {
      runs: list.length,
      min: wall[0],
      median: median(wall),
      p90: wall[Math.floor(wall.length * 0.9)],
      cpu: median(list.map(({ cpu }) => cpu)),
    });
  }
  return { results, failures };
}

export function median(numbers) {
  const sorted = [...numbers].sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}
