// What every grammar says it takes and refuses, tried with every key that has it.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { hasErrors } from '../../model/diagnostic.ts';
import type { ConfigFiles } from '../files.ts';
import { readConfig } from '../read.ts';
import { loadSpec } from '../load-spec.ts';
import type { KeyEntry } from './entry.ts';
import { grammarText } from './grammar-text.ts';
import { KEYS } from './lookup.ts';

const MEMBERS: Readonly<Record<string, string>> = { 'lxc.prlimit.': 'nofile', 'lxc.namespace.share.': 'net' };

/** Today's names and old ones. */
function namesOf({ name, old = [] }: KeyEntry): readonly string[] {
  return [name, ...old].map((one) => (one.endsWith('.') ? one + (MEMBERS[name] ?? 'x.y') : one.replace('.N', '.3')));
}

const CASES = KEYS.flatMap((entry) => namesOf(entry).map((key) => ({ key, entry })));

/** Reads it between two comments, where the key begins at the third column. */
function read(key: string, text: string) {
  const line = `  ${key}\t= ${text}`;
  /** Every other file is there, and empty. */
  const files: ConfigFiles = {
    read: (path) => ({ kind: 'text', text: path === '/c' ? `# one\n${line}\n# three` : '' }),
    list: () => ({ kind: 'names', names: [] }),
  };
  return { ...readConfig(files, '/c'), spec: loadSpec(files, '/c', { name: 'x', command: ['true'] }).spec, line };
}

describe.each(CASES)('$key', ({ key, entry }) => {
  const { valid, malformed } = grammarText(entry.grammar);

  test('takes what it says it takes', () => {
    for (const text of valid) {
      const { settings, diagnostics } = read(key, text);
      expect(
        diagnostics.filter(({ severity }) => severity === 'error'),
        text,
      ).toEqual([]);
      expect(
        settings.every(({ parsed }) => parsed.kind !== 'invalid'),
        text,
      ).toBe(true);
    }
  });

  test('refuses what is malformed, where it is wrong', () => {
    for (const { text, wrong = text } of malformed) {
      const { settings, diagnostics, spec, line } = read(key, text);
      const [found, ...more] = diagnostics.filter(({ severity }) => severity === 'error');
      expect(more, text).toEqual([]);
      expect(found?.span, text).toMatchObject({ file: '/c', line: 2, column: line.lastIndexOf(wrong) + 1, length: wrong.length });
      // An include is never a setting; any other one is there to be looked at, and makes no container.
      expect(
        settings.map(({ parsed }) => parsed.kind),
        text,
      ).toEqual(entry.grammar.kind === 'include' ? [] : ['invalid']);
      expect(spec).toBeNull();
    }
  });

  test('is refused or read, whatever the text', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string(), fc.constantFrom(...valid, ...malformed.map(({ text }) => text)).chain(cut)), (text) => {
        if (/[\p{Cc}\u2028\u2029]/u.test(text)) return;
        const { settings, diagnostics, line } = read(key, text);
        const invalid = settings.some(({ parsed }) => parsed.kind === 'invalid');
        if (entry.grammar.kind !== 'include') expect(invalid).toBe(hasErrors(diagnostics));
        for (const { span } of diagnostics) {
          if (span?.file !== '/c') continue;
          expect(span.column).toBeGreaterThan(2);
          expect(span.column - 1 + span.length).toBeLessThanOrEqual(Math.max(line.length, span.column));
        }
      }),
      { numRuns: 25 },
    );
  });
});

/** Values that are nearly right: a piece is missing, or there twice. */
function cut(text: string): fc.Arbitrary<string> {
  return fc.tuple(fc.nat(text.length), fc.nat(text.length)).map(([from, to]) => text.slice(0, from) + text.slice(to));
}

test('a grammar with a pattern has values of both kinds', () => {
  for (const { name, grammar } of KEYS) {
    const { form, valid, malformed } = grammarText(grammar);
    expect([form !== '', valid.length > 0], name).toEqual([true, true]);
    if (grammar.kind === 'text' && 'like' in grammar) expect(malformed.length, name).toBeGreaterThan(0);
  }
});
