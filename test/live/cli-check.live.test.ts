// holdfast check as people and code scanning use it: several configurations, all of a directory, standard input, JSON, SARIF.

import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { writeConfig } from '../support/busybox.ts';
import { faults, type Schema } from '../support/json-schema.ts';
import { holdfast } from '../support/live.ts';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-check-'));
  const root = join(folder, 'lxc/fine/rootfs');
  mkdirSync(root, { recursive: true });
  writeConfig(join(folder, 'lxc/fine'), [
    `lxc.rootfs.path = dir:${root}`,
    'lxc.cap.keep = none',
    'lxc.net.0.type = empty',
    'holdfast.accept = HF614 HF376 HF396',
  ]);
  writeConfig(join(folder, 'lxc/risky'), [`lxc.rootfs.path = dir:${root}`, 'lxc.net.0.type = empty']);
  writeConfig(join(folder, 'lxc/wrong'), ['lxc.cap.drop = nosuch', 'lxc.pty.max = -1']);
  writeFileSync(join(folder, 'extra.conf'), 'lxc.cap.dorp = sys_time\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Report {
  readonly version: number;
  readonly counts: Readonly<Record<string, number>>;
  readonly configurations: readonly {
    readonly name: string;
    readonly file: string;
    readonly failure: string | null;
    readonly findings: readonly {
      readonly code: string;
      readonly message: string;
      readonly documentation: readonly string[];
      readonly span: { readonly line: number };
    }[];
  }[];
}

const check = (...words: string[]) => holdfast(['check', '-P', join(folder, 'lxc'), ...words]);
const report = async (...words: string[]) => JSON.parse((await check(...words)).stdout) as Report;

test('several at once: the worst decides, and what cannot be found keeps none from being checked', async () => {
  expect((await check('fine', 'risky')).code).toBe(1);
  const all = await check('fine', 'absent', 'wrong', join(folder, 'extra.conf'));
  expect(all.code).toBe(2);
  expect(all.stderr).toMatch(/^holdfast: there is no container absent: .*\n$/);
  expect(all.stdout).toContain("HF123: 'nosuch' in 'lxc.cap.drop' is no capability");
  expect(all.stdout).toContain("extra.conf:1:1: error HF101: unknown key 'lxc.cap.dorp'");
});

test('as JSON: a versioned report with a page for each finding', async () => {
  const { version, counts, configurations } = await report('wrong', 'absent', '--json');
  expect({ version, error: counts['error'] }).toEqual({ version: 1, error: 3 });
  const [wrong, absent] = configurations;
  expect(wrong).toMatchObject({ name: 'wrong', file: join(folder, 'lxc/wrong/config'), failure: null });
  expect(absent).toMatchObject({ name: 'absent', findings: [], failure: expect.stringContaining('there is no container absent') });
  expect(wrong?.findings[0]).toMatchObject({
    code: 'HF123',
    severity: 'error',
    message: "'nosuch' in 'lxc.cap.drop' is no capability",
    help: expect.any(String),
    span: { file: join(folder, 'lxc/wrong/config'), line: 1, column: 16, length: 6 },
    documentation: ['docs/diagnostics.md#hf123', 'docs/configuration.md#lxc.cap.drop'],
  });
  expect(await report('fine', '--format', 'json')).toMatchObject({ counts: { error: 0, warning: 0 } });
});

test('--all is every container of the directory, by name', async () => {
  const { configurations } = await report('--all', '--json');
  expect(configurations.map(({ name }) => name)).toEqual(['fine', 'risky', 'wrong']);
  expect(await holdfast(['check', '-P', join(folder, 'nowhere'), '--all'])).toMatchObject({ code: 2, stderr: expect.stringContaining('no containers') });
  expect(await check('--all', 'fine')).toMatchObject({ code: 2, stderr: expect.stringContaining('--all is every container') });
});

test.each([[['-']], [['-f', '-']]])('%j is standard input', async (words) => {
  const done = await holdfast(['check', ...words, '--json'], { input: 'lxc.cap.dorp = x\n' });
  expect(done.code).toBe(2);
  expect(JSON.parse(done.stdout)).toMatchObject({
    configurations: [{ name: 'stdin', file: '-', findings: [{ code: 'HF101', span: { file: '-', line: 1 } }] }],
  });
});

test('as SARIF: a valid log whose pages are there', async () => {
  const done = await check('wrong', 'risky', '--format', 'sarif');
  const schema = JSON.parse(readFileSync(new URL('../support/schemas/sarif-2.1.0.json', import.meta.url), 'utf8')) as Schema;
  const log = JSON.parse(done.stdout) as { runs: { results: { ruleId: string }[]; tool: { driver: { rules: { id: string; helpUri: string }[] } } }[] };
  expect(faults(log, schema)).toEqual([]);
  expect(done.code).toBe(2);
  const [run] = log.runs;
  expect(run?.results.map(({ ruleId }) => ruleId)).toContain('HF123');
  const page = new URL(run?.tool.driver.rules[0]?.helpUri ?? '');
  expect(readFileSync(page, 'utf8')).toContain(`## ${run?.tool.driver.rules[0]?.id}`);
});

test('--verbose names the page of each finding, and words that contradict each other are refused', async () => {
  expect((await check('wrong', '--verbose')).stdout).toContain('see docs/diagnostics.md#hf123, docs/configuration.md#lxc.cap.drop');
  for (const words of [
    ['-n', 'fine', 'fine', 'wrong'],
    ['-f', 'a', './b'],
    ['-', '-'],
    ['--format', 'xml'],
  ]) {
    expect(await check(...words), words.join(' ')).toMatchObject({ code: 2, stdout: '' });
  }
});

test('what the configuration accepts by name counts for nothing and is listed: in the text, as JSON, and as a suppressed result', async () => {
  const settings = ['-s', 'holdfast.accept=HF342 HF396 HF614 HF618'];
  const text = await check('risky', ...settings);
  expect(text.code).toBe(0);
  expect(text.stdout).toMatch(/^accepted by name:\n {2}- .*HF342: /m);
  expect(await report('risky', '--json', ...settings)).toMatchObject({
    counts: { error: 0, warning: 0 },
    configurations: [{ accepted: expect.arrayContaining([expect.objectContaining({ code: 'HF342', by: expect.stringContaining('holdfast.accept') })]) }],
  });
  const log = JSON.parse((await check('risky', '--format', 'sarif', ...settings)).stdout) as {
    runs: { results: { ruleId: string; suppressions: unknown[] }[] }[];
  };
  const suppressed = log.runs[0]?.results.filter(({ suppressions }) => suppressions.length > 0);
  expect(suppressed?.map(({ ruleId }) => ruleId).sort()).toEqual(['HF342', 'HF396', 'HF614', 'HF618']);
});
