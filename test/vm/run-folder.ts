// A temporary folder for one run of a guest. Its name says whose it is: what a killed run has left is removed by the next one.

import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

const PREFIX = 'holdfast-vm-';

/** Makes a folder of this process's own, after removing those of processes that have ended. */
export function makeRunFolder(parent: string = tmpdir()): string {
  removeStale(parent);
  return mkdtempSync(join(parent, `${PREFIX}${process.pid}-${startTime(process.pid) ?? 0}-`));
}

function removeStale(parent: string): void {
  for (const name of readdirSync(parent)) {
    const [, pid, start] = /^holdfast-vm-(\d+)-(\d+)-\w+$/.exec(name) ?? [];
    if (pid !== undefined && startTime(Number(pid)) !== Number(start)) rmSync(join(parent, name), { recursive: true, force: true });
  }
}

/** When a process began, in ticks after the boot (proc_pid_stat(5), field 22): with its id, that names it for ever. */
function startTime(pid: number): number | undefined {
  try {
    const [, fields = ''] = /\) (.*)$/.exec(readFileSync(`/proc/${pid}/stat`, 'utf8').trim()) ?? [];
    return Number(fields.split(' ')[19]);
  } catch {
    return undefined; // it has ended
  }
}
