// The example of docs/library.md is run, and prints what the page says.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { ROOT } from './support/modules.ts';

const folder = mkdtempSync(join(ROOT, 'test/.example-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

test('the example prints what the page says', async () => {
  const page = readFileSync(join(ROOT, 'docs/library.md'), 'utf8');
  const [, code = '', printed = ''] = /```ts\n(.*?)```\n\nprints\n\n```text\n(.*?)```/s.exec(page) ?? [];
  expect(code).toContain("from 'holdfast'");
  const path = join(folder, 'example.ts');
  writeFileSync(path, code.replace("'holdfast'", "'../../src/index.ts'"));
  const lines: string[] = [];
  const log = vi.spyOn(console, 'log').mockImplementation((...words: unknown[]) => void lines.push(words.map(show).join(' ')));
  try {
    await vi.importActual(path);
  } finally {
    log.mockRestore();
  }
  expect(lines).toEqual(printed.trimEnd().split('\n'));
});

/** As the console shows it. */
function show(word: unknown): string {
  return typeof word === 'bigint' ? `${word}n` : String(word);
}
