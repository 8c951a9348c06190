// A terminal for tests: a pseudoterminal with a program on it, what it shows, and what is typed.

import type { IPty } from '@lydell/node-pty';
import { inheritedEnvironment } from './run.ts';

export interface Terminal {
  readonly pid: number;
  /** Everything it has shown so far. */
  text(): string;
  type(keys: string): void;
  resize(columns: number, rows: number): void;
  /** Waits until what came since the last such wait matches; returns the match. */
  shows(pattern: RegExp, withinMs?: number): Promise<RegExpExecArray>;
  /** Exit status, and signal or 0. */
  readonly ended: Promise<{ readonly code: number; readonly signal: number }>;
  /** Ends the program if it still runs. */
  close(): void;
}

/** Starts `argv` on a terminal of 80 columns and 24 rows. The package is loaded only here: without it, tests are skipped. */
export async function openTerminal(argv: readonly string[], env: Readonly<Record<string, string>> = inheritedEnvironment()): Promise<Terminal> {
  const { spawn } = await import('@lydell/node-pty');
  const [file = '', ...args] = argv;
  const pty: IPty = spawn(file, args, { name: env['TERM'] ?? 'xterm', cols: 80, rows: 24, cwd: '/', env: { ...env } });
  let text = '';
  let seen = 0;
  let over = false;
  pty.onData((data) => (text += data));
  const ended = new Promise<{ code: number; signal: number }>((done) => {
    pty.onExit(({ exitCode, signal }) => {
      over = true;
      done({ code: exitCode, signal: signal ?? 0 });
    });
  });
  return {
    pid: pty.pid,
    text: () => text,
    type: (keys) => pty.write(keys),
    resize: (columns, rows) => pty.resize(columns, rows),
    async shows(pattern, withinMs = 10_000) {
      for (const end = performance.now() + withinMs; ; ) {
        const found = pattern.exec(text.slice(seen));
        if (found !== null) {
          seen += found.index + found[0].length;
          return found;
        }
        if (performance.now() > end) throw new Error(`no ${pattern} in ${JSON.stringify(text.slice(seen))}`);
        await new Promise((next) => setTimeout(next, 10));
      }
    },
    ended,
    close() {
      if (!over) pty.kill('SIGKILL');
    },
  };
}
