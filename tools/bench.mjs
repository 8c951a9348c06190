// Measures how fast containers start, what waits for them, and how fast they are compiled; against the same container made by
// others. Prints a table and writes it to docs/benchmarks.md.
// usage: npm run bench [-- OPTIONS]   (as root: the container has no user namespace)
import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { Arena, variants } from '../bench/arena.mjs';
import { admitContenders, contenderNames, launcherSize } from '../bench/contenders.mjs';
import { describeMachine } from '../bench/machine.mjs';
import { measureMonitors } from '../bench/memory.mjs';
import { withOwnRun } from '../bench/own-run.mjs';
import { failureOf } from '../bench/processes.mjs';
import { race } from '../bench/race.mjs';
import { renderResults, writeResults } from '../bench/report.mjs';
import { judge } from '../bench/targets.mjs';
import { callWitness } from '../bench/witness.mjs';

const usage = `usage: npm run bench [-- OPTIONS]
  --rounds N     starts of each contender in a burst (default 100)
  --paced N      starts of each contender with a pause before every start (default 30; 0: none)
  --pause MS     that pause (default 70: the machine's caches have cooled down)
  --only A,B     only contenders whose names begin so (and the floor); docs/benchmarks.md is not written
  --no-build     measure dist/ as it is
  --no-write     do not write docs/benchmarks.md
  --check        only the comparison with the targets, after measuring
  --seed N       order of the starts (default: by the clock)
contenders: ${contenderNames.join(', ')}
`;

const root = dirname(dirname(fileURLToPath(import.meta.url)));
const holdfast = join(root, 'dist', 'holdfast.cjs');
const document = join(root, 'docs', 'benchmarks.md');

class UsageError extends Error {}

function readOptions(argv) {
  const options = {
    rounds: { type: 'string', default: '100' },
    paced: { type: 'string', default: '30' },
    pause: { type: 'string', default: '70' },
    seed: { type: 'string', default: String(Date.now() % 2 ** 31) },
    only: { type: 'string' },
    'no-build': { type: 'boolean', default: false },
    'no-write': { type: 'boolean', default: false },
    check: { type: 'boolean', default: false },
    help: { type: 'boolean', short: 'h', default: false },
  };
  let values;
  try {
    ({ values } = parseArgs({ args: argv, options }));
  } catch (error) {
    throw new UsageError(error.message);
  }
  const number = (name, least) => {
    const value = Number(values[name]);
    if (!Number.isSafeInteger(value) || value < least) throw new UsageError(`--${name} wants a whole number of at least ${least}, not '${values[name]}'`);
    return value;
  };
  const only = values.only?.split(',').map((name) => name.trim());
  // By the beginning of a name, so that `lxc` is both; the floor always takes part, since the others are compared with it.
  const wanted = (name) => only === undefined || name === 'floor' || only.some((word) => name.startsWith(word));
  const unknown = only?.find((word) => word === '' || !contenderNames.some((name) => name.startsWith(word)));
  if (unknown !== undefined) throw new UsageError(`no contender's name begins with '${unknown}'`);
  return { ...values, rounds: number('rounds', 1), paced: number('paced', 0), pause: number('pause', 0), seed: number('seed', 0), only, wanted };
}

const say = (text) => process.stderr.write(`${text}\n`);

function build(arena) {
  const tool = join(root, 'tools', 'build.mjs');
  if (!existsSync(tool)) return;
  say('building');
  const built = arena.run([process.execPath, tool, '--command-only'], { seconds: 300, cwd: root });
  if (built.status !== 0) throw new Error(`tools/build.mjs failed:\n${built.stdout}${built.stderr}`);
}

/** From configuration text to ELF bytes, in a Node process of its own. */
function measureCompiling(arena) {
  const [variant] = variants;
  const config = join(arena.lxcPath, arena.nameOf(variant), 'config');
  const result = arena.run([process.execPath, join(root, 'tools', 'run.mjs'), join(root, 'bench', 'compile-time.ts'), config], { seconds: 120, cwd: root });
  return result.status === 0 ? JSON.parse(result.stdout) : { reason: failureOf(result).replaceAll(`${root}/`, '') };
}

async function measure(arena, options, signal) {
  arena.prepare();
  if (!options['no-build']) build(arena);
  const machine = describeMachine(arena, { holdfast, root });
  say('checking that every contender makes the container asked for');
  const { admitted, absent } = await admitContenders(arena, holdfast, options.wanted);
  for (const { name, reason } of absent) say(`  ${name}: ${reason}`);
  signal.throwIfAborted();
  if (admitted.length === 0) throw new Error('there is nobody to measure');

  const races = [];
  const plans = [{ title: `In a burst (${options.rounds} rounds)`, rounds: options.rounds, pause: 0 }];
  const { paced, pause } = options;
  if (paced > 0 && pause > 0) plans.push({ title: `One start every ${pause} ms (${paced} rounds)`, rounds: paced, pause });
  for (const plan of plans) {
    say(`timing: ${plan.title}`);
    races.push({ title: plan.title, ...(await race(arena, admitted, { ...plan, seed: options.seed, signal })) });
  }
  for (const contender of admitted.filter((one) => one.reference !== true)) {
    const after = callWitness(arena, contender);
    if (after.status === contender.status) continue;
    // It stopped working somewhere in between: none of its figures can be believed.
    for (const { results, failures } of races) {
      results.delete(contender.name);
      failures.set(contender.name, `does not run any more after the timing: ${after.reason ?? `status ${after.status}`}`);
    }
  }
  signal.throwIfAborted();
  say('measuring monitors and compiling');
  const monitors = await measureMonitors(arena, holdfast, options.wanted);
  const compile = options.wanted('holdfast launcher') ? measureCompiling(arena) : { reason: 'not asked for' };
  signal.throwIfAborted();
  return { machine, contenders: admitted, absent, races, monitors, compile, launcherBytes: launcherSize(arena) };
}

async function main() {
  const options = readOptions(process.argv.slice(2));
  if (options.help) {
    process.stdout.write(usage);
    return 0;
  }
  if (process.getuid() !== 0) throw new Error('the container of the benchmark has no user namespace, so this needs root');

  const elsewhere = await withOwnRun();
  if (elsewhere !== null) return elsewhere;

  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(name, () => stop.abort(new Error(`ended by ${name}`)));
  const arena = new Arena();
  let measured;
  try {
    measured = await measure(arena, options, stop.signal);
  } finally {
    const left = arena.end();
    if (left.length > 0) say(`left behind, and removed now:\n  ${left.join('\n  ')}`);
  }
  measured.verdicts = judge(measured);
  const command = ['npm run bench', ...(process.argv.length > 2 ? ['--', ...process.argv.slice(2)] : [])].join(' ');
  const text = renderResults({ ...measured, command, date: new Date().toISOString().slice(0, 10) });
  process.stdout.write(options.check ? `${measured.verdicts.map((row) => row.join('  ')).join('\n')}\n` : `${text}\n`);
  // A part of the contenders would leave a page that looks complete.
  if (options.only === undefined && !options['no-write']) writeResults(document, text);
  return 0;
}

try {
  process.exitCode = await main();
} catch (error) {
  say(error instanceof UsageError ? `bench: ${error.message}\n${usage}` : `bench: ${error.message}`);
  process.exitCode = error instanceof UsageError ? 2 : 1;
}
