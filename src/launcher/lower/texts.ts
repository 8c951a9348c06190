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

const encoder = new TextEncoder();

/** Collects texts, each once. */
function textPool(): { readonly put: (text: string) => readonly [number, number]; readonly bytes: () => Uint8Array } {
  const places = new Map<string, readonly [number, number]>();
  const chunks: Uint8Array[] = [];
  let length = 0;
  return {
    put(text) {
      const known = places.get(text);
      if (known !== undefined) return known;
      const bytes = encoder.encode(text);
      const place = [length, bytes.length] as const;
      chunks.push(bytes);
      length += bytes.length;
      places.set(text, place);
      return place;
    },
    bytes: () => Buffer.concat(chunks),
  };
}

const halves = (rows: readonly (readonly number[])[]): Uint8Array => new Uint8Array(Uint16Array.from(rows.flat()).buffer);

/** Rows of (offset, length, more ...) whose offsets are not yet moved behind the tables. */
type Rows = readonly (readonly number[])[];

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
  const hintRows: (readonly number[])[] = [];
  const hintSets = new Map<string, number>();
  const hintsOf = (step: Step): number => {
    const hints = Object.entries(step.hints ?? {});
    const key = JSON.stringify(hints);
    const known = hintSets.get(key);
    if (known !== undefined) return known;
    const start = hintRows.length * 6;
    for (const [name, text] of hints) hintRows.push([ERRNO[name as keyof typeof ERRNO].number, ...pool.put(text)]);
    hintRows.push([0, 0, 0]);
    hintSets.set(key, start);
    return start;
  };
  const stepRows: Rows = plan.steps.map((step) => [...pool.put(shortened(stepText(step), longest)), hintsOf(step)]);
  // The last row stands for every number without a name: the kernel lets some of its own slip out (524 is ENOTSUPP).
  const lastErrno = 1 + Math.max(...Object.values(ERRNO).map(({ number }) => number));
  const sentence = (number: number) => (number === 0 ? NOT_CONFIRMED : number === lastErrno ? UNNAMED : errnoSentence(number));
  const errnoRows: Rows = Array.from({ length: lastErrno + 1 }, (_, number) => pool.put(sentence(number)));

  const errnos = stepRows.length * 6;
  const hints = errnos + errnoRows.length * 4;
  const texts = hints + hintRows.length * 6;
  const all = Buffer.concat([
    halves(stepRows.map(([offset = 0, length = 0, hint = 0]) => [offset + texts, length, hint + hints])),
    halves(errnoRows.map(([offset = 0, length = 0]) => [offset + texts, length])),
    halves(hintRows.map(([errno = 0, offset = 0, length = 0]) => [errno, offset + texts, length])),
    pool.bytes(),
  ]);
  if (all.length > 0xffff) return null;
  return { packed: lz4Compress(all), length: all.length, tables: { steps: 0, errnos }, lastErrno };
}
