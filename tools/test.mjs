// Runs every test this machine can run, and says which ones it cannot and why. The last line is `N passed, N failed`.
// usage: node tools/test.mjs [vitest's own arguments, e.g. a part of a path]
// CI=true or HOLDFAST_INSTALL=1: as root, first install the packages that the tests can use.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { build } from './build.mjs';
import { prepareMachine } from './machine.mjs';
import { root, setup } from './setup.mjs';

setup();
if (process.getuid?.() === 0 && (process.env['CI'] === 'true' || process.env['HOLDFAST_INSTALL'] === '1')) prepareMachine();
const built = !existsSync(join(root, 'src/cli/main.ts')) || (await build({ ifStale: true, commandOnly: true }));
const results = runTests(process.argv.slice(2));

printSkipped(results.skipped);
for (const problem of results.problems) process.stdout.write(`${problem}\n`);
const failed = results.failed + results.problems.length + (built ? 0 : 1);
if (!built) process.stdout.write('the command could not be built\n');
if (results.passed + failed === 0) process.stdout.write('no test ran\n');
const skipped = results.skipped.length === 0 ? '' : `, ${results.skipped.length} skipped`;
process.stdout.write(`${results.passed} passed, ${failed} failed${skipped}\n`);
process.exitCode = failed > 0 || results.passed === 0 ? 1 : 0;

/** Runs vitest and counts. `problems` are failures that no test stands for, such as a file that cannot be loaded. */
function runTests(words) {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-test-'));
  try {
    const file = join(folder, 'results.json');
    const { NODE_EXTRA_CA_CERTS: _, ...env } = process.env; // costs every Node that a test starts 30 ms
    const argv = [join(root, 'node_modules/vitest/vitest.mjs'), 'run', '--reporter=default', '--reporter=json', `--outputFile.json=${file}`, ...words];
    const done = spawnSync(process.execPath, argv, { cwd: root, env, stdio: ['ignore', 'inherit', 'inherit'] });
    if (!existsSync(file)) return { passed: 0, failed: 0, skipped: [], problems: ['vitest ended without results'] };
    return count(JSON.parse(readFileSync(file, 'utf8')), done.status);
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function count(report, status) {
  const tests = report.testResults.flatMap((one) => one.assertionResults);
  const passed = tests.filter((one) => one.status === 'passed').length;
  const failed = tests.filter((one) => one.status === 'failed').length;
  const skipped = tests.filter((one) => one.status !== 'passed' && one.status !== 'failed').map((one) => one.title);
  const problems = report.testResults
    .filter((one) => one.status === 'failed' && !one.assertionResults.some((test) => test.status === 'failed'))
    .map((one) => `${one.name} failed outside its tests: ${one.message}`);
  if (status !== 0 && failed + problems.length === 0) problems.push('vitest reports an error outside the tests');
  return { passed, failed, skipped, problems };
}

/** One line for each missing need with its reason and how many tests it keeps from running. */
function printSkipped(titles) {
  if (titles.length === 0) return;
  const counts = new Map();
  for (const title of titles) {
    const stated = /\[needs (.+)\]$/.exec(title)?.[1]?.split('; ') ?? [/\(skipped: (.+)\)$/.exec(title)?.[1] ?? `no need stated: ${title}`];
    for (const need of stated) counts.set(need, (counts.get(need) ?? 0) + 1);
  }
  process.stdout.write(`\nskipped for want of\n`);
  for (const [need, number] of [...counts].sort((a, b) => b[1] - a[1])) process.stdout.write(`${String(number).padStart(6)}  ${need}\n`);
}
