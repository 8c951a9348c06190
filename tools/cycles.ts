// Starts and stops one container with limits many times: what is left of its control groups afterwards.
// usage: npm run cycles -- [--cycles 500], as root. Ends with 1 when a group is left or dead ones grow without bound.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { makeContainer, planOf, writeLauncher } from '../test/support/container.ts';
import { run } from '../test/support/run.ts';

const LINES = [
  'holdfast.cgroup.translate = 1',
  'lxc.cgroup.memory.limit_in_bytes = 64M',
  'lxc.cgroup.pids.max = 50',
  'lxc.cgroup.cpu.shares = 512',
  'lxc.cgroup.cpuset.cpus = 0',
  'lxc.cgroup.dir = holdfast-cycles',
  'holdfast.cgroup.parent.pids.max = 100',
];

/** Memory groups that the kernel still has, the dead ones among them. */
function memoryGroups(): number {
  const unified = '/sys/fs/cgroup/cgroup.stat';
  if (existsSync(unified)) return Number(/^nr_dying_descendants (\d+)$/m.exec(readFileSync(unified, 'utf8'))?.[1]);
  return Number(/^memory\t\d+\t(\d+)/m.exec(readFileSync('/proc/cgroups', 'utf8'))?.[1]);
}

function foldersNamed(folder: string, word: string): readonly string[] {
  const below = readdirSync(folder, { withFileTypes: true }).filter((entry) => entry.isDirectory());
  return below.flatMap(({ name }) => [...(name.includes(word) ? [`${folder}/${name}`] : []), ...foldersNamed(`${folder}/${name}`, word)]);
}

const cycles = Number(process.argv[process.argv.indexOf('--cycles') + 1] ?? 500) || 500;
const container = makeContainer(LINES, 'exit 0');
try {
  const launcher = writeLauncher(container, planOf(container));
  await run([launcher]);
  const seen: number[] = [memoryGroups()];
  const began = performance.now();
  for (let cycle = 1; cycle <= cycles; cycle += 1) {
    const done = await run([launcher]);
    if (done.code !== 0) throw new Error(`cycle ${cycle}: exit ${done.code}: ${done.stderr}`);
    if (cycle % Math.ceil(cycles / 10) === 0) seen.push(memoryGroups());
  }
  const left = [...foldersNamed('/sys/fs/cgroup', container.name), ...foldersNamed('/sys/fs/cgroup', 'holdfast-cycles')];
  // The kernel frees dead groups a moment later, from a work queue.
  const took = (performance.now() - began) / 1000;
  await sleep(5000);
  const grown = memoryGroups() - (seen[0] ?? 0);
  process.stdout.write(`${cycles} cycles in ${took.toFixed(1)} s\n`);
  process.stdout.write(`memory groups, dead ones counted, while they ran: ${seen.join(' ')}; five seconds later: ${grown + (seen[0] ?? 0)}\n`);
  process.stdout.write(`groups left: ${left.length === 0 ? 'none' : left.join(' ')}\n`);
  process.exitCode = left.length > 0 || grown > 20 ? 1 : 0;
} finally {
  container.remove();
}
