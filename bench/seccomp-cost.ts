// What filters cost: instructions per call over a fixed mix, nanoseconds per call on this machine, and how long compiling takes.
// usage: npm run bench:seccomp [-- --counts] [--rounds N] [--calls N]   prints, and writes docs/benchmarks.md unless --counts

import { availableParallelism, cpus, loadavg, release } from 'node:os';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { buildLibseccomp } from '../test/support/seccomp/programs.ts';
import { table, writeResults } from './report.mjs';
import { compilingText } from './seccomp-compiling.ts';
import { type Count, countAll } from './seccomp-counts.ts';
import { TIMED_CALLS, timeAll } from './seccomp-times.ts';

const COMMAND = 'npm run bench:seccomp';
const QUIET = 0.2; // load per core

export function main(argv: readonly string[]): void {
  const { values } = parseArgs({
    args: [...argv],
    options: { counts: { type: 'boolean', default: false }, rounds: { type: 'string', default: '15' }, calls: { type: 'string', default: '100000' } },
  });
  const libseccomp = buildLibseccomp(resolve('test/support/seccomp/libseccomp.c'));
  try {
    const counts = countAll(libseccomp.filter);
    const parts = [`Command: \`${COMMAND}${argv.length > 0 ? ` -- ${argv.join(' ')}` : ''}\`, ${new Date().toISOString().slice(0, 10)}.`, countsText(counts)];
    if (!values.counts) {
      const load = loadavg()[0] ?? 0;
      const busy = load / availableParallelism() > QUIET ? ' (**not a quiet machine: do not quote these times**)' : '';
      const machine = `${cpus()[0]?.model.trim()}, kernel ${release()}, node ${process.version}, load average before ${load.toFixed(2)}${busy}`;
      const times = timeAll(libseccomp.filter, { rounds: Number(values.rounds), calls: Number(values.calls) });
      const rows = times.map(({ filter, calls }) => [filter, ...calls.flatMap(({ least, median }) => [least.toFixed(1), median.toFixed(1)])]);
      const head = ['ns per call', ...TIMED_CALLS.flatMap((name) => [`${name} min`, 'median'])];
      parts.push('## Time per call', `${machine}; ${values.rounds} rounds of ${values.calls} calls.`, table(head, rows), compilingText());
    }
    const text = parts.join('\n\n');
    process.stdout.write(`${text}\n`);
    if (!values.counts) writeResults('docs/benchmarks.md', text, COMMAND);
  } finally {
    libseccomp.remove();
  }
}

function countsText(counts: readonly Count[]): string {
  const rows = counts.map(({ policy, arch, ours, theirs, tree, informed, floor }) => {
    const judged = ours > tree ? 'DEARER THAN THE TREE' : ours <= theirs / 2 ? 'met' : floor > theirs / 2 ? 'half is below the floor' : 'MISSED';
    return [
      policy,
      arch,
      ours.toFixed(2),
      tree.toFixed(2),
      theirs.toFixed(2),
      `${(ours / theirs).toFixed(2)} x`,
      floor.toFixed(2),
      `${(ours / floor).toFixed(2)} x`,
      informed.toFixed(2),
      judged,
    ];
  });
  const head = [
    'instructions per call',
    'calls of',
    'Holdfast',
    'libseccomp, tree',
    'libseccomp',
    'against that',
    'floor',
    'above it',
    'Holdfast, mix known',
    'at most the tree, and half',
  ];
  return `## Instructions per call\n\n${table(head, rows)}`;
}
