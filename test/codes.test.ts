// The registry of diagnostic codes: each is made somewhere, each is explained in docs/diagnostics.md.

import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { documentationOf, KEYS, titleOf } from '../src/config/index.ts';
import { CODES, type DiagnosticCode } from '../src/model/codes.ts';
import { diagnostic } from '../src/model/diagnostic.ts';
import { generateDocs } from '../tools/generate-docs.ts';
import { ROOT, readModules } from './support/modules.ts';

const codes = Object.keys(CODES);
const modules = [...readModules('src'), ...readModules('test')].filter(({ path }) => !path.startsWith('src/model/codes'));

test('codes are HF and three digits', () => {
  expect(codes.length).toBeGreaterThan(10);
  expect(codes.filter((code) => !/^HF\d{3}$/.test(code))).toEqual([]);
});

test('every code is made or expected somewhere', () => {
  const unused = codes.filter((code) => !modules.some(({ text }) => text.includes(`'${code}'`)));
  expect(unused).toEqual([]);
});

test('texts are lower case and have no full stop at the end', () => {
  const wrong = Object.entries(CODES).filter(([, { message, help }]) =>
    [message, help].some((text) => text.endsWith('.') || /^[A-Z][a-z]+ [a-z]/.test(text.replace(/^Holdfast/, ''))),
  );
  expect(wrong.map(([code]) => code)).toEqual([]);
});

test('the generated pages are up to date (npm run docs)', () => {
  for (const [path, text] of Object.entries(generateDocs())) {
    expect(readFileSync(join(ROOT, path), 'utf8'), path).toBe(text);
  }
});

test('every code and every key has a place that findings link to', () => {
  const { 'docs/diagnostics.md': diagnostics, 'docs/configuration.md': configuration } = generateDocs();
  for (const code of codes) expect(diagnostics).toContain(`\n## ${code}\n`);
  for (const entry of KEYS) expect(configuration).toContain(`\n<a id="${titleOf(entry)}"></a>\n`);
});

test('the pages that a finding refers to are there, for every code and every key', () => {
  const pages = generateDocs();
  const anchored = (link: string) => {
    const [page = '', anchor = ''] = link.split('#');
    const text = pages[page] ?? '';
    return text.includes(`\n## ${anchor.toUpperCase()}\n`) || text.includes(`<a id="${anchor}"></a>`);
  };
  const ofKeys = KEYS.flatMap(({ name }) => documentationOf(diagnostic('HF144', { key: name.replace('.N', '.0').replace(/\.$/, '.nofile') })));
  const links = [...codes.flatMap((code) => documentationOf(diagnostic(code as DiagnosticCode))), ...ofKeys];
  expect(new Set(links).size).toBeGreaterThan(codes.length + KEYS.length / 2);
  expect(links.filter((link) => !anchored(link))).toEqual([]);
});
