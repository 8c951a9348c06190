// What holds of every text, over texts made by chance, awkward ones, and arbitrary code units. tools/fuzz-config.ts tries more of them.

import fc from 'fast-check';
import { expect, test } from 'vitest';
import { printText, sourceText } from './syntax.ts';
import { LARGE_LINES, largeText } from './testing/large.ts';
import { brokenLaws } from './testing/laws.ts';
import { randomConfig, randomKey } from './testing/mutate.ts';
import { randomFrom } from './testing/random.ts';

test('texts made out of the table of keys', () => {
  for (let seed = 1; seed <= 2000; seed++) {
    const random = randomFrom(seed);
    const text = randomConfig(random, []);
    expect(brokenLaws(text, randomConfig(random, []), randomKey(random)), `seed ${seed}: ${JSON.stringify(text)}`).toEqual([]);
  }
});

test.each(Object.keys(LARGE_LINES))('many lines: %s', (kind) => {
  expect(brokenLaws(largeText(kind, 20_000), '', 'lxc.uts.name')).toEqual([]);
});

test('a text is printed exactly as it was read, whatever its code units', () => {
  const ends = fc.constantFrom('\r', '\n', '\r\n', '\n\r', '\0', '\uFEFF', '\uD800', '\uDFFF', '\u2028', '\u0085', 'lxc.uts.name = x', ' # ', '\t');
  const units = fc.array(fc.integer({ min: 0, max: 0xffff })).map((codes) => String.fromCharCode(...codes));
  fc.assert(
    fc.property(fc.array(fc.oneof(ends, units)), (parts) => {
      const text = parts.join('');
      const source = sourceText('f', text);
      expect(printText(source)).toBe(text);
      expect(source.lines.map(({ number }) => number)).toEqual(source.lines.map((_, index) => index + 1));
      for (const line of source.lines) expect(line.text).not.toMatch(/[\r\n]/);
    }),
    { numRuns: 1000 },
  );
});

test('bytes that are UTF-8 come out as they went in', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      const text = Buffer.from(bytes).toString('utf8');
      fc.pre(Buffer.from(text).equals(Buffer.from(bytes)));
      expect(Buffer.from(printText(sourceText('f', text))).equals(Buffer.from(bytes))).toBe(true);
    }),
  );
});
