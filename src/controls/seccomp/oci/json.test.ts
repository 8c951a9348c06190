import fc from 'fast-check';
import { expect, test } from 'vitest';
import { diagnosticText } from '../../../model/diagnostic.ts';
import { type Json, readJson } from './json.ts';

function plain(json: Json): unknown {
  switch (json.kind) {
    case 'object':
      return Object.fromEntries(json.members.map(({ key, value }) => [key, plain(value)]));
    case 'array':
      return json.items.map(plain);
    case 'string':
      return json.text;
    case 'number':
      return Number(json.text);
    default:
      return JSON.parse(json.text);
  }
}

test('reads what JSON.stringify() writes, with any blanks', () => {
  fc.assert(
    fc.property(fc.jsonValue({ maxDepth: 5 }), fc.constantFrom(0, 1, 4, '\t'), (value, indent) => {
      const text = JSON.stringify(value, null, indent);
      const { value: read, diagnostics } = readJson(text, 'p');
      expect(diagnostics).toEqual([]);
      // Behind `__proto__` as a key Object.fromEntries() and JSON.parse() do the same; -0 has lost its sign in the text.
      expect(read && plain(read)).toEqual(JSON.parse(text));
    }),
    { numRuns: 500 },
  );
});

test('takes and refuses what JSON.parse() takes and refuses, but for keys that are there twice', () => {
  const pieces = fc.constantFrom(
    ...'{}[]:,"\\ \n',
    '"a"',
    '"b"',
    '1',
    '-',
    '0',
    '.5',
    'e3',
    'true',
    'null',
    'x',
    '"\\u00e9"',
    '"\\q"',
    '{"a":',
    '[1,',
    '\u0001',
  );
  let taken = 0;
  fc.assert(
    fc.property(fc.array(pieces, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      const { value, diagnostics } = readJson(text, 'p');
      const twice = diagnostics.some((one) => one.data['problem']?.endsWith('twice'));
      let other: unknown;
      try {
        other = JSON.parse(text);
      } catch {
        other = undefined;
      }
      if (value !== null) taken++;
      if (!twice) expect(value === null ? undefined : plain(value)).toEqual(other);
      expect(diagnostics).toHaveLength(value === null ? 1 : 0);
    }),
    { numRuns: 5000 },
  );
  expect(taken).toBeGreaterThan(50);
});

test('values know their places', () => {
  const { value } = readJson('{\n  "a": [1,\n    18446744073709551615]\n}', 'p');
  expect(value).toMatchObject({
    at: { line: 1, column: 1 },
    members: [
      {
        key: 'a',
        at: { line: 2, column: 3, length: 3 },
        value: { at: { column: 8 }, items: [{ text: '1' }, { text: '18446744073709551615', at: { line: 3, column: 5, length: 20 } }] },
      },
    ],
  });
});

test.each([
  ['', '1:1', 'it ends where a value is expected'],
  ['{', '1:2', 'it ends where a name in quotes is expected'],
  ['{"a" 1}', '1:6', "':' expected"],
  ['{"a":1,}', '1:8', 'a name in quotes expected'],
  ['{"a":1,\n"a":2}', '2:1', "'a' is there twice"],
  ['[1 2]', '1:4', "',' or ']' expected"],
  ['{} {}', '1:4', 'something stands behind its end'],
  ['{"a":\'b\'}', '1:6', 'a value expected'],
  ['{"a":1 // why\n}', '1:8', "',' or '}' expected"],
  ['{"a":"\n"}', '1:6', 'a value expected'],
  ['['.repeat(40), '1:34', 'no deeper than 32'],
])('%j', (text, place, problem) => {
  const { value, diagnostics } = readJson(text, 'p');
  expect(value).toBeNull();
  expect(diagnostics.map(({ span }) => `${span?.line}:${span?.column}`)).toEqual([place]);
  expect(diagnosticText(diagnostics[0] as never).message).toContain(problem);
});
