// Runs a program and says how it ended. On a timeout it kills the child it started, and nothing else.

import { type ChildProcess, spawn } from 'node:child_process';
import type { Readable } from 'node:stream';

export interface RunOptions {
  readonly cwd?: string;
  /** The whole environment; without it, the test's own less NODE_OPTIONS and NODE_EXTRA_CA_CERTS. */
  readonly env?: Readonly<Record<string, string>>;
  /** Written to stdin, which is then closed; without it stdin is /dev/null. */
  readonly input?: string;
  readonly timeoutMs?: number;
  /** Called once with the child's process id, when it runs. */
  readonly onStart?: (pid: number) => void;
}

export interface RunResult {
  readonly stdout: string;
  readonly stderr: string;
  /** Exit status, null when a signal ended it. */
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly timedOut: boolean;
}

/** How long to wait for the end of the output after the child's own end: a grandchild may hold the pipes for ever. */
const DRAIN_MS = 500;

/** Runs `argv` to its end. Rejects only when it cannot be started at all. */
export function run(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const [file, ...args] = argv;
  if (file === undefined) throw new Error('run: nothing to run');
  return new Promise((resolve, reject) => {
    const child = spawn(file, args, {
      ...(options.cwd === undefined ? {} : { cwd: options.cwd }),
      env: options.env ?? inheritedEnvironment(),
      stdio: [options.input === undefined ? 'ignore' : 'pipe', 'pipe', 'pipe'],
    });
    const stdout = collect(child.stdout);
    const stderr = collect(child.stderr);
    let timedOut = false;
    const alarm = setTimeout(() => {
      timedOut = true;
      child.kill('SIGKILL');
    }, options.timeoutMs ?? 20_000);
    const finish = (code: number | null, signal: NodeJS.Signals | null): void => {
      clearTimeout(alarm);
      resolve({ stdout: stdout(), stderr: stderr(), code, signal, timedOut });
    };
    child.once('error', (error) => {
      clearTimeout(alarm);
      reject(error);
    });
    child.once('spawn', () => {
      if (child.pid !== undefined) options.onStart?.(child.pid);
    });
    child.once('close', finish);
    child.once('exit', (code, signal) => letGo(child, () => finish(code, signal)));
    child.stdin?.on('error', () => undefined); // the child may end without reading
    child.stdin?.end(options.input);
  });
}

/** The test's environment without what would change or slow down a Node below it. */
export function inheritedEnvironment(): Record<string, string> {
  const kept = Object.entries(process.env).filter(([name]) => !['NODE_OPTIONS', 'NODE_EXTRA_CA_CERTS', 'VITEST', 'FORCE_COLOR'].includes(name));
  return Object.fromEntries(kept.filter((entry): entry is [string, string] => entry[1] !== undefined));
}

function collect(stream: Readable | null): () => string {
  const chunks: Buffer[] = [];
  stream?.on('data', (chunk: Buffer) => chunks.push(chunk));
  return () => Buffer.concat(chunks).toString('utf8');
}

function letGo(child: ChildProcess, finish: () => void): void {
  const timer = setTimeout(() => {
    child.stdout?.destroy();
    child.stderr?.destroy();
    finish();
  }, DRAIN_MS);
  child.once('close', () => clearTimeout(timer));
}
