import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Diagnostic } from '../model/diagnostic.ts';
import { contentOf, LONGEST_LINE, printText, readLines, type SourceLine, sourceText } from './syntax.ts';

const line = fc.oneof(fc.string(), fc.constantFrom('', 'lxc.cap.drop = kill', '  # comment', "lxc.uts.name = 'a b' ", '\0', '\uFFFD', 'lxc.'));
const ending = fc.constantFrom('\n', '\r\n', '\r', '\n\r', '');
const text = fc.array(fc.tuple(line, ending)).map((parts) => parts.flat().join(''));

test('printing what was parsed is the text', () => {
  fc.assert(fc.property(fc.oneof(text, fc.string({ unit: 'binary' })), (given) => printText(sourceText('f', given)) === given));
});

test('the offsets of an assignment lead to its key and value', () => {
  fc.assert(
    fc.property(fc.string(), fc.string(), (key, value) => {
      const given = ` lxc.${key} = ${value}`;
      const content = contentOf(given);
      if (content.kind !== 'assignment') return;
      expect(given.slice(content.keyAt, content.keyAt + content.key.length)).toBe(content.key);
      expect(given.slice(content.valueAt, content.valueAt + content.value.length)).toBe(content.value);
    }),
  );
});

test('lines are numbered as an editor does, whatever ends them', () => {
  const source = sourceText('f', 'a\r\nb\rc\n\nd');
  expect(source.lines.map(({ number, text: words, ending: end }) => [number, words, end])).toEqual([
    [1, 'a', '\r\n'],
    [2, 'b', '\r'],
    [3, 'c', '\n'],
    [4, '', '\n'],
    [5, 'd', ''],
  ]);
});

describe('what a line says', () => {
  const assignment = (key: string, value: string) => expect.objectContaining({ kind: 'assignment', key, value });
  test.each([
    ['', { kind: 'blank' }],
    [' \t', { kind: 'blank' }],
    ['# lxc.cap.drop = kill', { kind: 'comment' }],
    ['\t#', { kind: 'comment' }],
    ['lxc.uts.name=web', assignment('lxc.uts.name', 'web')],
    ['  lxc.uts.name \t=\t web \t', assignment('lxc.uts.name', 'web')],
    ['lxc.uts.name = "web"', assignment('lxc.uts.name', 'web')],
    ["lxc.uts.name = ' web '", assignment('lxc.uts.name', ' web ')],
    ['lxc.uts.name = "web\'', assignment('lxc.uts.name', '"web\'')],
    ['lxc.uts.name = "', assignment('lxc.uts.name', '"')],
    ['lxc.uts.name = ""', assignment('lxc.uts.name', '')],
    ['lxc.init.cmd = "a" "b"', assignment('lxc.init.cmd', 'a" "b')],
    ['lxc.environment = A=b', assignment('lxc.environment', 'A=b')],
    ['lxc.uts.name = web # no comment', assignment('lxc.uts.name', 'web # no comment')],
    ['lxc.cap.drop =', assignment('lxc.cap.drop', '')],
    ['holdfast.stop.timeout = 3', assignment('holdfast.stop.timeout', '3')],
    ['lxc.uts.name', { kind: 'incomplete', at: 0 }],
    ['LXC.uts.name = web', { kind: 'foreign', at: 0 }],
    [' lcx.uts.name = web', { kind: 'foreign', at: 1 }],
    ['\u00a0lxc.uts.name = web', { kind: 'foreign', at: 0 }],
  ])('%j', (given, expected) => {
    expect(contentOf(given)).toEqual(expected);
  });
});

function readAll(given: string): { readonly found: readonly Diagnostic[]; readonly lines: readonly SourceLine[] } {
  const found: Diagnostic[] = [];
  const lines: SourceLine[] = [];
  readLines(
    'f',
    given,
    (one) => found.push(one) > 0,
    (one) => lines.push(one) > 0,
  );
  return { found, lines };
}

test('the reader is given the lines that say something, with the numbers and texts that they have among all', () => {
  fc.assert(
    fc.property(text, (given) => {
      const telling = sourceText('f', given).lines.filter(({ content }) => !['blank', 'comment', 'unreadable'].includes(content.kind));
      expect(readAll(given).lines).toEqual(telling);
    }),
  );
});

test('reading ends when no more is wanted', () => {
  const seen: number[] = [];
  readLines(
    'f',
    'lxc.a = 1\n\0\nlxc.b = 1\nlxc.c = 1\n',
    () => true,
    ({ number }) => seen.push(number) < 2,
  );
  expect(seen).toEqual([1, 3]);
  seen.length = 0;
  readLines(
    'f',
    'lxc.a = 1\n\0\nlxc.b = 1\n',
    () => false,
    ({ number }) => seen.push(number) > 0,
  );
  expect(seen).toEqual([1]);
});

test('what cannot be text is told with its place, and the line says nothing', () => {
  const long = `lxc.uts.name = ${'x'.repeat(LONGEST_LINE)}`;
  const given = `lxc.a = b\0\n\uFFFD\n${long}\nlxc.uts.name = web`;
  const { found, lines } = readAll(given);
  expect(found.map(({ code, span }) => [code, span?.line, span?.column])).toEqual([
    ['HF104', 1, 10],
    ['HF105', 2, 1],
    ['HF106', 3, LONGEST_LINE + 1],
  ]);
  expect(lines.map(({ number }) => number)).toEqual([4]);
  expect(sourceText('f', given).lines.map(({ content }) => content.kind)).toEqual(['unreadable', 'unreadable', 'unreadable', 'assignment']);
});

test('a line of exactly 64 KiB is read', () => {
  expect(readAll(`#${'x'.repeat(LONGEST_LINE - 1)}`).found).toEqual([]);
  expect(readAll(`#${'x'.repeat(LONGEST_LINE)}`).found.map(({ code }) => code)).toEqual(['HF106']);
});
