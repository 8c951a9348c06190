// What live tests share: containers that are removed after each test, the built command, and the kernel's word about a process.

import { spawn } from 'node:child_process';
import { readdirSync, readFileSync, readlinkSync, writeFileSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach } from 'vitest';
import { type ContainerState, containerState } from '../../src/runtime/containers.ts';
import { stopContainer } from '../../src/runtime/stop.ts';
import { makeContainer, planOf, type TestContainer, writeLauncher } from './container.ts';
import { snapshot } from './leftovers.ts';
import { inheritedEnvironment, run, type RunOptions, type RunResult } from './run.ts';

export const RUN_DIR = '/run/holdfast';
/** The built command; tools/test.mjs builds it before the tests. */
export const COMMAND = resolve(fileURLToPath(new URL('../../dist/holdfast.cjs', import.meta.url)));

export const holdfast = (words: readonly string[], options: RunOptions = {}): Promise<RunResult> => run([process.execPath, COMMAND, ...words], options);

/** Makes containers that are ended and removed after each test of the file, whatever the test did; what one leaves is an error. */
export function containers(): typeof makeContainer {
  const made: TestContainer[] = [];
  afterEach(async () => {
    const left: string[] = [];
    for (const container of made.splice(0)) {
      const { name } = container;
      if (stateOf(name).state !== 'stopped') await stopContainer(RUN_DIR, name, { kill: true, timeout: 0 });
      left.push(...(await leftOf(container)));
      container.remove();
    }
    if (left.length > 0) throw new Error(`left behind:\n${left.join('\n')}`);
  });
  return (lines, init) => {
    const container = makeContainer(lines, init);
    made.push(container);
    return container;
  };
}

/** Groups, files and mounts that bear its name, and processes of its launchers; empty when it has gone without a trace. */
export async function leftOf({ name, lxcpath }: TestContainer, withinMs = 3_000): Promise<readonly string[]> {
  const find = () => [...snapshot({ launchers: [lxcpath], marker: `HOLDFAST_TEST=${name}` })].filter((line) => line.includes(name) || line.includes(lxcpath));
  for (const end = performance.now() + withinMs; ; await sleep(20)) {
    const found = find();
    if (found.length === 0 || performance.now() > end) return found;
  }
}

export const stateOf = (name: string): ContainerState => containerState(RUN_DIR, name);

/** Starts it detached in this process; init's pid on the host and the monitor's. */
export async function startDetached(container: TestContainer): Promise<{ readonly init: number; readonly monitor: number }> {
  const done = await run([writeLauncher(container, planOf(container, { detach: true }))]);
  const state = stateOf(container.name);
  if (done.code !== 0 || state.state !== 'running') throw new Error(`exit ${done.code}, ${state.state}: ${done.stderr}`);
  return { init: state.record.init, monitor: state.monitor };
}

/** Writes $HERE/policy of a container. */
export function writePolicy({ lxcpath, name }: TestContainer, text: string): void {
  writeFileSync(join(lxcpath, name, 'policy'), `${text}\n`);
}

/** Waits until `ask` gives something other than false or undefined. */
export async function until<T>(what: string, ask: () => T | false | undefined, withinMs = 10_000): Promise<T> {
  for (const end = performance.now() + withinMs; ; await sleep(10)) {
    const answer = ask();
    if (answer !== false && answer !== undefined) return answer;
    if (performance.now() > end) throw new Error(`waited in vain until ${what}`);
  }
}

/** Waits until it is recorded as running, which is a moment after its init has begun. */
export function recorded(name: string): Promise<Extract<ContainerState, { state: 'running' }>> {
  return until(`${name} is recorded`, () => {
    const state = stateOf(name);
    return state.state === 'running' && state;
  });
}

export interface Running {
  readonly pid: number;
  /** What it has written to standard output so far. */
  stdout(): string;
  stderr(): string;
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>;
}

/** Starts `argv` and lets it run; the caller waits for `ended`. */
export function begin(argv: readonly string[], options: { readonly env?: Readonly<Record<string, string>> } = {}): Running {
  const [file = '', ...args] = argv;
  const child = spawn(file, args, { env: options.env ?? inheritedEnvironment(), stdio: ['ignore', 'pipe', 'pipe'] });
  const texts = { out: '', err: '' };
  child.stdout.on('data', (chunk: Buffer) => (texts.out += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (texts.err += chunk.toString()));
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((done, failed) => {
    child.once('error', failed);
    child.once('exit', (code, signal) => done({ code, signal }));
  });
  return { pid: child.pid ?? 0, stdout: () => texts.out, stderr: () => texts.err, ended };
}

/** The lines `Key: value` of a /proc/PID/status text. */
export function statusLines(text: string): ReadonlyMap<string, string> {
  return new Map([...text.matchAll(/^(\w+):[ \t]*(.*?)[ \t]*$/gm)].map(([, key = '', value = '']) => [key, value.replaceAll('\t', ' ')]));
}

export const statusOf = (pid: number): ReadonlyMap<string, string> => statusLines(readFileSync(`/proc/${pid}/status`, 'utf8'));

export const namespacesOf = (pid: number | 'self'): Readonly<Record<string, string>> =>
  Object.fromEntries(readdirSync(`/proc/${pid}/ns`).map((kind) => [kind, readlinkSync(`/proc/${pid}/ns/${kind}`)]));

/** The children of a process, all its threads' (proc_pid_children(5)); none when it has ended. */
export function childrenOf(pid: number): readonly number[] {
  try {
    return readdirSync(`/proc/${pid}/task`).flatMap((task) =>
      readFileSync(join(`/proc/${pid}/task`, task, 'children'), 'utf8')
        .trim()
        .split(' ')
        .filter(Boolean)
        .map(Number),
    );
  } catch {
    return []; // ENOENT, or ESRCH when it ended while it was read
  }
}

/** Has it ended? One that waits for its parent has. */
export function hasEnded(pid: number): boolean {
  try {
    return /^State:\s+[ZX]/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return true; // ENOENT, or ESRCH when it ended while it was read
  }
}
