// Whatever the text is, an edit touches the lines of its own key only, and says what was asked when it is read again.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { effective } from '../effective.ts';
import { memoryFiles } from '../files.ts';
import { readConfig } from '../read.ts';
import { sourceText } from '../syntax.ts';
import { type ConfigEdit, editConfig } from './edit-config.ts';
import { quotedIfNeeded } from './line-text.ts';

const KEYS = ['lxc.uts.name', 'lxc.cap.drop', 'lxc.environment', 'lxc.net.0.link', 'lxc.log.file', 'lxc.hook.start', 'lxc.sysctl.kernel.domainname'];
const OLD: Readonly<Record<string, string>> = { 'lxc.uts.name': 'lxc.utsname', 'lxc.log.file': 'lxc.logfile' };

const blanks = fc.constantFrom('', ' ', '  ', '\t');
const value = fc.constantFrom('a', '"a"', "'b c'", '', 'kill chown', 'x#y', 'a=b', '/srv/x');
const line = fc.oneof(
  fc.constantFrom('', '# lxc.uts.name = no', '   # comment', '#', ' \t', 'not a key', 'lxc.nonsense = 1'),
  fc.tuple(blanks, fc.constantFrom(...KEYS, ...Object.values(OLD)), blanks, blanks, value, blanks).map(([a, key, b, c, v, d]) => `${a}${key}${b}=${c}${v}${d}`),
  fc.constantFrom('lxc.include = /inc', 'lxc.net.0.type = veth', 'lxc.network.type = veth', 'lxc.network.link = br0'),
);
const text = fc
  .tuple(fc.array(line, { maxLength: 12 }), fc.constantFrom('\n', '\r\n'), fc.boolean())
  .map(([lines, end, final]) => lines.join(end) + (final ? end : ''));
const newValue = fc.constantFrom('v', ' v ', '"v"', "'", 'kill', 'a#b', 'x"y', 'A=1', '', '/srv/web');

const FILES = { '/inc': 'lxc.cap.drop = mknod\nlxc.uts.name = inc\nlxc.hook.start = /inc/hook\n' };
const read = (content: string) => readConfig(memoryFiles({ ...FILES, '/c': content }), '/c');
const edited = (content: string, change: ConfigEdit) => editConfig(memoryFiles({ ...FILES, '/c': content }), '/c', content, change);
const valuesOf = (content: string, key: string) => effective(read(content).settings).flatMap((one) => (one.key === key ? [one.text] : []));
/** The texts of the lines that do not set the key. */
function outside(content: string, key: string): readonly string[] {
  const own = new Set(
    read(content).settings.flatMap(({ key: one, why }) => (one === key && why.kind === 'config' && why.span.file === '/c' ? [why.span.line] : [])),
  );
  return sourceText('/c', content).lines.flatMap(({ number, text: one }) => (own.has(number) ? [] : [one]));
}

test('set: the value is there, and every other line is as it was', () => {
  let edits = 0;
  fc.assert(
    fc.property(text, fc.constantFrom(...KEYS), newValue, fc.boolean(), (content, key, wanted, append) => {
      const { text: after, diagnostics } = edited(content, { kind: 'set', key, value: wanted, append });
      expect(after === null).toBe(diagnostics.some(({ severity }) => severity === 'error'));
      if (after === null) return;
      edits++;
      if (append && wanted !== '') expect(valuesOf(after, key)).toContain(wanted);
      else expect(valuesOf(after, key)).toEqual(wanted === '' ? [] : [wanted]);
      expect(outside(after, key)).toEqual(outside(content, key));
      if (!append) expect(edited(after, { kind: 'set', key, value: wanted, append }).text).toBe(after);
    }),
    { numRuns: 1500 },
  );
  expect(edits).toBeGreaterThan(150);
});

test('unset: no line of this file sets it, and every other line is as it was', () => {
  let edits = 0;
  fc.assert(
    fc.property(text, fc.constantFrom(...KEYS), (content, key) => {
      const { text: after } = edited(content, { kind: 'unset', key, clear: false });
      if (after === null) return;
      edits++;
      expect(outside(after, key)).toEqual(outside(content, key));
      expect(outside(after, key)).toHaveLength(sourceText('/c', after).lines.length);
      const cleared = edited(content, { kind: 'unset', key, clear: true }).text;
      if (cleared !== null) expect(valuesOf(cleared, key)).toEqual([]);
    }),
    { numRuns: 1500 },
  );
  expect(edits).toBeGreaterThan(150);
});

test('a value is read back as it was written', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary-ascii' }).filter((one) => !/[\0\r\n]/.test(one)),
      (wanted) => {
        const [one] = read(`lxc.apparmor.raw = ${quotedIfNeeded(wanted)}`).settings;
        expect(one?.text).toBe(wanted);
      },
    ),
  );
});
