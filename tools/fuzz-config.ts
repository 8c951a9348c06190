// Reads configurations made by chance and checks what must hold of every text (src/config/testing/laws.ts); then reads
// one megabyte of every awkward kind, and says how much time that took.
// usage: node tools/run.mjs tools/fuzz-config.ts [--runs N] [--seed N]

import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { memoryFiles, readConfig } from '../src/config/index.ts';
import { LARGE_LINES, largeText } from '../src/config/testing/large.ts';
import { brokenLaws } from '../src/config/testing/laws.ts';
import { randomConfig, randomKey } from '../src/config/testing/mutate.ts';
import { randomFrom } from '../src/config/testing/random.ts';

const SHIPPED = '/usr/share/lxc/config';
const MEGABYTE = 1_000_000;
/** Time of a processor that no text of a few lines takes, however busy the machine is. */
const LONGEST_MS = 2000;
const MOST_SHOWN = 20;
const READINGS = 15;

/** Runs it; the process ends with 1 where a law was broken. */
export function main(words: readonly string[]): void {
  const runs = numberBehind(words, '--runs', 100_000);
  const seed = numberBehind(words, '--seed', 1);
  const faults = fuzz(runs, seed);
  process.stdout.write(`${runs} texts from seed ${seed}: ${faults.length} faults\n`);
  measure();
  process.exitCode = faults.length > 0 ? 1 : 0;
}

function numberBehind(words: readonly string[], flag: string, otherwise: number): number {
  const at = words.indexOf(flag);
  const number = at < 0 ? otherwise : Number(words[at + 1]);
  if (Number.isInteger(number) && number >= 0) return number;
  throw new RangeError(`${flag} wants a number`);
}

/** Each text has a seed of its own, so that one that fails can be read again alone: `--runs 1 --seed THAT`. */
function fuzz(runs: number, first: number): readonly string[] {
  const files = existsSync(SHIPPED)
    ? readdirSync(SHIPPED)
        .filter((name) => /\.(conf|seccomp)$/.test(name))
        .map((name) => readFileSync(`${SHIPPED}/${name}`, 'utf8'))
    : [];
  const faults: string[] = [];
  const tell = (fault: string) => {
    if (faults.push(fault) <= MOST_SHOWN) process.stdout.write(`${fault}\n`);
  };
  for (let seed = first; seed < first + runs; seed++) {
    const random = randomFrom(seed);
    const text = randomConfig(random, files);
    const before = process.cpuUsage();
    const broken = attempt(() => brokenLaws(text, randomConfig(random, files), randomKey(random)));
    const { user, system } = process.cpuUsage(before);
    const took = (user + system) / 1000;
    if (took > LONGEST_MS) tell(`seed ${seed}: it took ${Math.round(took)} ms`);
    for (const law of broken) tell(`seed ${seed}: ${law}: ${JSON.stringify(text).slice(0, 500)}`);
    if ((seed - first) % 100_000 === 99_999) process.stdout.write(`${seed - first + 1} texts, ${faults.length} faults\n`);
  }
  return faults;
}

function attempt(act: () => readonly string[]): readonly string[] {
  try {
    return act();
  } catch (error) {
    return [`an exception: ${error instanceof Error ? (error.stack ?? error.message) : String(error)}`];
  }
}

/** The best of many readings of each kind, most expensive kinds first: time of processors (with the collector's threads) and of the clock. */
function measure(): void {
  const times = Object.keys(LARGE_LINES).map((kind) => {
    const text = largeText(kind, MEGABYTE);
    const best = { cpu: Infinity, clock: Infinity };
    for (let run = 0; run < READINGS; run++) {
      const before = process.cpuUsage();
      const started = performance.now();
      readConfig(memoryFiles({ '/c': text }), '/c');
      best.clock = Math.min(best.clock, performance.now() - started);
      const { user, system } = process.cpuUsage(before);
      best.cpu = Math.min(best.cpu, (user + system) / 1000);
    }
    return { kind, ...best };
  });
  times.sort((one, other) => other.cpu - one.cpu);
  for (const { kind, cpu, clock } of times) {
    process.stdout.write(`${cpu.toFixed(0).padStart(6)} ms of processors, ${clock.toFixed(0).padStart(4)} ms by the clock  1 MB of ${kind}\n`);
  }
}
