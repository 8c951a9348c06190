// Which tests of a file run in a guest: those whose title one of the patterns matches, or all.

import type { TestResult } from './result.ts';

export interface GuestFile {
  /** Path from the project's root. */
  readonly file: string;
  /** Without these all of its tests run. */
  readonly only?: readonly RegExp[];
}

/** The title as vitest's -t matches it: the suites around the test and its own, with a space between. */
const wholeTitle = (title: readonly string[]): string => title.join(' ');

/** The patterns as one, for vitest's runner. */
export function onePattern(only: readonly RegExp[] | undefined): string | null {
  return only === undefined ? null : only.map(({ source }) => `(?:${source})`).join('|');
}

export function isChosen(pattern: string | null, title: readonly string[]): boolean {
  return pattern === null || new RegExp(pattern).test(wholeTitle(title));
}

/** Patterns that no test that ran bears out: a test was renamed, or what it needs is not there. */
export function idlePatterns(only: readonly RegExp[], tests: readonly Pick<TestResult, 'title' | 'state'>[]): readonly RegExp[] {
  const ran = tests.filter(({ state }) => state !== 'skipped').map(({ title }) => wholeTitle(title));
  return only.filter((pattern) => !ran.some((title) => pattern.test(title)));
}
