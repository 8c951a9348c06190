// Running the programs of the benchmark: an environment that distorts nothing, output in files (a contender that leaves a
// process behind would keep a pipe open and hang the reader), a limit to every wait.
import { spawnSync } from 'node:child_process';
import { accessSync, closeSync, constants, openSync, readFileSync, statSync } from 'node:fs';
import { delimiter, join } from 'node:path';

/**
 * NODE_EXTRA_CA_CERTS alone costs Node 20 some 30 ms a start; NODE_OPTIONS and the others can do as much. LISTEN_FDS and the
 * like would be taken for instructions by the OCI runtimes.
 */
export const quietEnvironment = Object.fromEntries(
  Object.entries(process.env).filter(([name]) => !name.startsWith('NODE_') && !name.startsWith('LISTEN_') && name !== 'NOTIFY_SOCKET'),
);

/** Where the shell would find a program, or undefined. */
export function findProgram(name) {
  for (const folder of (process.env.PATH ?? '').split(delimiter).concat('/usr/sbin', '/sbin')) {
    const path = join(folder, name);
    try {
      accessSync(path, constants.X_OK);
      if (folder !== '' && statSync(path).isFile()) return path;
    } catch {
      // not there: the next folder
    }
  }
  return undefined;
}

/** Runs a program to its end. `scratch` is a folder for its output. */
export function runProgram(argv, { scratch, seconds = 30, cwd } = {}) {
  const files = ['out', 'err'].map((name) => join(scratch, `last.${name}`));
  const [out, err] = files.map((file) => openSync(file, 'w'));
  const [program, ...rest] = argv;
  const ended = spawnSync(program, rest, { env: quietEnvironment, stdio: ['ignore', out, err], timeout: seconds * 1000, killSignal: 'SIGKILL', cwd });
  closeSync(out);
  closeSync(err);
  const [stdout, stderr] = files.map((file) => readFileSync(file, 'utf8'));
  return { status: ended.status, signal: ended.signal, error: ended.error, stdout, stderr };
}

/** One line on why a program failed, for a table. */
export function failureOf(result) {
  if (result.error !== undefined && result.error.code !== 'ETIMEDOUT') return result.error.message;
  if (result.error !== undefined) return 'did not end in time';
  const lines = result.stderr.trim().split('\n');
  // The first complaint is the cause; what follows is usually its consequence.
  const said = lines.find((line) => line !== '') ?? 'said nothing';
  return `${said.slice(0, 200)} (${result.signal ?? `status ${result.status}`})`;
}
