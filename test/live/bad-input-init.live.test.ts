// An init that cannot be run, a command line and an environment at their limits: the exit codes of a shell (126, 127), 125 for
// a start that failed otherwise, and a sentence that says which file and why.

import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect } from 'vitest';
import type { TestContainer } from '../support/container.ts';
import { containers, holdfast } from '../support/live.ts';
import { needing } from '../support/needs.ts';
import { inheritedEnvironment } from '../support/run.ts';

const it = needing('root', 'busybox');
const container = containers();

/** An ELF header of a machine, with one loadable segment and nothing to execute; elf(5). */
function foreignProgram(machine: number): Uint8Array {
  const file = Buffer.alloc(120);
  file.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
  file.writeUInt16LE(2, 16); // ET_EXEC
  file.writeUInt16LE(machine, 18);
  file.writeUInt32LE(1, 20);
  file.writeBigUInt64LE(0x400000n, 24); // e_entry
  file.writeBigUInt64LE(64n, 32); // e_phoff
  file.writeUInt16LE(64, 52);
  file.writeUInt16LE(56, 54);
  file.writeUInt16LE(1, 56);
  file.writeUInt32LE(1, 64); // PT_LOAD
  file.writeUInt32LE(5, 68);
  return file;
}
const EM_AARCH64 = 183;

function put({ rootfs }: TestContainer, content: string | Uint8Array, mode = 0o755): void {
  writeFileSync(join(rootfs, 'it'), content);
  chmodSync(join(rootfs, 'it'), mode);
}

const INTERPRETER = 'its interpreter (#! line or dynamic loader) is not in the container';
const FORMAT = 'not an executable of this machine, or a script without a #! line';

/** What stands at /it, the exit code, and what is told. */
const UNFIT: Readonly<Record<string, readonly [(made: TestContainer) => void, number, string]>> = {
  'does not exist': [() => undefined, 127, 'find /it: No such file or directory (ENOENT): there is no such file in the container'],
  'leads nowhere': [({ rootfs }) => symlinkSync('/gone', join(rootfs, 'it')), 127, 'find /it: No such file or directory (ENOENT)'],
  'leads to itself': [({ rootfs }) => symlinkSync('it', join(rootfs, 'it')), 126, 'find /it: Too many levels of symbolic links (ELOOP)'],
  'is not executable': [(made) => put(made, '#!/bin/sh\n', 0o644), 126, 'find /it: Permission denied (EACCES): it is not an executable file'],
  'is a directory': [({ rootfs }) => mkdirSync(join(rootfs, 'it')), 126, 'execute /it: Permission denied (EACCES): it is not an executable file'],
  'is empty': [(made) => put(made, ''), 126, `execute /it: Exec format error (ENOEXEC): ${FORMAT}`],
  'is a script without #!': [(made) => put(made, 'echo hello\n'), 126, FORMAT],
  'has an empty #! line': [(made) => put(made, '#!\n'), 126, FORMAT],
  'is a program of another machine': [(made) => put(made, foreignProgram(EM_AARCH64)), 126, FORMAT],
  'names an interpreter that is not there': [
    (made) => put(made, '#!/nonexistent -x\n'),
    127,
    `execute /it: No such file or directory (ENOENT): ${INTERPRETER}`,
  ],
  'is its own interpreter': [(made) => put(made, '#!/it\n'), 126, 'its #! line leads to itself'],
};

for (const [title, [make, code, says]] of Object.entries(UNFIT)) {
  it(`init ${title}`, async () => {
    const made = container(['lxc.init.cmd = /it']);
    make(made);
    const words = ['run', '-P', made.lxcpath, made.name];
    const asInit = await holdfast(words);
    expect(asInit).toMatchObject({ code, stdout: '' });
    expect(asInit.stderr).toContain(says);
    expect(asInit.stderr).toMatch(new RegExp(`^holdfast: ${made.config}:\\d+: .*\\n$`));
    const asCommand = await holdfast([...words, '--', '/it']);
    expect(asCommand).toMatchObject({ code, stdout: '' });
    expect(asCommand.stderr).toContain(says);
    expect(asCommand.stderr).toMatch(/^holdfast: -- \/it: .*\n$/);
  });
}

it('a command is not found along PATH, is no name at all, or is below a file', async () => {
  const made = container([]);
  const command = (word: string) => holdfast(['run', '-P', made.lxcpath, made.name, '--', word]);
  for (const word of ['nonexistent', '']) {
    const done = await command(word);
    expect(done.code, word).toBe(127);
    expect(done.stderr).toContain('there is no such file in the container');
  }
  const below = await command('/bin/sh/x');
  expect(below.code).toBe(126);
  expect(below.stderr).toContain('(ENOTDIR)');
});

it('a directory to begin in that does not exist, with the line that asks for it', async () => {
  const line = 'lxc.init.cwd = /nonexistent';
  const made = container([line]);
  const done = await holdfast(['run', '-P', made.lxcpath, made.name]);
  expect(done.code).toBe(125);
  expect(done.stderr).toMatch(
    /config:\d+: begin in the directory \/nonexistent: No such file or directory \(ENOENT\): there is no such directory in the container/,
  );
});

it('a variable that is passed on and not set fails the start before init runs, with the reason', async () => {
  const made = container(['lxc.environment = HOLDFAST_UNSET', 'lxc.environment = HOLDFAST_SET'], 'echo "$HOLDFAST_SET"');
  const { HOLDFAST_UNSET: _, ...env } = inheritedEnvironment();
  const words = ['run', '-P', made.lxcpath, made.name];
  const refused = await holdfast(words, { env: { ...env, HOLDFAST_SET: 'yes' } });
  expect(refused).toMatchObject({ code: 125, stdout: '' });
  expect(refused.stderr).toContain('a variable that the configuration passes on (lxc.environment = NAME) is not set here');
  expect(await holdfast(words, { env: { ...env, HOLDFAST_SET: 'ä "$x"', HOLDFAST_UNSET: '' } })).toMatchObject({ code: 0, stdout: 'ä "$x"\n', stderr: '' });
});

it('thousands of words and a word of 120 kB reach the command; an error shows the beginning of them', async () => {
  const made = container([]);
  const words = ['run', '-P', made.lxcpath, made.name, '--'];
  const many = Array.from({ length: 15_000 }, (_, index) => String(index));
  const counted = await holdfast([...words, 'sh', '-c', 'echo $# ${#1} $3', 'sh', 'x'.repeat(120_000), ...many]);
  expect(counted).toMatchObject({ code: 0, stdout: '15001 120000 1\n', stderr: '' });
  const refused = await holdfast([...words, '/nonexistent', ...many]);
  expect(refused.code).toBe(127);
  expect(refused.stderr).toMatch(/^holdfast: -- \/nonexistent 0 1 2 3 4 .*\.\.\.: No such file or directory \(ENOENT\)/);
  expect(refused.stderr.length).toBeLessThan(2_000);
});

it('control characters in a word are shown, not obeyed', async () => {
  const made = container([]);
  const done = await holdfast(['run', '-P', made.lxcpath, made.name, '--', '/no\u001b[31m\nsuch']);
  expect(done.code).toBe(127);
  expect(done.stderr).toContain('find /no\\x1b[31m\\x0asuch: No such file');
  expect(done.stderr.trimEnd()).not.toMatch(/[^ -~]/);
});
