// What the process that waits for a container costs: one container in the background with an init that only sleeps, and the
// kernel's own account of its monitor.
import { existsSync, readFileSync } from 'node:fs';
import { setTimeout as sleep } from 'node:timers/promises';
import { processes } from './arena.mjs';
import { failureOf, findProgram } from './processes.mjs';

const settleMilliseconds = 500; // a monitor still closing and unmapping is not yet waiting

/** Returns rows {name, pss, rss, pageTables, total} in KiB, or {name, reason}. */
export async function measureMonitors(arena, holdfast, wanted) {
  const rows = [];
  if (wanted('holdfast launcher')) rows.push(await holdfastMonitor(arena, holdfast));
  if (wanted('lxc-start -F')) rows.push(await lxcMonitor(arena));
  return rows;
}

async function holdfastMonitor(arena, holdfast) {
  const name = 'holdfast start';
  if (!existsSync(holdfast)) return { name, reason: 'dist/holdfast.cjs is not built' };
  const call = (...words) => arena.run([process.execPath, holdfast, ...words]);
  const container = arena.nameOf('sleep');
  arena.atEnd(() => call('stop', '--kill', container));
  const started = call('start', container, '-P', arena.lxcPath);
  if (started.status !== 0) return { name, reason: `does not start: ${failureOf(started)}`.replaceAll(arena.folder, '') };
  await sleep(settleMilliseconds);
  const info = call('info', container, '-P', arena.lxcPath, '--json');
  if (info.status !== 0) return { name, reason: `info: ${failureOf(info)}` };
  const { monitor } = JSON.parse(info.stdout);
  return accountOf(name, monitor);
}

async function lxcMonitor(arena) {
  const name = 'lxc-start -d';
  const [start, stop] = ['lxc-start', 'lxc-stop'].map(findProgram);
  if (start === undefined || stop === undefined) return { name, reason: 'not installed' };
  const container = ['-n', arena.nameOf('sleep'), '-P', arena.lxcPath];
  arena.atEnd(() => arena.run([stop, '-k', ...container]));
  const started = arena.run([start, '-d', ...container]);
  if (started.status !== 0) return { name, reason: `does not start: ${failureOf(started)}` };
  await sleep(settleMilliseconds);
  // The monitor renames itself to this; two containers cannot share it, since the path is this run's own.
  const title = `[lxc monitor] ${arena.lxcPath} ${arena.nameOf('sleep')}`;
  const monitor = processes().find((pid) => readOrEmpty(`/proc/${pid}/cmdline`).replaceAll('\0', ' ').trim() === title);
  return accountOf(name, monitor);
}

/** "PSS, page tables included": what this process adds to the memory in use, shared pages divided among their users. */
function accountOf(name, pid) {
  const rollup = pid === undefined ? '' : readOrEmpty(`/proc/${pid}/smaps_rollup`);
  const status = pid === undefined ? '' : readOrEmpty(`/proc/${pid}/status`);
  const [pss, rss, pageTables] = [field(rollup, 'Pss'), field(rollup, 'Rss'), field(status, 'VmPTE')];
  if (pss === undefined || rss === undefined || pageTables === undefined) return { name, reason: 'its monitor was not found' };
  return { name, pss, rss, pageTables, total: pss + pageTables };
}

function field(text, key) {
  const found = new RegExp(`^${key}:\\s+(\\d+) kB$`, 'm').exec(text);
  return found === null ? undefined : Number(found[1]);
}

function readOrEmpty(path) {
  try {
    return readFileSync(path, 'utf8');
  } catch {
    return ''; // it has ended
  }
}
