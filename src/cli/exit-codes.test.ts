// The exit codes that README.md promises, and what is printed for what a command throws.

import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { HoldfastError } from '../model/error.ts';
import { thrown } from './app.ts';
import { EXIT, failureOf } from './exit-codes.ts';
import { ended } from './testing.ts';

const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8');

test('are those of the table in README.md', () => {
  const rows = [...readme.matchAll(/^\| (.*?) \| (.*?) \| .* \|$/gm)].map(([, commands = '', codes = '']) => ({ commands, codes }));
  const row = (command: string, code: string) =>
    rows.some(({ commands, codes }) => (commands.includes(`\`${command}\``) || commands === command) && codes.split(', ').includes(code));
  for (const command of ['run', 'start', 'attach']) expect(row(command, String(failureOf(command))), command).toBe(true);
  for (const command of ['check', 'doctor']) expect(row(command, String(failureOf(command))), command).toBe(true);
  for (const command of ['plan', 'build', 'stop', 'ls', 'info', 'verify']) {
    expect(failureOf(command), command).toBe(1);
    expect(
      rows.some(({ commands }) => commands.includes(`\`${command}\``)),
      command,
    ).toBe(false);
  }
  expect(row('others', String(EXIT.failed))).toBe(true);
  expect(row('all', String(EXIT.usage))).toBe(true);
});

test('a command that is none fails as the others do', () => {
  for (const word of [undefined, '', 'nonsense', '--help']) expect(failureOf(word)).toBe(EXIT.failed);
});

test('an error of ours is a sentence without control characters, anything else a fault with its trace', () => {
  expect(thrown(new HoldfastError('web\u001b[2J\nis not running', { code: 'not-running' }))).toBe('holdfast: web\\x1b[2J\\x0ais not running');
  expect(thrown(new TypeError('x is undefined'))).toMatch(/^holdfast: internal error, please report it: TypeError: x is undefined\n\s+at /);
  expect(thrown('text')).toBe('holdfast: internal error, please report it: text');
});

test('wrong usage is told in one line that names the program, with a negative code of the parser or our own', async () => {
  for (const words of [['nonsense'], ['run', '--nonsense'], ['run', 'one', 'two'], ['stop', '-t', 'x', 'web']]) {
    const done = await ended(words);
    expect(done.stderr, words.join(' ')).toMatch(/^holdfast: .*; see holdfast --help\n$/);
    expect(done.stdout).toBe('');
    expect(done.code).toBeLessThan(0);
  }
  expect(await ended(['info'])).toEqual({ code: EXIT.usage, stdout: '', stderr: 'holdfast: name a container: NAME or -n NAME\n' });
});

test('what a command throws ends with its own failure', async () => {
  expect((await ended(['run', '-P', '/nonexistent', 'web'], 125)).code).toBe(125);
  expect((await ended(['plan', '-P', '/nonexistent', 'web'], 1)).code).toBe(1);
  expect(await ended([])).toMatchObject({ code: 0, stderr: '' });
});
