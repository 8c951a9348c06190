// Reads back from the kernel, from outside, whether a running container is confined as its plan said (law 3).

import { readFileSync, readlinkSync } from 'node:fs';
import { labelChecks } from '../controls/labels/index.ts';
import { mountSeen } from '../controls/mounts/mountinfo.ts';
import type { Check, Expectation } from '../model/control.ts';
import type { HostFacts } from '../model/host.ts';
import type { ContainerRecord } from '../model/record.ts';
import { CONTROLS } from '../plan/compile.ts';
import { verifyDeviceProgram } from './device-program.ts';

export interface CheckResult {
  readonly what: string;
  readonly holds: boolean;
  readonly expected: string;
  /** What the kernel says, or why it could not be asked. */
  readonly found: string;
}

/** All checks of all controls about a running container. */
export function verifyContainer(record: ContainerRecord, host: HostFacts): readonly CheckResult[] {
  const checks = [...CONTROLS.flatMap((control) => control.verify(record.spec, host)), ...labelChecks(record.labels)];
  const results = checks.map((check) => evaluate(check, record.init, record.reaper ? firstChild : (pid) => pid));
  const program = verifyDeviceProgram(record, host.cacheDir);
  return program === null ? results : [...results, program];
}

/** The oldest child of PID 1: behind the small one of ours this is the program, and PID 1 ends with it. */
function firstChild(pid: number): number {
  const [first] = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8').split(' ');
  return Number(first) || pid;
}

/** One check. `{pid}` in its path is the process id of PID 1, `{program}` the program's. */
export function evaluate(check: Check, pid: number, programOf: (pid: number) => number = (same) => same): CheckResult {
  const { what } = check;
  const ask = (who: string) =>
    read(
      check,
      check.path.replaceAll('{pid}', who).replaceAll('{program}', () => String(programOf(pid))),
    );
  const expected = describe(check.expect);
  try {
    const found = ask(String(pid));
    return { what, expected, found, holds: agrees(check.expect, found, () => ask('self')) };
  } catch (error) {
    return { what, expected, holds: false, found: `cannot be read: ${(error as Error).message}` };
  }
}

function read(check: Check, path: string): string {
  if (check.link === true) return readlinkSync(path);
  const text = readFileSync(path, 'utf8');
  if (check.mount !== undefined) return mountSeen(text, check.mount);
  const beginning = check.field === undefined ? check.line : `${check.field}:`;
  // Contexts of SELinux end in a zero byte.
  if (beginning === undefined) return text.replace(/\0+$/, '').trim();
  const line = text.split('\n').find((one) => one.startsWith(beginning));
  if (line === undefined) throw new Error(`${path} has no line that begins with ${beginning}`);
  return line.slice(beginning.length).trim();
}

function agrees(expect: Expectation, found: string, caller: () => string): boolean {
  switch (expect.kind) {
    case 'equals':
      return found === expect.text;
    case 'differs':
      return found !== expect.text;
    case 'words':
      return words(found) === words(expect.text);
    case 'matches':
      return new RegExp(expect.pattern, 'm').test(found);
    case 'has': {
      const there = found.split(/[\s,]+/);
      return expect.text.split(/\s+/).every((word) => there.includes(word));
    }
    case 'differs-from-caller':
      return found !== caller();
  }
}

const words = (text: string): string => text.trim().replace(/\s+/g, ' ');

function describe(expect: Expectation): string {
  switch (expect.kind) {
    case 'equals':
    case 'words':
      return expect.text;
    case 'differs':
      return `not ${expect.text}`;
    case 'matches':
      return `/${expect.pattern}/`;
    case 'has':
      return `among others ${expect.text}`;
    case 'differs-from-caller':
      return 'not what this process has';
  }
}
