// Runs a launcher as a child and waits: what Node can do in place of exec(3). The terminal stays the launcher's; signals that
// reach only this process are passed on.

import { spawn, type SpawnOptions } from 'node:child_process';
import { closeSync } from 'node:fs';
import { constants } from 'node:os';
import { HoldfastError } from '../model/error.ts';
import { namelessLauncher } from './launcher-file.ts';

/** Signals of the terminal reach the launcher by themselves (same process group): this process must only survive them. */
const FROM_TERMINAL = ['SIGINT', 'SIGQUIT', 'SIGWINCH', 'SIGTSTP'] as const;
const PASSED_ON = ['SIGTERM', 'SIGHUP', 'SIGUSR1', 'SIGUSR2', 'SIGCONT'] as const;

/**
 * Runs a launcher from a file without a name: the minimal PID 1 of a command executes it inside the container, where its
 * owner reaches it as /proc/1/exe and may change it, so no other start may use that very file (CVE-2019-5736).
 */
export async function runNameless(directory: string, elf: Uint8Array, name: string): Promise<number> {
  const launcher = namelessLauncher(directory, elf);
  try {
    return await runChild(`/proc/self/fd/${launcher}`, [], { argv0: `holdfast: ${name}` });
  } catch (cause) {
    const errno = (cause as NodeJS.ErrnoException).code;
    const reason =
      errno === 'EACCES'
        ? `the file system of ${directory} is mounted noexec`
        : errno === 'EAGAIN'
          ? 'the limit on processes is reached'
          : (cause as Error).message;
    throw new HoldfastError(`${name}: its launcher cannot be executed: ${reason}`, {
      code: 'cannot-execute',
      cause,
      ...(errno === undefined ? {} : { errno }),
    });
  } finally {
    closeSync(launcher);
  }
}

/** Runs it on this process's own 0-2; resolves to its exit status, or 128 + the signal that ended it. */
export function runChild(path: string, words: readonly string[], options: Pick<SpawnOptions, 'argv0' | 'env'>): Promise<number> {
  return new Promise((resolve, reject) => {
    const child = spawn(path, words, { ...options, stdio: 'inherit' });
    const handlers = new Map<NodeJS.Signals, () => void>([
      ...FROM_TERMINAL.map((signal) => [signal, () => {}] as const),
      ...PASSED_ON.map((signal) => [signal, () => void child.kill(signal)] as const),
    ]);
    for (const [signal, handler] of handlers) process.on(signal, handler);
    const leave = () => {
      for (const [signal, handler] of handlers) process.off(signal, handler);
    };
    child.once('error', (error) => {
      leave();
      reject(error);
    });
    child.once('exit', (code, signal) => {
      leave();
      resolve(code ?? 128 + (signal === null ? 0 : constants.signals[signal]));
    });
  });
}
