import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { effective } from '../effective.ts';
import { memoryFiles } from '../files.ts';
import { KEYS } from '../keys/lookup.ts';
import { readConfig } from '../read.ts';
import { keysOf, samplesOf } from '../testing/samples.ts';
import { type ConfigEdit, editConfig } from './edit-config.ts';

const INCLUDED = { '/inc': 'lxc.cap.drop = kill\nlxc.tty.max = 4\n' };
const edit = (text: string, change: ConfigEdit) => {
  const { text: edited, diagnostics } = editConfig(memoryFiles({ ...INCLUDED, '/c': text }), '/c', text, change);
  return edited ?? diagnostics.map(({ code }) => code).join(' ');
};
const set = (text: string, key: string, value: string) => edit(text, { kind: 'set', key, value, append: false });
const append = (text: string, key: string, value: string) => edit(text, { kind: 'set', key, value, append: true });
const unset = (text: string, key: string, clear = false) => edit(text, { kind: 'unset', key, clear });

// biome-ignore format: a case is a line
describe('set', () => {
  test.each<readonly [text: string, key: string, value: string, expected: string]>([
    ['', 'lxc.tty.max', '3', 'lxc.tty.max = 3\n'],
    ['lxc.tty.max = 4\n', 'lxc.tty.max', '3', 'lxc.tty.max = 3\n'],
    ['  lxc.tty.max\t=   4  \r\n# c\r\n', 'lxc.tty.max', '3', '  lxc.tty.max\t=   3  \r\n# c\r\n'],
    ["lxc.uts.name = 'a'", 'lxc.uts.name', 'b c', "lxc.uts.name = 'b c'"],
    ['lxc.tty = 4\n', 'lxc.tty.max', '3', 'lxc.tty = 3\n'], // the name of the file's generation stays
    ['lxc.tty.max = 4\nlxc.tty.max = 5\n', 'lxc.tty.max', '3', 'lxc.tty.max = 4\nlxc.tty.max = 3\n'],
    ['lxc.tty.dir = lxc\n# end\n', 'lxc.tty.max', '3', 'lxc.tty.dir = lxc\nlxc.tty.max = 3\n# end\n'],
    ['lxc.tty.dir=lxc', 'lxc.tty.max', '3', 'lxc.tty.dir=lxc\nlxc.tty.max=3'],
    ['lxc.tty.max =\n', 'lxc.tty.max', '3', 'lxc.tty.max = 3\n'],
    ['lxc.net.0.type = empty\nlxc.net.1.type = empty\n', 'lxc.net.0.mtu', '1500', 'lxc.net.0.type = empty\nlxc.net.0.mtu = 1500\nlxc.net.1.type = empty\n'],
    ['lxc.uts.name = a\n', 'lxc.uts.name', '"b"', 'lxc.uts.name = ""b""\n'],
    ['lxc.include = /inc\n', 'lxc.tty.max', '3', 'lxc.include = /inc\nlxc.tty.max = 3\n'],
    ['lxc.tty.max = 5\nlxc.include = /inc\n', 'lxc.tty.max', '3', 'lxc.tty.max = 5\nlxc.include = /inc\nlxc.tty.max = 3\n'],
    ['lxc.cap.drop = chown\n', 'lxc.cap.drop', 'kill', 'lxc.cap.drop = kill\n'],
    // the line that clears what was included stays
    ['lxc.include = /inc\nlxc.cap.drop =\n', 'lxc.cap.drop', 'chown', 'lxc.include = /inc\nlxc.cap.drop =\nlxc.cap.drop = chown\n'],
  ])('%j %s = %s', (text, key, value, expected) => expect(set(text, key, value)).toBe(expected));

  test.each<readonly [text: string, key: string, value: string, codes: string]>([
    ['', 'lxc.tty.mxa', '3', 'HF101'],
    ['', 'lxc.tty.max', 'x', 'HF120'],
    ['', 'lxc.uts.name', 'a\nlxc.tty.max = 9', 'HF172'],
    ['', 'lxc.uts.name', 'a\0', 'HF172'],
    ['', 'lxc.lxcpath', '/x', 'HF113'],
    ['', 'lxc.network.link', 'br0', 'HF116'],
    ['', 'lxc.include', '/absent', 'HF108'],
    ['', 'lxc.arch', '', 'HF121'],
    ['lxc.cap.drop = chown\nlxc.cap.drop = kill\n', 'lxc.cap.drop', 'mknod', 'HF173'],
    ['lxc.include = /inc\nlxc.cap.drop = chown\n', 'lxc.cap.drop', 'mknod', 'HF173'],
    ['lxc.include = /inc\n', 'lxc.cap.drop', 'mknod', 'HF178'],
    ['lxc.cap.drop = chown\n', 'lxc.cap.keep', 'kill', 'HF140'],
  ])('%j %s = %j is refused', (text, key, value, codes) => expect(set(text, key, value)).toBe(codes));
});

