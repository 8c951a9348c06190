// Runs a template program of LXC's in its calling convention (lxc-create(1)): it fills the root file system and adds lines to the
// configuration, as root of the container where that has ids of its own.

import { spawnSync } from 'node:child_process';
import { chownSync, closeSync, constants, fchmodSync, fchownSync, fstatSync, openSync } from 'node:fs';
import { HoldfastError } from '../../model/error.ts';
import type { IdRange } from '../../model/spec.ts';
import { type FileWorker, inNamespace } from './file-work.ts';
import type { Place } from './place.ts';

export interface TemplateCall {
  readonly program: string;
  readonly name: string;
  readonly place: Place;
  readonly words: readonly string[];
  readonly map: readonly IdRange[];
}

/** Throws `template` when it fails. Its output is the caller's. */
export function runTemplate(worker: FileWorker, call: TemplateCall): void {
  const { program, name, place, words, map } = call;
  const command = [program, `--path=${place.directory}`, `--name=${name}`, ...words, `--rootfs=${place.rootfs}`];
  const status = map.length === 0 ? onHost(worker, command) : worker.host.uid === 0 ? asMappedRoot(worker, call, command) : besideCaller(worker, map, command);
  if (status !== 0) throw new HoldfastError(`the template ${program} failed${status === null ? '' : ` with status ${status}`}`, { code: 'template' });
}

function onHost({ machine }: FileWorker, [file = '', ...words]: readonly string[]): number | null {
  const { status, error } = spawnSync(file, words, { stdio: 'inherit', env: machine.env });
  if (error !== undefined) throw new HoldfastError(`${file} cannot be executed: ${error.message}`, { code: 'template', cause: error });
  return status;
}

const linesOf = (map: readonly IdRange[]): readonly string[] => map.map(({ kind, inside, outside, count }) => `${kind} ${inside} ${outside} ${count}`);

/** As LXC does: the caller is one more id in there, by which it goes on owning the directory and the configuration. */
function besideCaller(worker: FileWorker, map: readonly IdRange[], command: readonly string[]): number | null {
  const { uid, gid } = worker.host;
  const own = (
    [
      ['u', uid],
      ['g', gid],
    ] as const
  ).map(([kind, outside]): IdRange => {
    const ranges = map.filter((one) => one.kind === kind);
    const there = ranges.find((one) => outside >= one.outside && outside < one.outside + one.count);
    if (there !== undefined) return { kind, inside: there.inside + (outside - there.outside), outside, count: 0 };
    return { kind, inside: Math.max(0, ...ranges.map((one) => one.inside + one.count)), outside, count: 1 };
  });
  const [mappedUid, mappedGid] = own.map(({ inside }) => String(inside));
  const lines = linesOf([...map, ...own.filter(({ count }) => count > 0)]);
  return inNamespace({ ...worker, lines, command: [...command, '--mapped-uid', mappedUid ?? '', '--mapped-gid', mappedGid ?? ''] }).status;
}

/**
 * LXC maps the host's root as well, and a template then has root's rights over every file of the host. Here the directory is the mapped
 * root's while the template runs, and is taken back behind it, the configuration by its descriptor: it is a plain file, or the template failed.
 */
function asMappedRoot(worker: FileWorker, { place, map }: TemplateCall, command: readonly string[]): number | null {
  const root = (kind: IdRange['kind']): number => map.find((one) => one.kind === kind && one.inside === 0)?.outside ?? 0;
  const given = [place.directory, place.config, place.rootfs];
  for (const path of given) chownSync(path, root('u'), root('g'));
  try {
    return inNamespace({ ...worker, lines: linesOf(map), command: [...command, '--mapped-uid', '0', '--mapped-gid', '0'] }).status;
  } finally {
    takeBack(place.directory, constants.O_DIRECTORY, 0o700);
    takeBack(place.config, 0, 0o644);
  }
}

function takeBack(path: string, kind: number, mode: number): void {
  const file = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK | kind);
  try {
    const found = fstatSync(file);
    if (kind === 0 && (!found.isFile() || found.nlink !== 1))
      throw new HoldfastError(`the template made something else of ${path}`, { code: 'template', path });
    fchownSync(file, 0, 0);
    fchmodSync(file, mode);
  } finally {
    closeSync(file);
  }
}
