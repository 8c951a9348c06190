// The command's one file, made of a small bundle: what it prints, where a fault in it is said to be, and what is kept beside it.

import { spawnSync } from 'node:child_process';
import { closeSync, existsSync, mkdirSync, mkdtempSync, openSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'esbuild';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { faultText } from '../src/cli/fault.ts';
import { bodyOf, codePath, lazyBody, mapOf, markOf } from '../tools/lazy-body.mjs';

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

test('an answer that cannot be written is left to the body, which tells it', () => {
  const full = openSync('/dev/full', 'w');
  const refused = spawnSync(process.execPath, [command, '--version'], { encoding: 'utf8', stdio: ['ignore', full, 'pipe'] });
  closeSync(full);
  expect(refused.status).not.toBe(0);
  expect(refused.stderr).toContain('ENOSPC');
});

test('a fault is told with the line of the file', () => {
  const place = /command\.cjs:(\d+)/.exec(run('fail').stderr);
  const lines = readFileSync(command, 'utf8').split('\n');
  expect(lines[Number(place?.[1]) - 1]).toContain('told');
});

test('a fault of a file with short names is told with its places in the sources', async () => {
  const sources = join(folder, 'src');
  mkdirSync(sources);
  writeFileSync(join(sources, 'main.ts'), "#!/usr/bin/env node\nimport { refuse } from './refuse.ts';\n\nrefuse(process.argv.length);\n");
  writeFileSync(join(sources, 'refuse.ts'), '/** Throws. */\nexport function refuse(words: number): never {\n  throw new TypeError(`${words}\n words`);\n}\n');
  const { outputFiles } = await build({
    entryPoints: [join(sources, 'main.ts')],
    outfile: join(folder, 'dist/fault.cjs'),
    bundle: true,
    minify: true,
    platform: 'node',
    sourcemap: 'external',
    write: false,
  });
  const [map = '', bundle = ''] = outputFiles.map((one) => one.text);
  const file = join(folder, 'fault.cjs');
  const text = lazyBody(bundle, {});
  writeFileSync(file, text);
  const told = (stack: string): string => faultText(Object.assign(new Error(), { stack }));
  const { stderr } = spawnSync(process.execPath, [file], { encoding: 'utf8' });
  expect(told(stderr)).not.toContain('main.ts');
  writeFileSync(`${file}.map`, mapOf(text, map));
  expect(told(stderr)).toContain('TypeError: 2\n words\n    at src/refuse.ts:3:9\n    at src/main.ts:4:1\n');
  writeFileSync(`${file}.map`, '{');
  expect(told(stderr)).toContain(`${file}:`);
});

test('what is kept beside it changes nothing but the time, and another mark or a damaged file is passed over', () => {
  const freshFault = run('fail').stderr;
  expect(spawnSync(process.execPath, [KEEP, command, 'x'], { encoding: 'utf8' })).toMatchObject({ status: 0, stdout: 'x\n' });
  expect(existsSync(codePath(command))).toBe(true);
  const kept = readFileSync(codePath(command));
  expect(kept.subarray(-16).toString()).toBe(markOf(bodyOf(readFileSync(command, 'utf8'))));
  expect(run('a', 'b c').stdout).toBe('a+b*/\n');
  expect(run('fail').stderr).toBe(freshFault);
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
