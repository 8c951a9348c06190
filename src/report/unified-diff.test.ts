import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { type ChangedLine, unifiedDiff } from './unified-diff.ts';

test('as text', () => {
  const lines: ChangedLine[] = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i', 'j', 'k'].map((before) => ({
    before,
    now: before === 'b' ? ['B', 'B2'] : before === 'j' ? [] : [before],
  }));
  expect(unifiedDiff('web/config', lines)).toBe(
    [
      '--- web/config',
      '+++ web/config',
      '@@ -1,5 +1,6 @@',
      ' a',
      '-b',
      '+B',
      '+B2',
      ' c',
      ' d',
      ' e',
      '@@ -7,5 +8,4 @@',
      ' g',
      ' h',
      ' i',
      '-j',
      ' k',
      '',
    ].join('\n'),
  );
  expect(unifiedDiff('x', [{ before: 'a', now: ['a'] }])).toBe('');
  expect(unifiedDiff('x', [])).toBe('');
});

const hasPatch = spawnSync('patch', ['--version']).error === undefined;
test.skipIf(!hasPatch)('patch(1) makes the new file of it', () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-diff-'));
  try {
    const word = fc.constantFrom('a', 'b', 'c', 'd');
    const changed = fc
      .tuple(word, fc.option(fc.array(word, { maxLength: 2 }), { nil: null, freq: 3 }))
      .map(([before, now]): ChangedLine => ({ before, now: now ?? [before] }));
    fc.assert(
      fc.property(fc.array(changed, { minLength: 1, maxLength: 20 }), (lines) => {
        const path = join(folder, 'f');
        const text = unifiedDiff('f', lines);
        fc.pre(text !== '');
        writeFileSync(path, lines.map(({ before }) => `${before}\n`).join(''));
        const done = spawnSync('patch', ['-s', path], { input: text, encoding: 'utf8' });
        expect(done.stderr + done.stdout).toBe('');
        expect(readFileSync(path, 'utf8')).toBe(lines.flatMap(({ now }) => now.map((one) => `${one}\n`)).join(''));
        rmSync(`${path}.orig`, { force: true });
      }),
      { numRuns: 60 },
    );
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
});
