// Whatever the text is, an edit touches its own lines only, and says what was asked when it is read again.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effective } from '../effective.ts';
import { memoryFiles } from '../files.ts';
import { readConfig } from '../read.ts';
import { setKey, unsetKey } from './edit.ts';
import { editableLines, writtenValue } from './lines.ts';

const KEYS = ['lxc.uts.name', 'lxc.cap.drop', 'lxc.environment', 'lxc.net.0.link', 'lxc.log.file', 'lxc.hook.start', 'lxc.sysctl.kernel.domainname'];
const OLD: Readonly<Record<string, string>> = { 'lxc.uts.name': 'lxc.utsname', 'lxc.log.file': 'lxc.logfile' };

const blanks = fc.constantFrom('', ' ', '  ', '\t');
const value = fc.constantFrom('a', '"a"', "'b c'", '', 'kill chown', 'x#y', 'a=b', '/srv/x');
const line = fc.oneof(
  fc.constantFrom('', '# lxc.uts.name = no', '   # comment', '#', ' \t'),
  fc.tuple(blanks, fc.constantFrom(...KEYS, ...Object.values(OLD)), blanks, blanks, value, blanks).map(([a, key, b, c, v, d]) => `${a}${key}${b}=${c}${v}${d}`),
  fc.constantFrom('lxc.include =', 'lxc.net.0.type = veth', 'lxc.network.type = veth', 'lxc.network.link = br0'),
);
const text = fc
  .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, end, final]) => lines.join(end) + (final ? end : ''));
const newValue = fc.constantFrom('v', ' v ', '"v"', "'", 'two words', 'a#b', 'x"y', '', '/srv/web');

const valuesOf = (content: string, key: string) =>
  effective(readConfig(memoryFiles({ c: content }), 'c').settings)
    .filter((setting) => setting.key === key)
    .map((setting) => setting.text);
const outside = (content: string, key: string) =>
  editableLines('c', content)
    .lines.filter(({ setting }) => setting?.key !== key)
    .map(({ line: one }) => one.text);

test('set: the value is there, and every other line is as it was', () => {
  fc.assert(
    fc.property(text, fc.constantFrom(...KEYS), newValue, fc.boolean(), (content, key, wanted, append) => {
      const edited = setKey('c', content, key, wanted, append);
      if (edited.kind === 'unchanged') expect(valuesOf(content, key)).toEqual(wanted === '' ? [] : [wanted]);
      if (edited.kind !== 'edited') return;
      expect(valuesOf(edited.text, key).at(-1) ?? '').toBe(wanted);
      expect(outside(edited.text, key)).toEqual(outside(content, key));
      expect(edited.text.includes('\r\n')).toBe(content.includes('\r\n') || false);
      // Once more changes nothing, or adds the same line again.
      if (!append) expect(setKey('c', edited.text, key, wanted).kind).not.toBe('edited');
    }),
    { numRuns: 3000 },
  );
});

test('unset: no line sets it, and every other line is as it was; a key that was just added goes without a trace', () => {
  fc.assert(
    fc.property(text, fc.constantFrom(...KEYS), newValue, (content, key, wanted) => {
      const edited = unsetKey('c', content, key);
      if (edited.kind === 'refused') return;
      const after = edited.kind === 'edited' ? edited.text : content;
      expect(valuesOf(after, key)).toEqual([]);
      expect(outside(after, key)).toEqual(outside(content, key));
      const set = setKey('c', after, key, wanted);
      if (set.kind !== 'edited' || (after !== '' && !/[\r\n]$/.test(after))) return;
      const back = unsetKey('c', set.text, key);
      expect(back.kind === 'edited' && back.text).toBe(after);
    }),
    { numRuns: 3000 },
  );
});

test('a value is read back as it was written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary-ascii' }), (wanted) => {
      const written = writtenValue(wanted);
      expect(written === null).toBe(/[\0\r\n]/.test(wanted));
      if (written === null) return;
      expect(editableLines('c', `lxc.apparmor.raw = ${written}`).lines[0]?.setting?.text).toBe(wanted.replace(/^[ \t]+$/, wanted === '' ? '' : wanted));
    }),
  );
});

describe('in words', () => {
  const set = (content: string, key: string, wanted: string, append = false) => {
    const edited = setKey('c', content, key, wanted, append);
    return edited.kind === 'edited' ? edited.text : edited;
  };
  test.each([
    ['spacing and the old name stay', '  lxc.utsname=a  \n', 'lxc.uts.name', 'b', '  lxc.utsname= b  \n'],
    ['quotes stay', 'lxc.uts.name = "a"\n', 'lxc.uts.name', 'b', 'lxc.uts.name = "b"\n'],
    ['the last line is the one that holds', 'lxc.uts.name = a\nlxc.uts.name = b\n', 'lxc.uts.name', 'c', 'lxc.uts.name = a\nlxc.uts.name = c\n'],
    [
      'a new key stands with its family',
      'lxc.cap.drop = kill\nlxc.autodev = 1\n',
      'lxc.cap.inheritance',
      '1',
      'lxc.cap.drop = kill\nlxc.cap.inheritance = 1\nlxc.autodev = 1\n',
    ],
    ['or at the end', 'lxc.autodev = 1', 'lxc.uts.name', 'a', 'lxc.autodev = 1\nlxc.uts.name = a\n'],
    ['with the line ends of the file', 'lxc.autodev = 1\r\n', 'lxc.uts.name', 'a', 'lxc.autodev = 1\r\nlxc.uts.name = a\r\n'],
    ['in an empty file', '', 'lxc.uts.name', 'a', 'lxc.uts.name = a\n'],
    ['behind a line that clears', 'lxc.cap.drop =\n', 'lxc.cap.drop', 'kill', 'lxc.cap.drop =\nlxc.cap.drop = kill\n'],
  ])('%s', (_, content, key, wanted, expected) => {
    expect(set(content, key, wanted)).toBe(expected);
  });

  test('what cannot be done is refused', () => {
    expect(set('lxc.cap.drop = kill\nlxc.cap.drop = chown\n', 'lxc.cap.drop', 'x')).toMatchObject({ kind: 'refused', reason: expect.stringContaining('1, 2') });
    expect(set('', 'lxc.uts.name', 'a', true)).toMatchObject({ kind: 'refused' });
    expect(set('', 'lxc.nonsense', 'a')).toMatchObject({ kind: 'refused' });
    expect(set('', 'lxc.uts.name', 'a\nlxc.cap.keep = all')).toMatchObject({ kind: 'refused' });
    expect(set('lxc.cap.drop = kill\n', 'lxc.cap.drop', 'chown', true)).toBe('lxc.cap.drop = kill\nlxc.cap.drop = chown\n');
  });
});
