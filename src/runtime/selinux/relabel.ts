// Labels every file below a directory, or gives back the labels they had. Who is killed in between calls it again: what is labelled
// already is left, and what it was is written down.

import { closeSync, realpathSync } from 'node:fs';
import { HoldfastError } from '../../model/error.ts';
import { type Attributes, openAttributes } from '../shift/attributes.ts';
import { survey, type Survey } from '../shift/survey.ts';
import { type Found, openTree, type Tree, walk } from '../shift/walk.ts';
import { type LabelJournal, openLabelJournal } from './label-journal.ts';
import { LABEL, labelText } from './labels.ts';

/** Files at once: as many descriptors are open, and as many labels stand in a line of the journal. */
const BATCH = 128;

export interface RelabelRequest {
  readonly path: string;
  /** The label of all files; null: those that they had. */
  readonly label: string | null;
  readonly stateDir: string;
  readonly cacheDir: string;
  readonly tell: (done: number, all: number) => void;
}

export interface RelabelResult extends Omit<Survey, 'outside'> {
  readonly path: string;
  readonly changed: number;
}

/** Throws a HoldfastError before anything is changed where it cannot be done. */
export function relabelTree({ path, label, stateDir, cacheDir, tell }: RelabelRequest): RelabelResult {
  const root = realpathSync(path);
  const journal = openLabelJournal(stateDir, root);
  const tree = openTree(root);
  try {
    const { outside, ...found } = survey(tree, root, BATCH, () => {});
    refuse(root, journal, tree, label);
    if (label !== null && outside !== null) throw refusal(root, outside);
    const attributes = openAttributes(cacheDir);
    try {
      const told = (done: number) => tell(done, found.files);
      const changed = label === null ? takeBack(tree, journal, attributes, told) : labelAll(tree, root, label, journal, attributes, told);
      return { path: root, ...found, changed };
    } finally {
      attributes.close();
    }
  } finally {
    closeSync(tree.file);
  }
}

function refuse(root: string, journal: LabelJournal, tree: Tree, label: string | null): void {
  if (label === null && !isOf(journal, tree)) throw refusal(root, 'it was not relabelled, or that is taken back already');
  if (label !== null && journal.undoing && isOf(journal, tree))
    throw refusal(root, 'taking the labels back has not ended: holdfast selinux relabel --undo ends it');
}

/** Another directory at its path was not relabelled. */
const isOf = (journal: LabelJournal, tree: Tree): boolean => journal.tree?.ino === String(tree.ino);

function labelAll(tree: Tree, root: string, label: string, journal: LabelJournal, attributes: Attributes, tell: (done: number) => void): number {
  const resumes = isOf(journal, tree);
  if (!resumes) journal.begin({ root, ino: String(tree.ino) });
  const known = new Set(resumes ? journal.originals.keys() : []);
  let [changed, seen] = [0, 0];
  walk(tree, BATCH, (batch) => {
    seen += batch.length;
    const todo = labelsOf(batch, attributes, root).filter((one) => one.label !== label);
    const fresh = todo.filter(({ ino }) => !known.has(ino));
    if (fresh.length > 0) journal.add(fresh.map((one) => [one.ino, one.label]));
    for (const { ino } of fresh) known.add(ino);
    attributes.perform(todo.map(({ file }) => ({ file, name: LABEL, value: valueOf(label) })));
    changed += todo.length;
    tell(seen);
  });
  return changed;
}

function takeBack(tree: Tree, journal: LabelJournal, attributes: Attributes, tell: (done: number) => void): number {
  journal.takeBack();
  let [changed, seen] = [0, 0];
  walk(tree, BATCH, (batch) => {
    seen += batch.length;
    const work = batch.flatMap(({ file, ino }) => {
      const label = journal.originals.get(String(ino));
      return label === undefined ? [] : [{ file, name: LABEL, value: valueOf(label) }];
    });
    attributes.perform(work);
    changed += work.length;
    tell(seen);
  });
  journal.end();
  return changed;
}

/** A file with several names in one batch is there once. */
function labelsOf(batch: readonly Found[], attributes: Attributes, root: string) {
  const once = [...new Map(batch.map((found) => [found.ino, found])).values()];
  const values = attributes.perform(once.map(({ file }) => ({ file, name: LABEL })));
  return once.map(({ file, ino }, index) => {
    const label = labelText(values[index] ?? null);
    if (label === null) throw refusal(root, 'its file system has no SELinux labels: mount it with context=');
    return { file, ino: String(ino), label };
  });
}

const valueOf = (label: string): Uint8Array => Buffer.from(`${label}\0`);

function refusal(root: string, reason: string): HoldfastError {
  return new HoldfastError(`the labels of ${root} stay as they are: ${reason}`, { code: 'relabel', path: root });
}
