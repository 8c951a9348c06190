// Runs all attempts in a container of Holdfast's or of LXC's, and compares what became of them.

import { chmodSync, existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:net';
import { join } from 'node:path';
import { afterAll, beforeAll } from 'vitest';
import { readHostFacts } from '../../src/host/facts.ts';
import { realMachine } from '../../src/host/machine.ts';
import type { Denial } from '../../src/model/denial.ts';
import { table } from '../../src/report/table.ts';
import { denialReader, deniedContainer } from '../../src/runtime/denials/index.ts';
import { startContainer, type TestContainer } from '../support/container.ts';
import { run } from '../support/run.ts';
import { WALLS, type Attempt, type Mode } from './attempt.ts';
import { ATTEMPTS } from './index.ts';
import { layerOf } from './layer.ts';
import { HOST_SOCKET, OTHERS_FILE } from './kernel.ts';
import { HOST_GROUP } from './mounts.ts';
import { type Answer, ANSWERS, answersIn, attemptsProgram } from './program.ts';

export type Side = 'LXC' | 'Holdfast';
/** By the place of the attempt. */
export type Answers = ReadonlyMap<number, Answer>;

/** Root that is not mapped, what common.conf drops and filters, and /proc and /sys that can be written: what is left is the module's. */
export const ATTEMPT_LINES: readonly string[] = [
  'lxc.mount.auto =',
  'lxc.mount.auto = proc:rw sys:rw cgroup:mixed',
  'lxc.tty.max = 0',
  'lxc.cap.drop = mac_admin mac_override sys_time sys_module sys_rawio',
  'lxc.seccomp.profile = /usr/share/lxc/config/common.seccomp',
  'lxc.mount.entry = $HERE/others others none bind,create=dir 0 0',
  'lxc.mount.entry = $HERE/others fixed none bind,ro,create=dir 0 0',
];
/** Of common.conf too, for the version of control groups that is here: LXC takes the lines of both, Holdfast only what it can enforce. */
export function deviceLines(version: 1 | 2): readonly string[] {
  const lines = readFileSync('/usr/share/lxc/config/common.conf', 'utf8').split('\n');
  return lines.filter((line) => line.startsWith(version === 1 ? 'lxc.cgroup.devices.' : 'lxc.cgroup2.devices.'));
}

export const INIT = '/attempts';

/** What the container's root file system and directory need besides. */
export function equip({ rootfs, lxcpath, name }: TestContainer): void {
  writeFileSync(join(rootfs, 'attempts'), attemptsProgram(ATTEMPTS), { mode: 0o755 });
  const others = join(lxcpath, name, 'others');
  mkdirSync(others, { recursive: true });
  writeFileSync(join(others, OTHERS_FILE.split('/').at(-1) ?? ''), 'secret', { mode: 0o600 });
  // A name beside the root file system, which no way out of it may reach.
  writeFileSync(join(lxcpath, 'outside'), '');
  chmodSync(join(lxcpath, name), 0o755);
}

/** What is the host's and no attempt may reach, while the file's tests run: a socket, and where there is a unified hierarchy, a group. */
export function hostObjects(): void {
  const group = `/sys/fs/cgroup/${HOST_GROUP}`;
  beforeAll(() => void (existsSync('/sys/fs/cgroup/cgroup.procs') && mkdirSync(group, { recursive: true })));
  afterAll(() => void (existsSync(group) && rmdirSync(group)));
  let server: Server | undefined;
  beforeAll(() => new Promise<void>((listening) => void (server = createServer().listen({ path: `\0${HOST_SOCKET}` }, listening))));
  afterAll(() => void server?.close());
}

/** Throws with what the start said when there are no answers. */
export async function underSide(side: Side, container: TestContainer): Promise<Answers> {
  const { rootfs, lxcpath, name } = container;
  const log = join(lxcpath, 'log');
  const done = side === 'Holdfast' ? await startContainer(container) : await run(['lxc-start', '-P', lxcpath, '-n', name, '-F', '-l', 'ERROR', '-o', log]);
  try {
    return answersIn(readFileSync(join(rootfs, ANSWERS)));
  } catch {
    throw new Error(`${side} gave no answers: exit ${done.code}: ${done.stderr}${side === 'LXC' ? readFileSync(log, 'utf8') : ''}`);
  }
}

/** What `holdfast denials` says of a container that ran. */
export function toldOf({ name, lxcpath }: TestContainer): readonly Denial[] {
  const reader = denialReader(deniedContainer({ name, lxcpath }, readHostFacts(realMachine())));
  try {
    return reader.next().denials;
  } finally {
    reader.close();
  }
}

const verdictAt = (answers: Answers, index: number): string => answers.get(index)?.verdict ?? 'no answer';

/** Each attempt that ended otherwise than it may in this mode, as a line. */
export function unexpected(mode: Mode, answers: Answers): readonly string[] {
  return ATTEMPTS.flatMap((attempt, index) => {
    const verdict = verdictAt(answers, index);
    return mayEnd(attempt, mode, verdict) ? [] : [`${titleOf(attempt)}: ${verdict} at call ${answers.get(index)?.call ?? '?'}`];
  });
}

function mayEnd({ allowed = [], errnos = WALLS }: Attempt, mode: Mode, verdict: string): boolean {
  return verdict === 'allowed' ? allowed.includes(mode) : errnos.some((errno) => errno === verdict);
}

/** Each that Holdfast lets happen and LXC does not, but for what has a reason. */
export function weaker(lxc: Answers, holdfast: Answers): readonly string[] {
  return ATTEMPTS.flatMap((attempt, index) => {
    const [theirs, ours] = [verdictAt(lxc, index), verdictAt(holdfast, index)];
    return ours === 'allowed' && theirs !== 'allowed' && attempt.harmless === undefined ? [`${titleOf(attempt)}: LXC ${theirs}, Holdfast ${ours}`] : [];
  });
}

export const titleOf = ({ group, what }: Attempt): string => `${group} ${what}`;

/** Side by side, with what Holdfast's ran into. */
export function sideBySide(lxc: Answers, holdfast: Answers): string {
  const rows = ATTEMPTS.map((attempt, index) => [titleOf(attempt), verdictAt(lxc, index), verdictAt(holdfast, index), layerOf(attempt, holdfast.get(index))]);
  const count = (column: 1 | 2) => rows.filter((row) => row[column] === 'allowed').length;
  const lines = table([['', 'LXC', 'Holdfast', 'by'], ...rows])
    .trimEnd()
    .split('\n');
  const reasons = ATTEMPTS.flatMap((attempt, index) =>
    verdictAt(holdfast, index) === 'allowed' && verdictAt(lxc, index) !== 'allowed'
      ? [`under Holdfast alone: ${titleOf(attempt)}: ${attempt.harmless ?? 'NO REASON'}`]
      : [],
  );
  return `${[...lines, ...reasons].join('\n')}\n${rows.length} attempts; allowed: LXC ${count(1)}, Holdfast ${count(2)}\n`;
}
