// The messages a launcher can print without Node around: one per step, one per errno, and what to do about some of them.
// They are found at run time through tables, so that reporting is one routine whatever failed, and are kept compressed:
// they are most of a launcher's bytes and are read only when something goes wrong.

import { ERRNO, type ErrnoName } from '../../kernel/errno.gen.ts';
import { errnoName, errnoText } from '../../kernel/errno.ts';
import { originText } from '../../model/origin.ts';
import type { Plan } from '../../model/plan.ts';
import { printable } from '../../model/printable.ts';
import type { Step } from '../../model/step.ts';
import { fault } from '../assert.ts';
import { lz4Compress } from '../lz4.ts';

export interface Texts {
  /** The tables and all texts, one behind the other, each text once, as an LZ4 block; and their length when unpacked. */
  readonly packed: Uint8Array;
  readonly length: number;
  /** Where in the unpacked bytes each table begins. Offsets of texts in them count from the beginning of all. */
  readonly tables: {
    /** 6 bytes for each step: u16 offset of its text, u16 length, u16 offset of its first hint. */
    readonly steps: number;
    /** 4 bytes for each errno from 0 (which stands for: not confirmed) to `lastErrno`: u16 offset, u16 length. */
    readonly errnos: number;
  };
  readonly lastErrno: number;
}

/** `web/config:12: set memory.limit_in_bytes = 128Z`, or the step alone when no line asked for it. */
export function stepText(step: Step): string {
  const { why } = step;
  return printable(why.kind === 'config' || why.kind === 'option' ? `${originText(why)}: ${step.what}` : step.what);
}

export const UNNAMED = 'an error without a name';
export const NOT_CONFIRMED = 'the kernel does not confirm it';

/** Errors that the calls of a launcher can meet, in words; of the others (streams, old networks, libraries) the name will do. */
const IN_WORDS: ReadonlySet<string> = new Set<ErrnoName>([
  ...(['EPERM', 'ENOENT', 'ESRCH', 'EINTR', 'EIO', 'ENXIO', 'E2BIG', 'ENOEXEC', 'EBADF', 'ECHILD', 'EAGAIN', 'ENOMEM', 'EACCES', 'EFAULT'] as const),
  ...(['ENOTBLK', 'EBUSY', 'EEXIST', 'EXDEV', 'ENODEV', 'ENOTDIR', 'EISDIR', 'EINVAL', 'ENFILE', 'EMFILE', 'ENOTTY', 'ETXTBSY', 'EFBIG'] as const),
  ...(['ENOSPC', 'ESPIPE', 'EROFS', 'EMLINK', 'EPIPE', 'ERANGE', 'EDEADLK', 'ENAMETOOLONG', 'ENOLCK', 'ENOSYS', 'ENOTEMPTY', 'ELOOP'] as const),
  ...(['ENODATA', 'EOVERFLOW', 'EUSERS', 'EOPNOTSUPP', 'EAFNOSUPPORT', 'EPROTONOSUPPORT', 'ENOBUFS', 'EADDRINUSE', 'ENETDOWN'] as const),
  ...(['ECONNREFUSED', 'ETIMEDOUT', 'ESTALE', 'EDQUOT', 'ECANCELED', 'ENOKEY', 'EKEYEXPIRED', 'EKEYREVOKED', 'ELIBBAD', 'EUCLEAN'] as const),
]);

function errnoSentence(number: number): string {
  const name = errnoName(number);
  if (name === undefined) return errnoText(number);
  return IN_WORDS.has(name) ? `${errnoText(number)} (${name})` : name;
}

/** Offset and length of a text, in bytes. */
type Place = readonly [number, number];

/** Collects texts, each once. */
function textPool(): { readonly put: (text: string) => Place; readonly bytes: () => Uint8Array } {
  const places = new Map<string, Place>();
  let all = '';
  let length = 0;
  return {
    put(text) {
      const known = places.get(text);
      if (known !== undefined) return known;
      const place = [length, Buffer.byteLength(text)] as const;
      all += text;
      length += place[1];
      places.set(text, place);
      return place;
    },
    bytes: () => Buffer.from(all),
  };
}

/** The last row stands for every number without a name: the kernel lets some of its own slip out (524 is ENOTSUPP). */
const LAST_ERRNO = 1 + Math.max(...Object.values(ERRNO).map(({ number }) => number));
/** What is said of each errno, by number. */
const SENTENCES: readonly string[] = Array.from({ length: LAST_ERRNO + 1 }, (_, number) =>
  number === 0 ? NOT_CONFIRMED : number === LAST_ERRNO ? UNNAMED : errnoSentence(number),
);

/**
 * All texts and the tables to find them by. Hints are rows of 6 bytes (u16 errno, u16 offset, u16 length) that errno 0 ends;
 * steps with the same hints share them.
 */
export function textTables(plan: Plan): Texts {
  for (const longest of LONGEST) {
    const texts = textsWithin(plan, longest);
    if (texts !== null) return texts;
  }
  return fault('the texts of a launcher are found by 16-bit offsets');
}

/** How many characters of a step's text are kept, where more would not fit: a command may have thousands of words. */
const LONGEST = [1000, 300, 100, 30] as const;

const shortened = (text: string, longest: number) => (text.length <= longest ? text : `${text.slice(0, longest - 3)}...`);

function textsWithin(plan: Plan, longest: number): Texts | null {
  const pool = textPool();
  const stepPlaces = plan.steps.map((step) => pool.put(shortened(stepText(step), longest)));
  const sentences = SENTENCES.map(pool.put);
  const { starts, rows } = hintTable(plan, pool.put);

  const errnos = stepPlaces.length * 6;
  const hints = errnos + sentences.length * 4;
  const texts = hints + rows.length * 6;
  const halves: number[] = [];
  for (const [step, [offset, length]] of stepPlaces.entries()) halves.push(offset + texts, length, (starts[step] ?? 0) + hints);
  for (const [offset, length] of sentences) halves.push(offset + texts, length);
  for (const [errno, [offset, length]] of rows) halves.push(errno, offset + texts, length);
  const all = Buffer.concat([new Uint8Array(Uint16Array.from(halves).buffer), pool.bytes()]);
  if (all.length > 0xffff) return null;
  return { packed: lz4Compress(all), length: all.length, tables: { steps: 0, errnos }, lastErrno: LAST_ERRNO };
}

/** The hints of all steps, one set behind the other, and where each step's set begins, in bytes. */
function hintTable(plan: Plan, put: (text: string) => Place) {
  const rows: (readonly [number, Place])[] = [];
  const sets = new Map<string, number>();
  const starts = plan.steps.map(({ hints = {} }) => {
    const entries = Object.entries(hints);
    const key = entries.flat().join('\n');
    const known = sets.get(key);
    if (known !== undefined) return known;
    const start = rows.length * 6;
    for (const [name, text] of entries) rows.push([ERRNO[name as ErrnoName].number, put(text)]);
    rows.push([0, [0, 0]]);
    sets.set(key, start);
    return start;
  });
  return { rows, starts };
}
