// The command's one file, made of a small bundle: what it prints, where a fault in it is said to be, and what is kept beside it.

import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { bodyOf, codePath, lazyBody, markOf } from '../tools/lazy-body.mjs';

const KEEP = fileURLToPath(new URL('../tools/keep-code.mjs', import.meta.url));
const BUNDLE = `#!/usr/bin/env node
var words=process.argv.slice(2);if(words[0]==='fail')
throw new Error("told");
process.stdout.write(words.join("+").replace(/ .*/,"*/")+"\\n");
`;

let folder: string;
let command: string;

beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-lazy-'));
  command = join(folder, 'command.cjs');
  writeFileSync(command, lazyBody(BUNDLE, { '--version': '1.2' }));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const run = (...words: readonly string[]) => spawnSync(process.execPath, [command, ...words], { encoding: 'utf8' });

test('answers without its body, and runs it for all else', () => {
  expect(run('--version').stdout).toBe('1.2\n');
  expect(run('--version', 'x').stdout).toBe('--version+x\n');
  expect(run('a', 'b c').stdout).toBe('a+b*/\n');
});

test('a fault is told with the line of the file', () => {
  const place = /command\.cjs:(\d+)/.exec(run('fail').stderr);
  const lines = readFileSync(command, 'utf8').split('\n');
  expect(lines[Number(place?.[1]) - 1]).toContain('told');
});

test('what is kept beside it changes nothing but the time, and another mark or a damaged file is passed over', () => {
  expect(spawnSync(process.execPath, [KEEP, command, 'x'], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: 'x\n' });
  expect(existsSync(codePath(command))).toBe(true);
  const kept = readFileSync(codePath(command));
  expect(kept.subarray(-16).toString()).toBe(markOf(bodyOf(readFileSync(command, 'utf8'))));
  expect(run('a', 'b c').stdout).toBe('a+b*/\n');
  for (const damaged of [kept.subarray(0, 40), Buffer.concat([kept.subarray(0, -16), Buffer.from('0'.repeat(16))]), Buffer.alloc(0)]) {
    writeFileSync(codePath(command), damaged);
    expect(run('a').stdout).toBe('a\n');
    expect(run('fail').stderr).toContain('told');
  }
});

test('V8 takes what is kept', () => {
  spawnSync(process.execPath, [KEEP, command, 'x']);
  const ask = `const { readFileSync } = require('node:fs'); const { Script } = require('node:vm');
    const kept = readFileSync(${JSON.stringify(codePath(command))}).subarray(0, -16);
    process.stdout.write(String(new Script(process.argv[1], { filename: 'x', cachedData: kept }).cachedDataRejected));`;
  const body = bodyOf(readFileSync(command, 'utf8'));
  const { NODE_OPTIONS: _, ...env } = process.env;
  expect(spawnSync(process.execPath, ['-e', ask, body], { encoding: 'utf8', env }).stdout).toBe('false');
});
