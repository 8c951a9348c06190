// What init is given: its command line, environment and personality.

import { diagnostic } from '../../model/diagnostic.ts';
import type { Report, Value, ValueText } from '../value.ts';
import { guess, refuse } from './refuse.ts';

/** LXC's words: a quote counts only where a word begins, and its end ends the word; there are no escapes. */
export function parseCommand(value: ValueText, report: Report): Value {
  const argv: string[] = [];
  const { text } = value;
  const word = /\s*(?:"([^"]*)"|'([^']*)'|(["'])|([^\s"'][^\s]*))/gy;
  for (let found = word.exec(text); found; found = word.exec(text)) {
    const [, double, single, open, plain] = found;
    if (open !== undefined) {
      report(diagnostic('HF127', { key: value.key }, value.at(word.lastIndex - 1, 1)));
      return { kind: 'invalid' };
    }
    argv.push(double ?? single ?? plain ?? '');
  }
  return argv.length === 0 || argv[0] === '' ? refuse(value, report, 'a command') : { kind: 'argv', argv };
}

export function parseEnvironment(value: ValueText, report: Report): Value {
  const equals = value.text.indexOf('=');
  const name = equals < 0 ? value.text : value.text.slice(0, equals);
  if (name === '') return refuse(value, report, 'NAME=VALUE, or NAME to pass on');
  return { kind: 'environment', name, value: equals < 0 ? null : value.text.slice(equals + 1) };
}

const LINUX32 = ['arm', 'armel', 'armhf', 'armv7l', 'athlon', 'i386', 'i486', 'i586', 'i686', 'linux32', 'mips', 'mipsel', 'ppc', 'powerpc', 'x32', 'x86'];
const LINUX = [
  'aarch64',
  'amd64',
  'arm64',
  'linux64',
  'loongarch64',
  'loong64',
  'mips64',
  'mips64el',
  'ppc64',
  'ppc64el',
  'ppc64le',
  'powerpc64',
  'riscv64',
  's390x',
  'x86_64',
];

/** The names LXC knows, by personality(2). */
export function parseArch(value: ValueText, report: Report): Value {
  if (LINUX32.includes(value.text)) return { kind: 'arch', personality: 'linux32' };
  if (LINUX.includes(value.text)) return { kind: 'arch', personality: 'linux' };
  return refuse(value, report, `one of ${[...LINUX, ...LINUX32].join(', ')}`, guess(value.text, [...LINUX, ...LINUX32]));
}
