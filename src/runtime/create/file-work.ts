// Making and removing files of a container: by root here, by an ordinary user in a user namespace with the ids it was granted, where
// this very command is called again as its root. Only what is done is handed over, as JSON on standard input.

import { spawnSync } from 'node:child_process';
import { closeSync } from 'node:fs';
import type { Machine } from '../../host/machine.ts';
import { diagnosticText, hasErrors } from '../../model/diagnostic.ts';
import { HoldfastError } from '../../model/error.ts';
import type { HostFacts } from '../../model/host.ts';
import { compileUserns } from '../../plan/userns.ts';
import type { IdRange } from '../../model/spec.ts';
import { launcherOf } from '../compile.ts';
import { namelessLauncher } from '../launcher-file.ts';
import { prepare } from '../source.ts';
import { type ShiftResult, shiftTree } from '../shift/shift.ts';
import { callersIds, idsFor, mapWithin } from './callers-ids.ts';
import { makeTree } from './make-tree.ts';
import { removeTree } from './remove-tree.ts';
import type { TreeEntry } from './tree-entry.ts';
import { FILE_WORKER } from './worker-word.ts';

export type FileWork =
  | { readonly do: 'make'; readonly top: string; readonly entries: readonly TreeEntry[]; readonly map: readonly IdRange[] | null }
  | { readonly do: 'remove'; readonly path: string }
  /** As shift/shift.ts; `map` is of the host's ids. */
  | {
      readonly do: 'shift';
      readonly path: string;
      readonly map: readonly IdRange[];
      readonly undo: boolean;
      readonly stateDir: string;
      readonly cacheDir: string;
    };

/** What is told of it: of a shift the result. */
type Told = ShiftResult | null;

export interface FileWorker {
  readonly host: HostFacts;
  readonly machine: Machine;
  /** Program and script of this command. */
  readonly self: readonly string[];
}

/** Does it, or throws `files` with what stood in the way. */
export function workOnFiles({ host, machine, self }: FileWorker, work: FileWork): Told {
  const ids = callersIds(host);
  if (ids === null) return attempt(work, host);
  const { status, stdout, stderr } = inNamespace({
    host,
    machine,
    lines: ids.lines,
    command: [...self, FILE_WORKER],
    input: JSON.stringify({ work, host: essence(host) }),
  });
  if (status === 0) return JSON.parse(stdout) as Told;
  const told = /^\{.*\}$/.test(stdout) ? (JSON.parse(stdout) as { message: string; code: string }) : { message: (stderr || stdout).trim(), code: 'files' };
  throw new HoldfastError(told.message, { code: told.code });
}

/** What the caller's ids are worked out from, without the rest. */
type Essence = Pick<HostFacts, 'uid' | 'gid' | 'subuids' | 'subgids' | 'newuidmap' | 'newgidmap'>;
const essence = ({ uid, gid, subuids, subgids, newuidmap, newgidmap }: HostFacts): Essence => ({ uid, gid, subuids, subgids, newuidmap, newgidmap });

/** The other side: what is to be printed, and the exit status. */
export function answerFileWork(input: string): { readonly text: string; readonly status: number } {
  const { work, host } = JSON.parse(input) as { readonly work: FileWork; readonly host: Essence };
  try {
    return { text: JSON.stringify(attempt(work, host)), status: 0 };
  } catch (cause) {
    if (!(cause instanceof HoldfastError)) throw cause;
    return { text: JSON.stringify({ message: cause.message, code: cause.code }), status: 1 };
  }
}

function attempt(work: FileWork, host: Essence): Told {
  try {
    if (work.do === 'shift') return shiftHere(work, host);
    if (work.do === 'remove') removeTree(work.path);
    else makeTree(work.top, work.entries, ownerIds(work.map, host));
    return null;
  } catch (cause) {
    if (cause instanceof HoldfastError) throw cause;
    const { code = '', message } = cause as NodeJS.ErrnoException;
    const [what, path] = work.do === 'make' ? ['made', work.top] : [work.do === 'remove' ? 'removed' : 'given to other ids', work.path];
    throw new HoldfastError(`${path} cannot be ${what}: ${message}`, { code: 'files', path, cause, ...(code === '' ? {} : { errno: code }) });
  }
}

/** Before a shift of theirs an ordinary user's files are root's inside: what is unpacked without rights belongs to who does it. */
const CALLERS_OWN: readonly IdRange[] = (['u', 'g'] as const).map((kind) => ({ kind, inside: 0, outside: 0, count: 1 }));

function shiftHere({ path, map, undo, stateDir, cacheDir }: Extract<FileWork, { do: 'shift' }>, host: Essence): ShiftResult {
  const ids = callersIds(host);
  const own = ids === null ? null : mapWithin(map, ids);
  if (ids === null || own === null) throw new HoldfastError('the ids of the container are not all granted to who asks', { code: 'shift' });
  return shiftTree({ path, map: own, undo, unshifted: CALLERS_OWN, within: ids.lines, stateDir, cacheDir, tell: () => {} });
}

/** An ordinary user without other ids has files of its own only. */
function ownerIds(map: readonly IdRange[] | null, host: Essence): ReturnType<typeof idsFor> {
  const within = callersIds(host);
  return within === null && host.uid !== 0 ? null : idsFor(map, within);
}

interface Call {
  readonly host: HostFacts;
  readonly machine: Machine;
  /** Lines of lxc.idmap. */
  readonly lines: readonly string[];
  readonly command: readonly string[];
  readonly input?: string;
}

/** Runs a command as root of a user namespace, and waits. Without `input` it has the caller's 0-2. Throws where there can be none. */
export function inNamespace({ host, machine, lines, command, input }: Call): {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
} {
  const prepared = prepare({ set: lines.map((line) => `lxc.idmap=${line}`), command }, machine, 'have');
  const environment = Object.entries(machine.env).flatMap(([key, value]) => (value === undefined ? [] : [`${key}=${value}`]));
  const compiled = prepared.spec === null ? null : compileUserns(prepared.spec, host, environment);
  const found = [...prepared.diagnostics, ...(compiled?.diagnostics ?? [])];
  if (compiled === null || compiled.plan === null || hasErrors(found)) {
    const messages = found.filter(({ severity }) => severity === 'error').map((one) => diagnosticText(one));
    throw new HoldfastError(messages.map(({ message, help }) => `${message}${help === '' ? '' : `; ${help}`}`).join('\n'), { code: 'no-namespace' });
  }
  const program = namelessLauncher(host.cacheDir, launcherOf(compiled.plan));
  try {
    const { status, stdout, stderr, error } = spawnSync(`/proc/self/fd/${program}`, [], {
      argv0: 'holdfast: userns',
      encoding: 'utf8',
      ...(input === undefined ? { stdio: 'inherit' } : { input }),
    });
    if (error !== undefined)
      throw new HoldfastError(`a program in ${host.cacheDir} cannot be executed: ${error.message}`, { code: 'cannot-execute', cause: error });
    return { status, stdout: stdout ?? '', stderr: stderr ?? '' };
  } finally {
    closeSync(program);
  }
}
