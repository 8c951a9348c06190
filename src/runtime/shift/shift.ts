// Gives the files of a root file system to other ids, or takes that back: as a whole in the end, whatever happens in between.

import { closeSync, constants, fsyncSync, openSync, realpathSync } from 'node:fs';
import { isDeepStrictEqual } from 'node:util';
import { AS_INSIDE, shiftedId } from '../../controls/idmap/shift-id.ts';
import { HoldfastError } from '../../model/error.ts';
import type { IdRange } from '../../model/spec.ts';
import { type Attributes, openAttributes } from './attributes.ts';
import { give, originalsOf, shifted } from './change-file.ts';
import { type Journal, openJournal, type Original, type Shift } from './journal.ts';
import { survey } from './survey.ts';
import { fdPath, type Found, isKind, openTree, type Tree, walk } from './walk.ts';

/** Files at once: as many descriptors are open, and as many names stand in a line of the journal. */
const BATCH = 128;

export interface ShiftRequest {
  /** Path of the root file system. */
  readonly path: string;
  /** The container's map. */
  readonly map: readonly IdRange[];
  /** How files belong to users inside before anything was shifted; absent: as an archive has them. */
  readonly unshifted?: readonly IdRange[];
  /** The map of the user namespace that this is done in; absent: of the host. */
  readonly within?: readonly string[];
  readonly undo: boolean;
  readonly stateDir: string;
  readonly cacheDir: string;
  readonly tell: (done: number, all: number) => void;
}

export interface ShiftResult {
  readonly files: number;
  readonly changed: number;
  /** Files of users or groups that nobody inside is. */
  readonly foreign: number;
  /** What is mounted below, and was left. */
  readonly mounted: number;
  /** It was as it is to be before. */
  readonly nothing: boolean;
}

/** Throws a HoldfastError before anything is changed where it cannot be done, and resumes where one was killed. */
export function shiftTree(request: ShiftRequest): ShiftResult {
  const root = realpathSync(request.path);
  const journal = openJournal(request.stateDir, root);
  const tree = openTree(root);
  try {
    const shift = whatToDo(journal, request, { root, dev: String(tree.dev), ino: String(tree.ino) });
    const found = look(tree, shift, root);
    if (shift === null) return { ...found, changed: 0, nothing: true };
    const attributes = openAttributes(request.cacheDir);
    try {
      const takesBack = request.undo && !shift.undo;
      const changed = takesBack ? takeBack(tree, journal, attributes) : goOn(tree, journal, shift, attributes, (done) => request.tell(done, found.files));
      syncTree(tree);
      journal.end(shift.undo || takesBack ? (takesBack ? journal.whole : null) : shift);
      return { ...found, changed, nothing: false };
    } finally {
      attributes.close();
    }
  } finally {
    closeSync(tree.file);
  }
}

/** Null: there is nothing to do. */
function whatToDo(journal: Journal, { map, undo, unshifted = AS_INSIDE, within }: ShiftRequest, place: Pick<Shift, 'root' | 'dev' | 'ino'>): Shift | null {
  const { progress, whole } = journal;
  const { root } = place;
  const here = { ...place, ...(within === undefined ? {} : { within }) };
  const earlier = progress?.shift ?? whole;
  // The same numbers would be other users.
  if (earlier !== null && earlier.ino === here.ino && !isDeepStrictEqual(earlier.within, within)) {
    throw refusal(root, 'a shift of it was made with other ids at hand (by another user, or before /etc/subuid changed): whoever made it can take it back');
  }
  if (progress !== null) {
    const { shift } = progress;
    if (shift.ino !== here.ino) throw refusal(root, 'it is another directory than the one a shift was begun with');
    if (!undo && (progress.undoing || shift.undo)) throw refusal(root, 'taking a shift back has not ended: holdfast ids shift --undo ends it');
    if (!undo && !isSame(shift.to, map)) throw refusal(root, 'a shift to other ids has not ended: first take it back (--undo)');
    return shift;
  }
  const known = whole !== null && whole.ino === here.ino ? whole : null;
  if (undo) {
    if (known === null) throw refusal(root, 'no shift of it is known that could be taken back');
    return { format: 1, ...here, from: known.to, to: known.from, undo: true };
  }
  const from = known?.to ?? unshifted;
  return isSame(from, map) ? null : { format: 1, ...here, from, to: map, undo: false };
}

