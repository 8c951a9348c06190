// Findings in SARIF: the whole log against OASIS's schema (as SchemaStore keeps it), the places in a file, and the rules.

import { readFileSync } from 'node:fs';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { documentationOf, loadSpec, memoryFiles } from '../config/index.ts';
import { CODES } from '../model/codes.ts';
import { diagnostic } from '../model/diagnostic.ts';
import { faults, type Schema } from '../../test/support/json-schema.ts';
import type { CheckedConfiguration } from './findings.ts';
import { findingsSarif, type SarifOptions } from './sarif.ts';

const schema = JSON.parse(readFileSync(new URL('../../test/support/schemas/sarif-2.1.0.json', import.meta.url), 'utf8')) as Schema;
const options: SarifOptions = { version: '1.2.3', home: 'https://example.org/', directory: '/srv/ü', exitCode: 2, documentation: documentationOf };

/** The parts that the tests look at. */
interface Log {
  readonly runs: readonly {
    readonly tool: { readonly driver: { readonly rules: readonly { readonly id: string; readonly helpUri: string }[] } };
    readonly results: readonly {
      readonly ruleId: string;
      readonly ruleIndex: number;
      readonly level: string;
      readonly locations: readonly { readonly physicalLocation: { readonly artifactLocation: { readonly index: number }; readonly region?: unknown } }[];
    }[];
    readonly artifacts: readonly { readonly location: { readonly uri: string; readonly uriBaseId?: string } }[];
    readonly invocations: readonly { readonly executionSuccessful: boolean }[];
    readonly columnKind: string;
  }[];
}

function checked(file: string, text: string): CheckedConfiguration {
  const { diagnostics } = loadSpec(memoryFiles({ [file]: text }), file, { name: 'web' });
  return { name: 'web', file, found: diagnostics, accepted: [], failure: null, lineOf: (_, line) => text.split('\n')[line - 1] };
}

function log(found: readonly CheckedConfiguration[]): Log['runs'][number] {
  const parsed = JSON.parse(findingsSarif(found, options)) as Log;
  expect(faults(parsed, schema)).toEqual([]);
  const [run] = parsed.runs;
  if (run === undefined) throw new Error('no run');
  return run;
}

test('a result points at the part of the line that is wrong, in UTF-16 code units, the end behind it', () => {
  const run = log([checked('/etc/web ü/config', '# 🙂\nlxc.cap.drop = 🙂 sys_tme\n')]);
  expect(run.columnKind).toBe('utf16CodeUnits');
  const results = run.results.filter(({ ruleId }) => ruleId === 'HF123');
  expect(results.map(({ locations }) => locations[0]?.physicalLocation.region)).toEqual([
    { startLine: 2, startColumn: 16, endLine: 2, endColumn: 18, snippet: { text: '🙂' } },
    { startLine: 2, startColumn: 19, endLine: 2, endColumn: 26, snippet: { text: 'sys_tme' } },
  ]);
  expect(run.artifacts[0]?.location).toEqual({ uri: 'file:///etc/web%20%C3%BC/config' });
});

test('every code of the registry is a rule with a page, and results refer to it by its index', () => {
  const run = log([checked('web.conf', 'lxc.cap.dorp = x\nlxc.aa_profile = unconfined\nlxc.log.level = info')]);
  const { rules } = run.tool.driver;
  expect(rules.map(({ id }) => id)).toEqual(Object.keys(CODES).sort());
  expect(rules[0]?.helpUri).toMatch(/^https:\/\/example\.org\/docs\/diagnostics\.md#hf\d{3}$/);
  for (const { ruleId, ruleIndex } of run.results) expect(rules[ruleIndex]?.id).toBe(ruleId);
  expect(new Set(run.results.map(({ level }) => level))).toEqual(new Set(['error', 'warning', 'note']));
  for (const { locations } of run.results) {
    for (const { physicalLocation } of locations) expect(run.artifacts[physicalLocation.artifactLocation.index]?.location.uri).toBe('web.conf');
  }
  expect(run.artifacts[0]?.location.uriBaseId).toBe('WORKING_DIRECTORY');
});

test('what could not be looked at is a notification, and the run no success', () => {
  const failed: CheckedConfiguration = { name: 'web', file: null, found: [], accepted: [], failure: 'there is no container web', lineOf: () => undefined };
  expect(log([failed, checked('a', '')]).invocations).toMatchObject([
    { executionSuccessful: false, exitCode: 2, toolExecutionNotifications: [{ level: 'error', message: { text: 'there is no container web' } }] },
  ]);
  expect(log([]).invocations[0]?.executionSuccessful).toBe(true);
});

test('a finding about no line is about the file, or about nothing where there is none', () => {
  const found = [diagnostic('HF502', { release: '4.4', oldest: '5.14' })];
  const [file, none] = log([
    { name: 'web', file: '-', found, accepted: [], failure: null, lineOf: () => undefined },
    { name: 'default', file: null, found, accepted: [], failure: null, lineOf: () => undefined },
  ]).results;
  expect(file?.locations).toEqual([{ physicalLocation: { artifactLocation: { uri: 'stdin', description: { text: 'standard input' }, index: 0 } } }]);
  expect(none?.locations).toEqual([]);
});

test('any file name and any text give a valid log', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary', minLength: 1 }), fc.array(fc.string({ unit: 'binary' })), (file, values) => {
      log([checked(file, values.map((value) => `lxc.cap.drop = ${value}`).join('\n'))]);
    }),
    { numRuns: 50 },
  );
});

test('the validator sees what is wrong', () => {
  const good = JSON.parse(findingsSarif([checked('a', 'nonsense')], options)) as { readonly runs: readonly Record<string, unknown>[] };
  const wrong = (change: (run: Record<string, unknown>) => void) => {
    const copy = structuredClone(good);
    for (const run of copy.runs) change(run);
    return faults(copy, schema).join('\n');
  };
  expect(wrong((run) => (run['columnKind'] = 'bytes'))).toContain('$.runs[0].columnKind: is none of');
  expect(wrong((run) => (run['nonsense'] = 1))).toContain('$.runs[0]: may not have nonsense');
  expect(wrong((run) => delete run['tool'])).toContain('$.runs[0]: lacks tool');
  expect(wrong((run) => (run['results'] = [{ message: 'text' }]))).toContain('$.runs[0].results[0].message: is no object');
  expect(wrong((run) => (run['artifacts'] = [{ location: { uri: 'http://[' } }]))).toContain('is no URI reference');
});
