// What a figure is worth nothing without: the machine, how busy it was, and the versions of everything that took part.
import { readFileSync } from 'node:fs';
import { availableParallelism, cpus, loadavg, release, totalmem } from 'node:os';
import { hasOwnRun } from './own-run.mjs';
import { findProgram } from './processes.mjs';

/** Above this one-minute load per core the figures are marked as taken on a busy machine. */
const quietLoad = 0.2;

/** Taken before anything runs. Returns [what, value] pairs. */
export function describeMachine(arena, { holdfast, root }) {
  const load = loadavg().map((value) => value.toFixed(2));
  const busy = loadavg()[0] / availableParallelism() > quietLoad;
  const rows = [
    ['processor', `${cpus()[0]?.model.trim() ?? 'unknown'}, ${availableParallelism()} cores, ${process.arch}`],
    ['memory', `${(totalmem() / 2 ** 30).toFixed(1)} GiB`],
    ['kernel', `${release()}${distribution()}`],
    ['load average before', `${load.join(' ')}${busy ? ' (**not a quiet machine: do not quote these figures**)' : ''}`],
    ['node', process.version],
    ...(hasOwnRun() ? [['/run', 'a tmpfs for all contenders, as on Debian; this machine has it on a disk']] : []),
  ];
  const commit = arena.run(['git', '-C', root, 'rev-parse', '--short', 'HEAD']);
  const changed = arena.run(['git', '-C', root, 'status', '--porcelain', '--', 'src']);
  const version = arena.run([process.execPath, holdfast, '--version']);
  const at = commit.status === 0 ? ` at ${commit.stdout.trim()}${changed.stdout === '' ? '' : ' with changes'}` : '';
  rows.push(['holdfast', version.status === 0 ? `${version.stdout.trim()}${at}` : `not built${at}`]);
  for (const [program, ...words] of [
    ['bwrap', '--version'],
    ['lxc-start', '--version'],
    ['crun', '--version'],
    ['runc', '--version'],
    ['gcc', '-dumpfullversion'],
  ]) {
    const path = findProgram(program);
    if (path === undefined) continue;
    const [first] = arena
      .run([path, ...words])
      .stdout.trim()
      .split('\n');
    rows.push([program, first.replace(/^(bubblewrap|crun version|runc version) /, '')]);
  }
  return rows;
}

function distribution() {
  try {
    const name = /^PRETTY_NAME="?([^"\n]*)"?$/m.exec(readFileSync('/etc/os-release', 'utf8'));
    return name === null ? '' : `, ${name[1]}`;
  } catch {
    return '';
  }
}
