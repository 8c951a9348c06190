// What a tree was labelled before it was relabelled: a line of JSON for the tree, then one for each batch of files with the labels they
// had, written out before any of them is changed. It stays until that is taken back. Labels say themselves what has been done.

import { createHash } from 'node:crypto';
import { appendFileSync, closeSync, existsSync, fdatasyncSync, mkdirSync, openSync, readFileSync, rmSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { HoldfastError } from '../../model/error.ts';

/** The tree that a journal is about, whatever is at its path later. */
export interface LabelledTree {
  readonly root: string;
  readonly ino: string;
}

export interface LabelJournal {
  /** Null: this tree was not relabelled. */
  readonly tree: LabelledTree | null;
  /** Labels by inode, as they were before all. */
  readonly originals: ReadonlyMap<string, string>;
  /** It is being taken back. */
  readonly undoing: boolean;
  readonly begin: (tree: LabelledTree) => void;
  /** Before these are changed. */
  readonly add: (batch: readonly (readonly [ino: string, label: string])[]) => void;
  readonly takeBack: () => void;
  readonly end: () => void;
}

const journalPath = (stateDir: string, root: string) => join(stateDir, 'labels', `${createHash('sha256').update(root).digest('hex').slice(0, 24)}.journal`);

/** Of a tree that is gone. */
export function forgetLabels(stateDir: string, root: string): void {
  rmSync(journalPath(stateDir, root), { force: true });
}

/** `root` is the real path of the tree. */
export function openLabelJournal(stateDir: string, root: string): LabelJournal {
  const path = journalPath(stateDir, root);
  const append = (line: unknown) => {
    mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
    const file = openSync(path, 'a', 0o600);
    try {
      appendFileSync(file, `${JSON.stringify(line)}\n`);
      fdatasyncSync(file);
    } finally {
      closeSync(file);
    }
  };
  return {
    ...readJournal(existsSync(path) ? readFileSync(path, 'utf8') : '', path),
    begin(tree) {
      rmSync(path, { force: true }); // of one that was killed before its first line was whole
      append({ format: 1, ...tree });
    },
    add: (batch) => append({ batch }),
    takeBack: () => append({ undoing: true }),
    end: () => rmSync(path, { force: true }),
  };
}

interface Line {
  readonly root?: string;
  readonly ino?: string;
  readonly batch?: readonly (readonly [string, string])[];
  readonly undoing?: true;
}

/** What stands behind the last line end was not written out, and so nothing was changed for it. */
function readJournal(text: string, path: string): Pick<LabelJournal, 'tree' | 'originals' | 'undoing'> {
  const lines = text
    .slice(0, text.lastIndexOf('\n') + 1)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => parsed(line, path));
  const [head, ...rest] = lines;
  const tree = head?.root === undefined || head.ino === undefined ? null : { root: head.root, ino: head.ino };
  const originals = new Map<string, string>();
  for (const [ino, label] of rest.flatMap(({ batch }) => batch ?? [])) if (!originals.has(ino)) originals.set(ino, label);
  return { tree, originals, undoing: rest.some(({ undoing }) => undoing === true) };
}

function parsed(line: string, path: string): Line {
  try {
    return JSON.parse(line) as Line;
  } catch (cause) {
    throw new HoldfastError(`${path} is damaged: which labels files had cannot be told`, { code: 'journal', path, cause });
  }
}