// biome-ignore format: a case is a line
describe('append and unset', () => {
  test.each<readonly [name: string, edited: string, expected: string]>([
    ['behind the last', append('lxc.cap.drop = chown\n#\n', 'lxc.cap.drop', 'kill'), 'lxc.cap.drop = chown\nlxc.cap.drop = kill\n#\n'],
    ['beside an included one', append('lxc.include = /inc\n', 'lxc.cap.drop', 'chown'), 'lxc.include = /inc\nlxc.cap.drop = chown\n'],
    ['not of a single value', append('', 'lxc.tty.max', '3'), 'HF174'],
    ['all lines', unset('lxc.tty.max = 1\n# x\nlxc.tty = 2\n', 'lxc.tty.max'), '# x\n'],
    ['the last of a text without an end', unset('# x\r\nlxc.tty.max = 2', 'lxc.tty.max'), '# x'],
    ['what another file sets', unset('lxc.include = /inc\n', 'lxc.tty.max'), 'HF175'],
    ['what another file sets, cleared', unset('lxc.include = /inc\n', 'lxc.tty.max', true), 'lxc.include = /inc\nlxc.tty.max =\n'],
    ['what both set', unset('lxc.include = /inc\nlxc.tty.max = 1\n', 'lxc.tty.max'), 'lxc.include = /inc\n'],
    ['what nothing sets', unset('# x\n', 'lxc.tty.max'), 'HF176'],
    ['what is no key', unset('', 'lxc.tty.mxa'), 'HF101'],
    ['an include', unset('lxc.include = /inc\n# x\n', 'lxc.include'), '# x\n'],
    ['an interface counted by its order', unset('lxc.network.type = empty\nlxc.network.type = empty\nlxc.network.mtu = 1500\n', 'lxc.net.0.type'), 'HF179'],
  ])('%s', (_, edited, expected) => expect(edited).toBe(expected));

  test('other errors of the file stay, and keep nothing from being changed', () => {
    expect(set('lxc.nonsense = 1\nforeign\nlxc.tty.max = 1\n', 'lxc.tty.max', '2')).toBe('lxc.nonsense = 1\nforeign\nlxc.tty.max = 2\n');
  });
});

/** Lines that are there already, with the oddities that files have. */
const noise = fc
  .array(fc.constantFrom('# comment', '', '   ', 'lxc.log.level=INFO', '\tlxc.hook.mount = /bin/x', "lxc.start.auto = '1'", 'lxc.group = a b'), {
    maxLength: 8,
  })
  .chain((lines) => fc.tuple(fc.constant(lines), fc.constantFrom('\n', '\r\n'), fc.boolean()))
  .map(([lines, end, ended]) => lines.join(end) + (ended && lines.length > 0 ? end : ''));
const assignment = fc.constantFrom(
  ...KEYS.filter(({ name, grammar }) => grammar.kind !== 'include' && !/^lxc\.(log\.level|hook\.mount|start\.auto|group)$/.test(name)).flatMap((entry) =>
    keysOf(entry).flatMap((key) => samplesOf(entry).right.map((value) => [key, value] as const)),
  ),
);
const textsOf = (text: string, key: string) =>
  effective(readConfig(memoryFiles({ '/c': text }), '/c').settings).flatMap((one) => (one.key === key ? [one.text] : []));

describe('for every key of the table', () => {
  test('what was set is what is read, one line is touched, and unset takes it back', () => {
    let edits = 0;
    fc.assert(
      fc.property(noise, assignment, (text, [key, value]) => {
        const edited = set(text, key, value);
        if (/^HF\d+/.test(edited)) {
          expect(edited).toMatch(/^HF1[34]\d/); // a fault of keys together, told as such
          return;
        }
        edits++;
        if (value !== '') expect(textsOf(edited, key)).toEqual([value]);
        const ends = /\r\n|\n/;
        const [were, are] = [text === '' ? [] : text.split(ends), edited.split(ends)];
        expect(were.filter((line) => line !== '').every((line) => are.includes(line))).toBe(true);
        expect(are.filter((line) => line !== '').length).toBe(were.filter((line) => line !== '').length + 1);
        expect(unset(edited, key)).toBe(text);
      }),
      { numRuns: 400 },
    );
    expect(edits).toBeGreaterThan(200);
  });
});
