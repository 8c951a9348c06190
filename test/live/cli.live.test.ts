// The command line as a new user meets it: help, usage, names, exit codes. Nothing here needs privileges.

import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { writeConfig } from '../support/busybox.ts';
import { holdfast } from '../support/live.ts';
import { inheritedEnvironment } from '../support/run.ts';

const COMMANDS = ['run', 'start', 'attach', 'stop', 'ls', 'info', 'verify', 'plan', 'check', 'build'];
/** What each ends with when it could not do what it was asked (README.md, exit codes). */
/** Those that this file does not try one by one: commands of commands, those with tests of their own, and one that only a shell calls. */
const OTHERS = 'create destroy doctor denials apparmor selinux config group caps seccomp ids completion freeze unfreeze cgroup top metrics device userns'.split(
  ' ',
);
const FAILURE: Readonly<Record<string, number>> = { run: 125, start: 125, attach: 125, check: 2, plan: 1, build: 1, stop: 1, info: 1, verify: 1 };
/** The environment of a dumb terminal's user: what is printed has no escape sequence anyway, since it goes to a pipe. */
const ESCAPE = '\u001b';

let folder = '';
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-cli-'));
  const root = join(folder, 'fine/rootfs');
  mkdirSync(root, { recursive: true });
  writeConfig(join(folder, 'fine'), [`lxc.rootfs.path = dir:${root}`, 'lxc.cap.keep = none', 'lxc.net.0.type = empty', 'holdfast.accept = HF614 HF376 HF396']);
  writeConfig(join(folder, 'risky'), [`lxc.rootfs.path = dir:${root}`, 'lxc.net.0.type = empty']);
  writeConfig(join(folder, 'wrong'), ['lxc.rootfs.path = dir:/nonexistent', 'lxc.cap.drop = nosuch', 'lxc.pty.max = -1']);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe('help', () => {
  test('without words: every command with what it does, and no error', async () => {
    const [bare, asked] = await Promise.all([holdfast([]), holdfast(['--help'])]);
    expect(bare).toMatchObject({ code: 0, stderr: '' });
    expect(asked).toEqual(bare);
    for (const command of COMMANDS) expect(bare.stdout).toMatch(new RegExp(`^  ${command} +\\S.{10,}$`, 'm'));
    expect(bare.stdout.split('COMMANDS')[1]?.trim().split('\n').length).toBe(COMMANDS.length + OTHERS.length);
  });

  for (const command of COMMANDS) {
    test(`of ${command}: usage, a brief, a line for each flag`, async () => {
      const { stdout, stderr, code } = await holdfast([command, '--help']);
      expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
      expect(stdout).toContain(`USAGE\n  holdfast ${command}`);
      const [, flags = ''] = stdout.trimEnd().split('FLAGS\n');
      for (const line of flags.split('\n\n')[0]?.split('\n') ?? []) expect(line).toMatch(/^ {2,}(-\w )? *\[?--[a-z-]+\]?(\.\.\.)? +\S/);
      expect(stdout).not.toMatch(/undefined|\[object/);
      expect(stdout).not.toContain(ESCAPE);
    });
  }

  test('--version is one line, and the short form too', async () => {
    const [long, short] = await Promise.all([holdfast(['--version']), holdfast(['-v'])]);
    expect(long.stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
    expect(short).toEqual(long);
    expect(long.code).toBe(0);
  });

  test('help behind -- is a word of the command', async () => {
    const { stdout, code } = await holdfast(['plan', '--', 'ls', '--help']);
    expect(code).toBe(0);
    expect(stdout).toContain('execute ls --help');
  });
});

describe('wrong usage ends with 2 and says where to look', () => {
  for (const [title, words, says] of [
    ['an unknown command', ['bogus'], 'No command registered for `bogus`'],
    ['a mistyped command', ['strat'], 'did you mean `start`'],
    ['an unknown flag', ['run', '--bogus'], 'No flag registered for --bogus'],
    ['an unknown short flag', ['run', '-x'], 'No alias registered for -x'],
    ['two names', ['run', 'one', 'two'], 'expected 1 but encountered "two"'],
    ['two names in two ways', ['run', '-n', 'one', 'two'], "two names were given: 'two' and 'one'"],
    ['a flag without its value', ['run', '-P'], 'Expected input for flag --lxcpath'],
    ['build without -o', ['build', 'web'], 'Expected input for flag --output'],
    ['no number', ['stop', '-t', 'soon', 'web'], "expected a number of seconds, not 'soon'"],
    ['a negative number', ['stop', '-t', '-1', 'web'], '-1'],
    ['words behind ls', ['ls', 'web'], 'encountered "web"'],
    ['run without anything', ['run'], 'name a container, a configuration (-f FILE), or a command'],
    ['start without anything', ['start'], 'name a container'],
    ['plan without anything', ['plan'], 'name a container'],
    ['check without anything', ['check'], 'name a container'],
    ['info without a name', ['info'], 'name a container: NAME or -n NAME'],
    ['stop without a name', ['stop'], 'name a container'],
    ['attach without a name', ['attach', '--', 'sh'], 'name a container'],
  ] as const) {
    test(title, async () => {
      const done = await holdfast(words);
      expect(done).toMatchObject({ code: 2, stdout: '' });
      expect(done.stderr).toContain(says);
      expect(done.stderr).toMatch(/^holdfast: .*\n$/);
    });
  }
});

describe('a name that is none', () => {
  const NAMES = ['a/b', '../etc', '', '.hidden', '-n=-x', 'x'.repeat(300), 'with space', 'ünïcode', 'line\nbreak', '\u001b[31m'];
  test.each(['run', 'plan', 'info', 'stop', 'attach', 'verify'])('is refused by %s before anything is looked for', async (command) => {
    for (const name of command === 'run' ? NAMES : NAMES.slice(0, 2)) {
      const words = name.startsWith('-n=') ? [name] : ['-n', name];
      const done = await holdfast([command, '-P', folder, ...words]);
      expect(done, name).toMatchObject({ code: 2, stdout: '' });
      expect(done.stderr).toContain("is no name for a container: letters, digits, '_', '.' and '-' (not first), at most 200");
      expect([...done.stderr.trimEnd()].filter((letter) => letter < ' ')).toEqual([]);
    }
  });

  test('that is made from a file: a name must be given', async () => {
    const path = join(folder, 'my container.conf');
    writeFileSync(path, 'lxc.uts.name = x\n');
    const done = await holdfast(['plan', '-f', path]);
    expect(done).toMatchObject({ code: 2, stdout: '' });
    expect(done.stderr).toContain(`the name of ${path} makes no name for a container ('my container'): give it one with -n NAME`);
    expect(await holdfast(['plan', '-f', path, '-n', 'mine', '--', 'true'])).toMatchObject({ code: 0 });
  });

  test('of a container that does not exist: the documented code of each command, and one line', async () => {
    for (const [command, code] of Object.entries(FAILURE)) {
      const words = command === 'build' ? ['-o', join(folder, 'launcher')] : [];
      const done = await holdfast([command, 'nonexistent', ...words]);
      expect(done, command).toMatchObject({ code, stdout: '' });
      expect(done.stderr, command).toMatch(/^holdfast: .*nonexistent.*\n$/);
    }
    expect(readdirSync(folder)).not.toContain('launcher');
  });
});

describe('-s', () => {
  test('without =, or with a key that is none, is told as an error of the configuration', async () => {
    for (const [setting, says] of [
      ['novalue', "'novalue' assigns nothing"],
      ['=x', 'assigns nothing'],
      ['lxc.nosuch=1', "unknown key 'lxc.nosuch'"],
      ['lxc.pty.max=many', "'many' is no value for 'lxc.pty.max'"],
    ] as const) {
      const done = await holdfast(['plan', '-P', folder, 'fine', '-s', setting]);
      expect(done, setting).toMatchObject({ code: 1, stdout: '' });
      expect(done.stderr).toContain(says);
    }
  });

  test('is the last line: it replaces and adds', async () => {
    const { stdout } = await holdfast(['plan', '-P', folder, 'fine', '-s', 'lxc.uts.name=one', '-s', 'lxc.uts.name=two']);
    expect(stdout).toContain('set the hostname to two  [-s lxc.uts.name=two]');
    expect(stdout).not.toContain('to one');
  });
});

describe('check', () => {
  const check = (name: string, ...words: string[]) => holdfast(['check', '-P', folder, name, ...words]);

  test('ends with 0 for nothing, 1 for warnings, 2 for errors', async () => {
    const fine = await check('fine');
    expect(fine.stdout).toMatch(/nothing to say/);
    expect(fine.code).toBe(0);
    const risky = await check('risky');
    expect(risky.code).toBe(1);
    expect(risky.stdout).toContain('0 errors, 4 warnings');
    const wrong = await check('wrong');
    expect(wrong.code).toBe(2);
    expect(wrong.stdout).toMatch(/config:2:\d+: error HF123: 'nosuch' in 'lxc.cap.drop' is no capability/);
    expect(wrong.stdout).toMatch(/config:3:\d+: error HF120: '-1' is no value for 'lxc.pty.max'/);
    expect(wrong.stdout).toContain('2 errors');
  });
});

test('colours and the kind of terminal change nothing', async () => {
  const env = inheritedEnvironment();
  const words = ['check', '-P', folder, 'wrong'];
  const plain = await holdfast(words, { env });
  for (const change of [{ NO_COLOR: '1' }, { TERM: 'dumb' }, { FORCE_COLOR: '3' }, { TERM: 'xterm-256color', COLORTERM: 'truecolor' }]) {
    expect(await holdfast(words, { env: { ...env, ...change } }), JSON.stringify(change)).toEqual(plain);
  }
  expect(plain.stdout).not.toContain(ESCAPE);
});
