import { expect, test } from 'vitest';
import { KEYS } from '../../config/index.ts';
import type { Context } from '../context.ts';
import { complete } from './complete.ts';

const silent = { write: () => undefined };
const context: Context = {
  process: { stdout: silent, stderr: silent, env: {}, exitCode: null },
  command: null,
  invocation: [],
  readInput: () => '',
  directory: () => '/',
  home: 'file:///',
  version: '1.2.3',
  build: 'test',
};
const proposed = (...words: string[]) => complete(words, context);

// biome-ignore format: a case is a line
test.each<readonly [words: string, expected: readonly string[]]>([
  ['st', ['start', 'stop']],
  ['config ', ['keys', 'help', 'get', 'set', 'unset']],
  ['config help lxc.cap.d', ['lxc.cap.drop']],
  ['config --help lxc.cap.k', ['lxc.cap.keep']],
  ['config get web lxc.uts', ['lxc.uts.name']],
  ['config get web lxc.net.3.ipv4.a', ['lxc.net.3.ipv4.address']],
  ['config get web lxc.prlimit.nof', ['lxc.prlimit.nofile']],
  ['config set web lxc.cap.d', ['lxc.cap.drop']],
  ['config unset web lxc.cap.d', ['lxc.cap.drop']],
  ['run -s lxc.cap.d', ['lxc.cap.drop=']],
  ['run --set lxc.cgroup2.', ['lxc.cgroup2.']],
  ['completion ', ['bash', 'zsh', 'fish']],
  ['run web -- l', []],
  ['nonsense x', []],
])('%s', async (words, expected) => {
  const found = await proposed(...words.split(' '));
  expect(found.filter((one) => expected.includes(one))).toEqual(expected);
  if (!words.startsWith('config ')) expect(found).toEqual(expected);
});

test('every key is proposed in one way or another', async () => {
  const found = await proposed('config', 'help', '');
  expect(KEYS.filter(({ name }) => !found.some((one) => one.startsWith(name.replace('.N', '.0')))).map(({ name }) => name)).toEqual([]);
});
