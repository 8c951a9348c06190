// How much is told about a text that is wrong from beginning to end, and that its length does not make more work.

import { describe, expect, test, vi } from 'vitest';
import { hasErrors } from '../model/diagnostic.ts';
import { memoryFiles } from './files.ts';
import { MOST_ERRORS, MOST_WARNINGS } from './findings.ts';
import { parseConfig } from './parse-config.ts';
import { readConfig } from './read.ts';

const read = (text: string, more: Readonly<Record<string, string>> = {}) => readConfig(memoryFiles({ c: text, ...more }), 'c');
const codes = (text: string, more?: Readonly<Record<string, string>>) => read(text, more).diagnostics.map(({ code }) => code);
const wrong = (index: number) => `lxc.cap.drop = kil${index}\n`;
const lines = (count: number, line: (index: number) => string = wrong) => Array.from({ length: count }, (_, index) => line(index)).join('');

describe('errors', () => {
  test('as many as are told all are: the last one too', () => {
    expect(codes(lines(MOST_ERRORS))).toEqual(Array.from({ length: MOST_ERRORS }, () => 'HF123'));
  });

  test('one more ends the reading at its line', () => {
    const { diagnostics, settings } = read(`${lines(MOST_ERRORS)}\n\nlxc.uts.name = web\n`);
    expect(diagnostics).toHaveLength(MOST_ERRORS + 1);
    expect(diagnostics.at(-1)).toMatchObject({ code: 'HF117', severity: 'error', span: { file: 'c', line: MOST_ERRORS + 3, column: 1, length: 18 } });
    expect(settings).toHaveLength(MOST_ERRORS);
  });

  test('one more on the same line is not lost in silence', () => {
    const { diagnostics } = read(`${lines(MOST_ERRORS - 1)}lxc.cap.drop = a b c`);
    expect(diagnostics.slice(-2).map(({ code, span }) => [code, span?.line, span?.column])).toEqual([
      ['HF123', MOST_ERRORS, 16],
      ['HF117', MOST_ERRORS, 18],
    ]);
  });

  test('in one line, as bytes that are no text, and in an included file', () => {
    const most = MOST_ERRORS + 1;
    expect(codes(`lxc.cap.drop =${' kil'.repeat(15_000)}\n`)).toHaveLength(most);
    expect(codes(`lxc.mount.entry = a b tmpfs ${'create=x,'.repeat(7000)}\n`)).toHaveLength(most);
    expect(codes(`lxc.mount.auto =${' prc'.repeat(15_000)}\n`)).toHaveLength(most);
    expect(codes(`lxc.namespace.clone =${' nt'.repeat(15_000)}\n`)).toHaveLength(most);
    expect(codes(`lxc.rootfs.options = ${'optional,'.repeat(7000)}\n`)).toHaveLength(most);
    expect(codes('\0\n'.repeat(150_000))).toHaveLength(most);
    expect(codes('lxc.include = d\nlxc.nothing = 1\n', { d: lines(MOST_ERRORS + 5) })).toHaveLength(most);
  });

  test('the same one of a file that is included twice counts once', () => {
    expect(codes('lxc.include = d\n'.repeat(3), { d: lines(MOST_ERRORS - 1) })).toHaveLength(MOST_ERRORS - 1);
  });
});

describe('warnings', () => {
  const warning = (index: number) => `lxc.environment = A${index}=1 # note\n`;
  test('those beyond the first are counted', () => {
    const { config, diagnostics } = parseConfig(lines(MOST_WARNINGS + 7, warning));
    expect(diagnostics).toHaveLength(MOST_WARNINGS + 1);
    expect(diagnostics.at(-1)).toMatchObject({ code: 'HF118', severity: 'warning', data: { more: '7' } });
    expect(config?.['lxc.environment']).toHaveLength(MOST_WARNINGS + 7);
  });

  test('an error behind all of them is told', () => {
    const { diagnostics } = read(`${lines(MOST_WARNINGS + 7, warning)}lxc.nothing = 1\n`);
    expect(hasErrors(diagnostics)).toBe(true);
    expect(diagnostics.filter(({ code }) => code === 'HF101').map(({ span }) => span?.line)).toEqual([MOST_WARNINGS + 8]);
  });
});

/** Counts what is looked at while a text is read: how often its characters are asked for their codes. */
function looks(text: string): number {
  const watch = vi.spyOn(String.prototype, 'charCodeAt');
  try {
    read(text);
    return watch.mock.calls.length;
  } finally {
    watch.mockRestore();
  }
}

test.each<readonly [what: string, line: (index: number) => string]>([
  ['wrong values', wrong],
  ['near misses', (index) => `lxc.cap.dorp${index} = x\n`],
  ['lines of nothing', (index) => `lcx.cap.drop${index} = x\n`],
  ['words of other tools', (index) => `limits.kernel.x${index} = 1\n`],
  ['bytes that are no text', () => '\0\n'],
])('a text of wrong lines takes as long to read as its first thousand: %s', (_what, line) => {
  const most = looks(lines(2 * MOST_ERRORS, line));
  expect(most).toBeGreaterThan(MOST_ERRORS);
  expect(looks(lines(8 * MOST_ERRORS, line))).toBe(most);
});
