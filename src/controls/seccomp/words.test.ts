import { expect, test } from 'vitest';
import { nearest, suggestion } from './nearest.ts';
import { policyLines } from './words.ts';

test('words have columns; brackets hold together; comments and empty lines are gone', () => {
  const lines = policyLines('2\n\n# all\n  mkdir\terrno 1 [0, 1, ==]#x\r\nopen[0,1\n', 'p');
  expect(lines.map((line) => line.map(({ text }) => text))).toEqual([['2'], ['mkdir', 'errno', '1', '[0, 1, ==]'], ['open', '[0,1']]);
  expect(lines[1]?.map(({ span }) => span)).toEqual([
    { file: 'p', line: 4, column: 3, length: 5 },
    { file: 'p', line: 4, column: 9, length: 5 },
    { file: 'p', line: 4, column: 15, length: 1 },
    { file: 'p', line: 4, column: 17, length: 10 },
  ]);
});

test.each([
  ['mkdri', ['mkdir']],
  ['opennat', ['openat', 'openat2']],
  ['prlimit', ['prlimit64']],
  ['xyzzyplugh', []],
])('near to %s is %j', (word, expected) => {
  expect(nearest(word, ['openat2', 'mkdir', 'openat', 'prlimit64', 'read'])).toEqual(expected);
});

test('a suggestion names them, or says the other text', () => {
  expect(suggestion('opennat', ['openat', 'openat2'], 'no')).toBe("did you mean 'openat' or 'openat2'?");
  expect(suggestion('q', ['openat'], 'there is openat')).toBe('there is openat');
});
