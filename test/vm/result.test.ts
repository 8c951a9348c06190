// The lines in which a guest tells of its tests.

import { expect, test } from 'vitest';
import { parseResults, type TestResult } from './result.ts';

const passed: TestResult = { file: 'a', title: ['suite', 'works'], state: 'passed', errors: [], ms: 3 };
const lines = (...all: readonly unknown[]) => all.map((one) => `${JSON.stringify(one)}\n`).join('');
const begins = { begins: { file: 'a', title: ['suite', 'works'] } };

test('a run to the end', () => {
  expect(parseResults(lines(begins, passed, { file: 'a', over: true }))).toEqual({ tests: [passed], unfinished: null, over: new Set(['a']) });
  expect(parseResults('')).toEqual({ tests: [], unfinished: null, over: new Set() });
});

test('a run that stops in a test names it, also when the last line is cut off', () => {
  expect(parseResults(lines(begins, passed, begins))).toMatchObject({ tests: [passed], unfinished: 'a > suite > works' });
  expect(parseResults(`${lines(begins)}{"file":"a","ti`)).toMatchObject({ tests: [], unfinished: 'a > suite > works' });
});
