import { expect, test } from 'vitest';
import { idlePatterns, isChosen, onePattern } from './choice.ts';

test('a test is chosen by its suites and its own title', () => {
  const pattern = onePattern([/^freeze a counter/, /no\.1$/]);
  expect(isChosen(pattern, ['freeze', 'a counter stands'])).toBe(true);
  expect(isChosen(pattern, ['other', 'test no.1'])).toBe(true);
  expect(isChosen(pattern, ['a freeze', 'a counter stands'])).toBe(false);
  expect(isChosen(onePattern(undefined), ['anything'])).toBe(true);
});

test('a pattern counts as idle when no test that ran has its title', () => {
  const tests = [
    { title: ['suite', 'one'], state: 'passed' },
    { title: ['suite', 'two'], state: 'failed' },
    { title: ['suite', 'three'], state: 'skipped' },
  ] as const;
  expect(idlePatterns([/suite one/, /two/], tests)).toEqual([]);
  expect(idlePatterns([/one/, /three/, /four/], tests)).toEqual([/three/, /four/]);
});
