import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFields, plain, untrusted, whole } from './fields.ts';
import { printFields, type Written } from './testing/print-fields.ts';

const key = fc.stringMatching(/^[a-z_][a-z0-9_-]{0,8}$/);
const field: fc.Arbitrary<Written> = fc.oneof(
  fc.record({ key, kind: fc.constant('plain' as const), value: fc.stringMatching(/^[!#-&(-~][!-~]{0,12}$/) }),
  fc.record({ key, kind: fc.constant('untrusted' as const), value: fc.string({ unit: 'binary', maxLength: 20 }) }),
);
/** Does not look like hexadecimal, as no name that is printed plainly may. */
const unmistakable = ({ kind, value }: Written) => kind === 'untrusted' || value !== '(null)';

test('what was printed is read again, whatever a program put into it', () => {
  fc.assert(
    fc.property(fc.uniqueArray(field.filter(unmistakable), { selector: (one) => one.key, maxLength: 8 }), (written) => {
      const fields = parseFields(printFields(written));
      for (const { key: name, kind, value } of written) {
        const expected = kind === 'plain' && value === '?' ? undefined : value;
        if (value === '') continue;
        expect(kind === 'plain' ? plain(fields, name) : untrusted(fields, name)).toBe(expected);
      }
      expect(fields.map((one) => one.key)).toEqual(written.map((one) => one.key));
    }),
    { numRuns: 300 },
  );
});

test('a value cannot make a field', () => {
  const fields = parseFields(printFields([{ key: 'comm', kind: 'untrusted', value: 'x" pid=1 uid="0' }]));
  expect(fields).toHaveLength(1);
  expect(untrusted(fields, 'comm')).toBe('x" pid=1 uid="0');
});

test.each([
  ['pid=7 comm="sh"', { pid: 7, comm: 'sh' }],
  ['avc:  denied  { read } for  pid=7 comm=2F61', { pid: 7, comm: '/a' }],
  ["op=x msg='pid=1 comm=2' pid=7", { pid: 7, comm: undefined }],
  ['pid=7 comm="sh"\u001dPID=8 UID="root"', { pid: 7, comm: 'sh' }],
  ['comm=(null) pid=', { pid: undefined, comm: undefined }],
  ['comm="unfinished pid=7', { pid: 7, comm: undefined }],
  ['', { pid: undefined, comm: undefined }],
  ['=== "" \' pid=99999999999999999999', { pid: undefined, comm: undefined }],
])('%s', (text, { pid, comm }) => {
  const fields = parseFields(text);
  expect(whole(fields, 'pid')).toBe(pid);
  expect(untrusted(fields, 'comm')).toBe(comm);
});

test('any text is read without an error', () => {
  fc.assert(fc.property(fc.string({ unit: 'binary' }), (text) => void parseFields(text)));
});
