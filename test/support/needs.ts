// What a test needs of the machine, in words. A missing need is a skip that names it in the test's title, from which
// tools/test.mjs makes its table; where MUST_HAVE (comma-separated words) names that need, it is a failure.

import { test } from 'vitest';
import { type Need, PROBES } from './probes.ts';

export type { Need } from './probes.ts';

export interface Answer {
  readonly ok: boolean;
  /** Empty when ok; otherwise each missing need and why: `gcc: gcc is not installed`. */
  readonly reason: string;
  readonly missing: readonly Need[];
}

const answers = new Map<Need, string | null>();

/** Are all of these here? Each is probed once in a process. */
export function needs(...words: readonly Need[]): Answer {
  const absent = words.flatMap((word) => {
    const reason = probe(word);
    return reason === null ? [] : [{ word, reason }];
  });
  return {
    ok: absent.length === 0,
    reason: absent.map(({ word, reason }) => `${word}: ${reason}`).join('; '),
    missing: absent.map(({ word }) => word),
  };
}

type Body = () => void | Promise<void>;

/** Defines a test, as vitest's `test` does. */
export type Define = (title: string, body: Body, timeoutMs?: number) => void;

/**
 * A `test` for tests that need all of these: `const it = needing('root', 'gcc'); it('does this', () => ...)`.
 * Without them the title says so, `does this [needs gcc: gcc is not installed]`, and the body does not run.
 */
export function needing(...words: readonly Need[]): Define {
  const { ok, reason, missing } = needs(...words);
  const required = mustHave();
  const broken = missing.filter((word) => required.includes(word));
  return (title, body, timeoutMs) => {
    if (ok) {
      test(title, timeoutMs === undefined ? {} : { timeout: timeoutMs }, body);
    } else if (broken.length > 0) {
      test(`${title} [needs ${reason}]`, () => {
        throw new Error(`MUST_HAVE says that this machine has ${broken.join(', ')}, but ${reason}`);
      });
    } else {
      test.skip(`${title} [needs ${reason}]`, body);
    }
  };
}

/** The needs that must hold. A word that is none is an error: a typing mistake would switch the check off. */
export function mustHave(text: string = process.env['MUST_HAVE'] ?? ''): readonly Need[] {
  const words = text.split(',').map((word) => word.trim());
  return words.filter((word): word is Need => {
    if (word !== '' && !(word in PROBES)) throw new Error(`MUST_HAVE: '${word}' is no need; there are ${Object.keys(PROBES).join(', ')}`);
    return word !== '';
  });
}

function probe(word: Need): string | null {
  const known = answers.get(word);
  if (known !== undefined) return known;
  const answer = PROBES[word]();
  answers.set(word, answer);
  return answer;
}
