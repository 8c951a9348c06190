// How a diagnostic looks: place, line, caret, what to do; with tabs, long lines, marks that would move the cursor, and counts.

import { describe, expect, test } from 'vitest';
import { type Diagnostic, diagnostic } from '../model/diagnostic.ts';
import type { Span } from '../model/origin.ts';
import { diagnosticReport, diagnosticsReport, type LineOf } from './diagnostics.ts';

const span = (line: number, column: number, length: number): Span => ({ file: 'web/config', line, column, length });
const from =
  (...lines: readonly string[]): LineOf =>
  (file, line) =>
    file === 'web/config' ? lines[line - 1] : undefined;

const unknown = (at?: Span): Diagnostic => diagnostic('HF101', { key: 'lxc.cap.dorp', suggestion: 'did you mean lxc.cap.drop?' }, at);

describe('one diagnostic', () => {
  test('has its place, its line, a caret below and what to do', () => {
    expect(diagnosticReport(unknown(span(2, 1, 12)), from('# web', 'lxc.cap.dorp = sys_admin'))).toBe(
      ["web/config:2:1: error HF101: unknown key 'lxc.cap.dorp'", '    lxc.cap.dorp = sys_admin', '    ^^^^^^^^^^^^', '    -> did you mean lxc.cap.drop?'].join(
        '\n',
      ),
    );
  });

  test('points into the middle of a line, below its character also behind tabs', () => {
    expect(
      diagnosticReport(unknown(span(1, 4, 3)), from('\t\ta bcd\te'))
        .split('\n')
        .slice(1, 3),
    ).toEqual(['    \t\ta bcd\te', '    \t\t ^^^']);
    expect(
      diagnosticReport(unknown(span(1, 9, 1)), from('\t\ta bcd\te'))
        .split('\n')
        .slice(1, 3),
    ).toEqual(['    \t\ta bcd\te', '    \t\t     \t^']);
  });

  test('has at least one caret, and none beyond the end of the line', () => {
    const carets = (at: Span, line: string) => diagnosticReport(unknown(at), from(line)).split('\n')[2];
    expect(carets(span(1, 1, 0), 'abc')).toBe('    ^');
    expect(carets(span(1, 2, 50), 'abc')).toBe('     ^^');
    expect(carets(span(1, 4, 1), 'abc')).toBe('       ^');
  });

  test('does without the line where it is very long, or not at hand', () => {
    const bare = "web/config:1:1: error HF101: unknown key 'lxc.cap.dorp'\n    -> did you mean lxc.cap.drop?";
    expect(diagnosticReport(unknown(span(1, 1, 1)), from('x'.repeat(201)))).toBe(bare);
    expect(diagnosticReport(unknown(span(1, 1, 1)), from('x'.repeat(200))).split('\n').length).toBe(4);
    expect(diagnosticReport(unknown(span(1, 1, 1)), () => undefined)).toBe(bare);
  });

  test('without a place begins with the name of the program, without help ends with the message', () => {
    expect(diagnosticReport(unknown(), from())).toMatch(/^holdfast: error HF101: unknown key/);
    expect(diagnosticReport(diagnostic('HF105', {}, span(1, 2, 1)), from('caf\ufffd'))).toBe(
      'web/config:1:2: error HF105: bytes that are no UTF-8 text\n    caf\ufffd\n     ^',
    );
  });

  test('shows control characters instead of obeying them, with the caret still in its place', () => {
    const line = 'lxc.uts.name = \u001b[2J\u202ex';
    const report = diagnosticReport(diagnostic('HF101', { key: 'a\u001b]0;x\u0007\u009b\u202eb', suggestion: 'line\nbreak' }, span(1, 21, 1)), from(line));
    const [message, quoted, caret, help] = report.split('\n');
    expect(message).toBe("web/config:1:21: error HF101: unknown key 'a\\x1b]0;x\\x07\\x9b\\u202eb'");
    expect(quoted).toBe('    lxc.uts.name = \ufffd[2J\ufffdx');
    expect(caret?.indexOf('^')).toBe(quoted?.indexOf('x', 20));
    expect(help).toBe('    -> line\\x0abreak');
  });
});

describe('several', () => {
  const warning = diagnostic('HF112', { key: 'lxc.old' }, span(3, 1, 1));

  test('come in the order given, with a count at the end', () => {
    const report = diagnosticsReport([unknown(span(1, 1, 1)), warning, unknown()], from('a', 'b', 'c'));
    expect(report.match(/^\S+?: (error|warning)/gm)).toEqual(['web/config:1:1: error', 'web/config:3:1: warning', 'holdfast: error']);
    expect(report).toMatch(/\n2 errors, 1 warning\n$/);
  });

  test.each<[readonly Diagnostic[], string]>([
    [[unknown()], '1 error, 0 warnings'],
    [[warning, warning], '0 errors, 2 warnings'],
    [[unknown(), warning], '1 error, 1 warning'],
  ])('are counted in words', (found, count) => {
    expect(diagnosticsReport(found, from()).trimEnd().split('\n').at(-1)).toBe(count);
  });

  test('that are none are nothing', () => {
    expect(diagnosticsReport([], from())).toBe('');
  });
});
