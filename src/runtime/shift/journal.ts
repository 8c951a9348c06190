// What a shift has done so far: a line of JSON for what is to be done, then one for each batch of files with all that they had before,
// written out before any of them is changed. Whoever is killed can so be continued, or taken back.

import { createHash } from 'node:crypto';
import { appendFileSync, closeSync, existsSync, fdatasyncSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { HoldfastError } from '../../model/error.ts';
import type { IdRange } from '../../model/spec.ts';
import { writeWhole } from '../write-whole.ts';

/** A file as it was. */
export interface Original {
  readonly ino: string;
  readonly mode: number;
  readonly uid: number;
  readonly gid: number;
  /** Those that hold ids, in base64. */
  readonly attributes: Readonly<Record<string, string>>;
}

/** What is done, to which tree. */
export interface Shift {
  readonly format: 1;
  readonly root: string;
  readonly dev: string;
  readonly ino: string;
  readonly from: readonly IdRange[];
  readonly to: readonly IdRange[];
  /** The map of the user namespace whose ids these are; absent: the host's. */
  readonly within?: readonly string[];
  /** Does it take an earlier, whole one back? */
  readonly undo: boolean;
}

export interface Progress {
  readonly shift: Shift;
  /** Inodes of files that are done. */
  readonly done: ReadonlySet<string>;
  /** Files that may be done, in part or not at all, as they were. */
  readonly pending: ReadonlyMap<string, Original>;
  /** Every file that was or may have been changed, as it was before all. */
  readonly originals: ReadonlyMap<string, Original>;
  /** It is being taken back. */
  readonly undoing: boolean;
}

export interface Journal {
  /** Of a shift that has not ended, or null. */
  readonly progress: Progress | null;
  /** The last whole one, or null. */
  readonly whole: Shift | null;
  readonly begin: (shift: Shift) => void;
  /** What was begun before goes on. */
  readonly resume: () => void;
  /** Before these are changed, and after those of the last call were. */
  readonly add: (batch: readonly Original[]) => void;
  readonly takeBack: () => void;
  /** It has ended: what holds now, or null when all is as it was in the beginning. */
  readonly end: (whole: Shift | null) => void;
}

export function openJournal(stateDir: string, root: string): Journal {
  const folder = `${stateDir}/shifts`;
  mkdirSync(folder, { recursive: true, mode: 0o700 });
  const base = `${folder}/${createHash('sha256').update(root).digest('hex').slice(0, 24)}`;
  const [path, wholePath] = [`${base}.journal`, `${base}.json`];
  const append = (line: unknown) => {
    const file = openSync(path, 'a', 0o600);
    try {
      appendFileSync(file, `${JSON.stringify(line)}\n`);
      fdatasyncSync(file);
    } finally {
      closeSync(file);
    }
  };
  return {
    progress: existsSync(path) ? readProgress(readFileSync(path, 'utf8'), path) : null,
    whole: existsSync(wholePath) ? (JSON.parse(readFileSync(wholePath, 'utf8')) as Shift) : null,
    begin(shift) {
      rmSync(path, { force: true }); // of one that was killed before its first line was whole
      append(shift);
    },
    resume: () => append({ resumed: true }),
    add: (batch) => append({ batch }),
    takeBack: () => append({ undoing: true }),
    end(whole) {
      if (whole === null) rmSync(wholePath, { force: true });
      else writeWhole(wholePath, `${JSON.stringify(whole)}\n`, 0o600);
      rmSync(path, { force: true });
    },
  };
}

/** Null where not even the first line is whole: nothing was done. A last line that is cut off was not acted upon. */
function readProgress(text: string, path: string): Progress | null {
  const lines = text.split('\n').slice(0, -1);
  const [first, ...rest] = lines.map((line, index) => parsed(line, `${path}:${index + 1}`));
  if (first === undefined) return null;
  return { shift: first as unknown as Shift, ...files(rest), undoing: rest.some((one) => 'undoing' in one) };
}

/** A batch is done when another one follows, unless the process was killed in between. */
function files(lines: readonly Record<string, unknown>[]): Pick<Progress, 'done' | 'pending' | 'originals'> {
  const originals = new Map<string, Original>();
  const pending = new Map<string, Original>();
  const done = new Set<string>();
  let working: readonly Original[] = [];
  for (const line of lines) {
    const batch = 'batch' in line ? (line['batch'] as readonly Original[]) : null;
    for (const original of working) {
      if (batch === null) pending.set(original.ino, original);
      else done.add(original.ino);
    }
    working = batch ?? [];
    for (const original of working) {
      pending.delete(original.ino);
      if (!originals.has(original.ino)) originals.set(original.ino, original);
    }
  }
  for (const original of working) pending.set(original.ino, original);
  return { originals, pending, done };
}

function parsed(line: string, place: string): Record<string, unknown> {
  try {
    return JSON.parse(line) as Record<string, unknown>;
  } catch (cause) {
    throw new HoldfastError(`${place} is damaged: what a shift has done cannot be told`, { code: 'journal', cause });
  }
}