const isSame = (one: readonly IdRange[], other: readonly IdRange[]): boolean =>
  JSON.stringify(one.map(({ kind, inside, outside, count }) => [kind, inside, outside, count])) ===
  JSON.stringify(other.map(({ kind, inside, outside, count }) => [kind, inside, outside, count]));

/** Counts; refuses a file that has another name outside of the tree, which would be given away there, too. */
function look(tree: Tree, shift: Shift | null, root: string): Pick<ShiftResult, 'files' | 'foreign' | 'mounted'> {
  let foreign = 0;
  const { files, mounted, outside } = survey(tree, root, BATCH, ({ uid, gid }) => {
    if (shift !== null && (shiftedId(shift.from, shift.to, 'u', uid) === null || shiftedId(shift.from, shift.to, 'g', gid) === null)) foreign += 1;
  });
  if (outside !== null && shift !== null) throw refusal(root, outside);
  return { files, foreign, mounted };
}

function goOn(tree: Tree, journal: Journal, shift: Shift, attributes: Attributes, tell: (done: number) => void): number {
  const done = new Set(journal.progress?.done);
  const pending = new Map(journal.progress?.pending);
  if (journal.progress === null) journal.begin(shift);
  else journal.resume();
  let changed = done.size;
  let seen = 0;
  walk(tree, BATCH, (batch) => {
    seen += batch.length;
    const todo = firstNames(batch).filter(({ ino }) => !done.has(String(ino)));
    const fresh = todo.filter(({ ino }) => !pending.has(String(ino)));
    const originals = new Map([...pending, ...originalsOf(fresh, attributes).map((one) => [one.ino, one] as const)]);
    const work = todo.flatMap(({ file, ino }) => {
      const original = originals.get(String(ino));
      if (original === undefined) return [];
      const has = shifted(shift, original);
      return isDeepStrictEqual(has, original) ? [] : [{ file, original, has }];
    });
    if (work.length > 0) journal.add(work.map(({ original }) => original));
    give(work, attributes);
    for (const { original } of work) done.add(original.ino);
    changed += work.length;
    tell(seen);
  });
  return changed;
}

/** Gives back exactly what was there, to whatever was changed. */
function takeBack(tree: Tree, journal: Journal, attributes: Attributes): number {
  const originals = journal.progress?.originals ?? new Map<string, Original>();
  journal.takeBack();
  walk(tree, BATCH, (batch) => {
    const work = firstNames(batch).flatMap(({ file, ino, mode }) => {
      const has = originals.get(String(ino));
      return has !== undefined && isKind(mode, has.mode & constants.S_IFMT) ? [{ file, has }] : [];
    });
    give(work, attributes);
  });
  return originals.size;
}

/** A file with several names in one batch is changed once. */
function firstNames(batch: readonly Found[]): readonly Found[] {
  return [...new Map(batch.map((found) => [found.ino, found])).values()];
}

/** Also what was done to files is on the disk before the journal is gone: a file system's own journal keeps the order. */
function syncTree(tree: Tree): void {
  const top = openSync(fdPath(tree.file), constants.O_RDONLY | constants.O_DIRECTORY);
  try {
    fsyncSync(top);
  } finally {
    closeSync(top);
  }
}

function refusal(root: string, reason: string): HoldfastError {
  return new HoldfastError(`the files of ${root} are left as they are: ${reason}`, { code: 'shift', path: root });
}
