// holdfast seccomp, through the command line.

import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { decodeProgram } from '../bpf/instruction.ts';
import { findFault } from '../bpf/check.ts';
import { EXIT } from './exit-codes.ts';
import { ended } from './testing.ts';

let folder = '';
let [policy, other, faulty] = ['', '', ''];
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-seccomp-'));
  const write = (name: string, text: string) => {
    writeFileSync(join(folder, name), text);
    return join(folder, name);
  };
  policy = write('policy', '2\nallowlist errno EPERM\nread\nexecve\nclone allow [0,0,&=,0x7e020000]\n');
  other = write('other', '2\nallowlist errno EPERM\nread\nexecve\nptrace\n');
  faulty = write('faulty', '2\nallowlist\nraed\n');
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const seccomp = (...words: string[]) => ended(['seccomp', ...words]);

test('compile gives bytes that the kernel takes, C, assembly and pseudo-code', async () => {
  const file = join(folder, 'filter');
  expect(await seccomp('compile', policy, '--format', 'bpf', '-o', file, '--arch', 'x86_64')).toMatchObject({ code: 0, stdout: '' });
  const program = decodeProgram(readFileSync(file));
  expect(findFault(program)).toBeNull();
  expect((await seccomp('compile', policy, '--format', 'bpf', '--arch', 'x86_64')).stdout).toBe(readFileSync(file, 'latin1'));
  expect((await seccomp('compile', policy, '--format', 'c', '--arch', 'x86_64')).stdout.match(/\{ 0x/g)).toHaveLength(program.length);
  expect((await seccomp('compile', policy, '--arch', 'x86_64')).stdout).toMatch(/== 59 \(execve\)|59 \(execve\)|& /);
  expect((await seccomp('compile', policy, '--format', 'pseudo', '--arch', 'arm64')).stdout).toContain('if (arch == AUDIT_ARCH_AARCH64) {');
});

test('show counts and warns, as text and as JSON', async () => {
  const { stdout, code } = await seccomp('show', other, '--arch', 'x86');
  expect(code).toBe(0);
  expect(stdout).toMatch(/^x86_64 +3 +0 +\d+ +errno EPERM$/m);
  expect(stdout).toContain('  ptrace: changes other processes');
  expect(JSON.parse((await seccomp('show', other, '--arch', 'x86', '--json')).stdout)).toMatchObject({
    version: 1,
    machine: 'x86_64',
    architectures: [{ arch: 'x86_64', allowed: 3, open: [{ call: 'ptrace', passage: 'allowed' }] }, {}, {}],
  });
});

test('why names the rule and the number of instructions', async () => {
  const { stdout } = await seccomp('why', policy, 'clone(CLONE_NEWUSER)', 'clone', 'read', '--arch', 'x86');
  expect(stdout).toMatch(/^clone\(CLONE_NEWUSER\), call 120\n {2}refused, errno EPERM {2}\(no rule decides: .*policy:2; \d+ instructions\)$/m);
  expect(stdout).toMatch(/^ {2}if \(arg0 & 0x7e020000\) == 0: allowed {2}\(.*policy:5; \d+ instructions\)\n {2}else: refused/m);
  expect(JSON.parse((await seccomp('why', policy, 'read', '--arch', 'arm64', '--json')).stdout)).toMatchObject({
    calls: [{ call: 'read', ways: [{ number: 63, cached: true, outcomes: [{ verdict: 'allowed', rule: `${policy}:3` }] }] }],
  });
});

test('diff ends as diff(1) does, and says whether the second allows more', async () => {
  expect(await seccomp('diff', policy, policy)).toMatchObject({ code: 0, stdout: 'the policies decide every call alike\n' });
  const { code, stdout } = await seccomp('diff', policy, other, '--arch', 'arm64');
  expect(code).toBe(1);
  expect(stdout).toContain('calls of arm64, arm:\n');
  expect(stdout).toContain('  + ptrace: errno EPERM -> allow\n');
  expect(stdout).toContain(`${other} allows calls that ${policy} refuses, and the other way round\n`);
  expect((await seccomp('diff', policy, faulty)).code).toBe(EXIT.errors);
  expect((await seccomp('diff', policy, join(folder, 'absent'))).code).toBe(EXIT.errors);
});

test('what is faulty is told with its line, what is not there by name, and wrong words are wrong usage', async () => {
  for (const command of ['compile', 'show']) {
    const { code, stdout, stderr } = await seccomp(command, faulty);
    expect({ code, stdout }, command).toEqual({ code: EXIT.failed, stdout: '' });
    expect(stderr).toContain("faulty:3:1: error HF201: unknown system call 'raed'");
  }
  expect(await seccomp('why', faulty, 'read')).toMatchObject({ code: EXIT.failed, stdout: '' });
  expect(await seccomp('show', join(folder, 'absent'))).toMatchObject({ code: EXIT.failed, stderr: expect.stringContaining('No such file or directory') });
  for (const words of [
    ['show', policy, '--arch', 'pdp11'],
    ['why', policy],
    ['why', policy, 'clone('],
    ['why', policy, 'no_such_call'],
    ['diff', '-', '-'],
  ]) {
    const { code, stderr } = await seccomp(...words);
    expect(code, words.join(' ')).toBe(EXIT.usage);
    expect(stderr).toMatch(/^holdfast: .*\n$/);
  }
});
