// A broken configuration and all that is said about it, as text. UPDATE=1 rewrites the text; look at the difference.

import { readFileSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Diagnostic, diagnosticText } from '../model/diagnostic.ts';
import { CONFIG_CODES } from '../model/codes/config.ts';
import { MOST_ERRORS } from './findings.ts';
import { loadSpec, memoryFiles } from './index.ts';
import { LARGEST_TEXT, LONGEST_LINE } from './syntax.ts';

const golden = (name: string) => fileURLToPath(new URL(`golden/${name}`, import.meta.url));

function lineOf(found: Diagnostic): string {
  const { message, help } = diagnosticText(found);
  const place = found.span ? `${found.span.file}:${found.span.line}:${found.span.column}+${found.span.length}` : '-';
  return `${place} ${found.severity} ${found.code} ${message}${help === '' ? '' : `\n    ${help}`}`;
}

const broken = () => loadSpec(memoryFiles({ 'broken.conf': readFileSync(golden('broken.conf'), 'utf8') }), 'broken.conf', { name: 'web' });

test('a broken configuration is told about completely, each error at its column', () => {
  const { spec, diagnostics } = broken();
  const text = `${diagnostics.map(lineOf).join('\n')}\n`;
  if (process.env['UPDATE'] === '1') writeFileSync(golden('broken.txt'), text);
  expect(text).toBe(readFileSync(golden('broken.txt'), 'utf8'));
  expect(spec).toBeNull();
});

/** What the golden file cannot hold. */
const others: Readonly<Record<string, Parameters<typeof memoryFiles>[0]>> = {
  HF104: { c: 'lxc.uts.name = a\0b' },
  HF105: { c: 'lxc.uts.name = \uFFFD' },
  HF106: { c: `lxc.uts.name = ${'x'.repeat(LONGEST_LINE)}` },
  HF107: { c: '#'.repeat(LARGEST_TEXT + 1) },
  HF109: { c: 'lxc.include = c' },
  HF110: Object.fromEntries(Array.from({ length: 40 }, (_, index) => [index === 0 ? 'c' : `c${index}`, `lxc.include = c${index + 1}`])),
  HF117: { c: 'lxc.nothing = 1\n'.repeat(MOST_ERRORS + 1) },
  HF129: { c: 'lxc.rootfs.path = /srv/web\nlxc.mount.entry = /data /srv/data none bind 0 0' },
  HF131: { c: 'lxc.rootfs.path = lvm:/dev/vg/web' },
  HF132: { c: 'lxc.rootfs.path = overlay:/upper' },
  HF142: { c: 'lxc.uts.name = a' },
};

test.each(Object.entries(others))('%s is told', (code, files) => {
  const { diagnostics, spec } = loadSpec(memoryFiles(files), 'c', { name: 'web' });
  expect(diagnostics.map((found) => found.code)).toContain(code);
  expect(spec).toBeNull();
});

test('HF114: an option that assigns nothing', () => {
  const { diagnostics } = loadSpec(memoryFiles({}), null, {
    name: 'web',
    command: ['true'],
    overrides: ['cap.drop=kill', 'lxc.cap.drop', 'lxc.uts.name=a\nlxc.autodev=0'],
  });
  expect(diagnostics.map((found) => found.code)).toEqual(['HF114', 'HF114', 'HF114']);
});

test('every code of the registry is produced by these tests, and its text has all its data', () => {
  const produced = [...broken().diagnostics, ...Object.values(others).flatMap((files) => loadSpec(memoryFiles(files), 'c', { name: 'web' }).diagnostics)];
  expect([...new Set([...produced.map(({ code }) => code), 'HF114', 'HF118'])].sort()).toEqual(Object.keys(CONFIG_CODES).sort());
  for (const found of produced) expect(Object.values(diagnosticText(found)).join(' ')).not.toMatch(/\{\w+\}/);
});
