// The results as text: a table on the terminal, and the same as Markdown between two markers of docs/benchmarks.md.
import { readFileSync, writeFileSync } from 'node:fs';

const beginOf = (command) => `<!-- results: written by \`${command}\`, not by hand -->`;
const end = '<!-- end of results -->';

const ms = (value) => value.toFixed(value < 10 ? 2 : 1);

/** All results as Markdown, which reads well enough on a terminal too. */
export function renderResults(measured) {
  const { command, date, machine, races, absent, monitors, compile, launcherBytes, verdicts } = measured;
  const parts = [`Command: \`${command}\`, ${date}.`, machine.map(([what, value]) => `- ${what}: ${value}`).join('\n')];
  for (const one of races) parts.push(`### ${one.title}`, raceTable(one, measured));
  const notes = notesOf(measured);
  if (notes.length > 0) parts.push('Notes:', notes.join('\n'));
  if (absent.length > 0) parts.push('### Not measured', absent.map(({ name, reason }) => `- ${name}: ${reason}`).join('\n'));
  if (monitors.length > 0) parts.push('### The waiting monitor (KiB, one container running)', monitorTable(monitors));
  parts.push('### Compiling', compileLines(compile, launcherBytes));
  parts.push('### Against the targets', table(['', 'target', 'measured', ''], verdicts));
  return parts.join('\n\n');
}

function raceTable({ results, failures }, { contenders }) {
  const floor = results.get('floor');
  const rows = [];
  for (const reference of [false, true]) {
    for (const { name } of contenders.filter((one) => (one.reference ?? false) === reference)) {
      const found = results.get(name);
      if (found === undefined) {
        rows.push([name, `failed: ${failures.get(name) ?? 'no runs'}`, '', '', '', '']);
        continue;
      }
      const against = floor === undefined ? '' : `${(found.median / floor.median).toFixed(2)} x`;
      rows.push([name, ms(found.min), ms(found.median), ms(found.p90), against, ms(found.cpu)]);
    }
  }
  return table(['start to exit', 'min ms', 'median ms', 'p90 ms', 'against the floor', 'CPU ms'], rows);
}

function notesOf({ contenders }) {
  return contenders
    .map(({ name, what, notes }) => ({ name, said: [what, ...notes].filter((text) => text !== undefined) }))
    .filter(({ said }) => said.length > 0)
    .map(({ name, said }) => `- ${name}: ${said.join('; ')}`);
}

function monitorTable(monitors) {
  const rows = monitors.map((one) =>
    'reason' in one ? [one.name, '', '', `not measured: ${one.reason}`, ''] : [one.name, one.pss, one.pageTables, one.total, one.rss],
  );
  return table(['', 'PSS', 'page tables', 'PSS, page tables included', 'RSS'], rows);
}

function compileLines(compile, launcherBytes) {
  const lines = [];
  lines.push(
    compile.reason === undefined
      ? `- configuration file to ELF bytes, in process, warm, the machine's facts included: median ${compile.median.toFixed(2)} ms, minimum ${compile.min.toFixed(2)} ms, first call ${compile.first.toFixed(1)} ms (${compile.calls} calls)`
      : `- configuration file to ELF bytes: not measured, ${compile.reason}`,
  );
  lines.push(launcherBytes === undefined ? '- launcher file: not built' : `- launcher file: ${launcherBytes} bytes`);
  return lines.join('\n');
}

/** Columns as wide as their widest cell: numbers to the right, so that the source reads as a table too. */
export function table(head, rows) {
  const cells = [head, ...rows].map((row) => row.map(String));
  const widths = head.map((_, column) => Math.max(3, ...cells.map((row) => (row[column] ?? '').length)));
  const line = (row) =>
    `| ${row.map((cell, column) => (/^[\d.]/.test(cell) && column > 0 ? cell.padStart(widths[column]) : cell.padEnd(widths[column]))).join(' | ')} |`;
  const rule = `| ${widths.map((width, column) => (column === 0 ? '-'.repeat(width) : `${'-'.repeat(width - 1)}:`)).join(' | ')} |`;
  return [line(cells[0]), rule, ...cells.slice(1).map(line)].join('\n');
}

/** Replaces what stands between the markers of a command; the prose around them is written by people and stays. */
export function writeResults(path, text, command = 'npm run bench') {
  const old = readFileSync(path, 'utf8');
  const begin = beginOf(command);
  const from = old.indexOf(begin);
  const to = old.indexOf(end, from);
  if (from < 0 || to < from) throw new Error(`${path}: the markers of the results are missing, so nothing was written:\n${begin}\n${end}`);
  writeFileSync(path, `${old.slice(0, from)}${begin}\n\n${text}\n\n${old.slice(to)}`);
}
