// The real machine and the fixture are two doors of one shape: the same questions to the same small tree.

import { execFileSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { hostFiles } from './files.ts';
import { fixtureMachine } from './fixture.ts';
import { deviceOf, type Machine, realMachine } from './machine.ts';

const root = mkdtempSync(join(tmpdir(), 'holdfast-machine-'));

beforeAll(() => {
  mkdirSync(`${root}/dir/inner`, { recursive: true });
  writeFileSync(`${root}/dir/text`, 'ä text\n', { mode: 0o644 });
  writeFileSync(`${root}/dir/binary`, 'a\0b');
  symlinkSync('text', `${root}/dir/link`);
  symlinkSync('loop', `${root}/dir/loop`);
});
afterAll(() => rmSync(root, { recursive: true }));

const fixture = () =>
  fixtureMachine({
    files: {
      [`${root}/dir/text`]: 'ä text\n',
      [`${root}/dir/binary`]: 'a\0b',
      [`${root}/dir/link`]: { link: 'text' },
      [`${root}/dir/loop`]: { link: 'loop' },
      [`${root}/dir/inner`]: { dir: true },
      '/dev/null': { char: [1, 3] },
    },
  });

describe.each([
  ['the real machine', realMachine],
  ['the fixture', fixture],
] as const)('%s', (_, make: () => Machine) => {
  const machine = make();

  it('reads texts, through links too', () => {
    expect(machine.readText(`${root}/dir/text`)).toEqual({ value: 'ä text\n' });
    expect(machine.readText(`${root}/dir/link`)).toEqual({ value: 'ä text\n' });
    expect(machine.readAtMost(`${root}/dir/text`, 8)).toEqual({ value: 'ä text\n' });
  });

  it('names what is wrong', () => {
    expect(machine.readText(`${root}/none`)).toEqual({ errno: 'ENOENT' });
    expect(machine.readText(`${root}/dir`)).toEqual({ errno: 'EISDIR' });
    expect(machine.readText(`${root}/dir/loop`)).toEqual({ errno: 'ELOOP' });
    expect(machine.readAtMost(`${root}/dir`, 10)).toEqual({ errno: 'EISDIR' });
    expect(machine.readAtMost(`${root}/dir/text`, 7)).toEqual({ errno: 'EFBIG' });
    expect(machine.list(`${root}/dir/text`)).toEqual({ errno: 'ENOTDIR' });
    expect(machine.readLink(`${root}/dir/text`)).toEqual({ errno: 'EINVAL' });
  });

  it('lists, follows and describes', () => {
    const names = machine.list(`${root}/dir`);
    expect('value' in names ? [...names.value].sort() : names).toEqual(['binary', 'inner', 'link', 'loop', 'text']);
    expect(machine.readLink(`${root}/dir/link`)).toEqual({ value: 'text' });
    expect(machine.realPath(`${root}/dir/link`)).toEqual({ value: `${root}/dir/text` });
    expect(machine.stat(`${root}/dir/link`)).toMatchObject({ value: { kind: 'file', mode: 0o644 } });
    expect(machine.lstat(`${root}/dir/link`)).toMatchObject({ value: { kind: 'link' } });
    expect(machine.stat(`${root}/dir`)).toMatchObject({ value: { kind: 'dir' } });
    expect(machine.stat('/dev/null')).toMatchObject({ value: { kind: 'char', major: 1, minor: 3 } });
    expect(machine.canWrite(`${root}/none`)).toBe(false);
    expect(machine.canWrite(`${root}/dir`)).toBe(true);
  });

  it('gives the configuration room texts and errors it can tell apart', () => {
    const files = hostFiles(machine);
    expect(files.read(`${root}/dir/text`)).toEqual({ kind: 'text', text: 'ä text\n' });
    expect(files.read(`${root}/dir/binary`)).toEqual({ kind: 'error', errno: 'EILSEQ', message: 'it contains NUL bytes: it is not a text file' });
    expect(files.read(`${root}/dir`)).toEqual({ kind: 'error', errno: 'EISDIR', message: 'it is a directory' });
    expect(files.list(`${root}/dir`)).toEqual({ kind: 'names', names: ['binary', 'inner', 'link', 'loop', 'text'] });
    expect(files.list(`${root}/none`)).toMatchObject({ kind: 'error', errno: 'ENOENT' });
  });
});

describe('the real machine alone', () => {
  const machine = realMachine();

  it('ends reading a device that never ends', () => {
    expect(hostFiles(machine).read('/dev/zero')).toEqual({ kind: 'error', errno: 'EFBIG', message: 'it is larger than 16 MiB' });
  });

  it('reads characters that lie across two reads, and a pipe', () => {
    const long = `${'x'.repeat(65535)}ä`;
    writeFileSync(`${root}/long`, long);
    expect(machine.readAtMost(`${root}/long`, 100000)).toEqual({ value: long });
    execFileSync('mkfifo', [`${root}/pipe`]);
    execFileSync('sh', ['-c', `(printf 'from a pipe' > ${root}/pipe) >/dev/null 2>&1 &`]);
    expect(machine.readAtMost(`${root}/pipe`, 100)).toEqual({ value: 'from a pipe' });
  });

  it.each([
    [0x801, 8, 1],
    [286338160, 300, 70000],
    [4294967295, 4095, 1048575],
  ])('decodes the device number %i as %i:%i, as makedev(3) made it', (rdev, major, minor) => {
    expect(deviceOf(rdev)).toEqual({ major, minor });
  });
});
