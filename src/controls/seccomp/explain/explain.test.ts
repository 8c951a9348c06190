// Calls as they are written, C, pseudo-code, the summary, and the table of dangerous calls.

import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decodeProgram, encodeProgram } from '../../../bpf/instruction.ts';
import { CONSTANTS } from '../../../kernel/constants.gen.ts';
import { callNames } from '../calls.ts';
import { archNamed, machineOf } from './architecture.ts';
import { cArray } from './c-array.ts';
import { readCall } from './call-text.ts';
import { DANGERS } from './dangers.ts';
import { comparePolicies } from './diff.ts';
import { openPolicy, type OpenedPolicy } from './open.ts';
import { pseudoCode } from './pseudo.ts';
import { summarise } from './summary.ts';
import { explain } from './why.ts';

function opened(text: string, machine: 'x86_64' | 'arm64' = 'x86_64'): OpenedPolicy {
  const { opened: found } = openPolicy(text, 'p', machine);
  if (found === null) throw new Error(`no policy: ${text}`);
  return found;
}

const POLICY = '2\nallowlist errno EPERM\nread\nexecve\nclone allow [0,0,&=,0x7e020000]\n[x86]\nsocket\n';

describe('a call as it is written', () => {
  test.each([
    ['clone', []],
    ['clone()', []],
    [' clone ( 0x10000000 ) ', [0x1000_0000n]],
    ['clone(CLONE_NEWUSER|CLONE_NEWNS, *, _, ?, 010)', [BigInt(CONSTANTS.CLONE_NEWUSER | CONSTANTS.CLONE_NEWNS), null, null, null, 8n]],
    ['clone(CLONE_VM|SIGCHLD)', [BigInt(CONSTANTS.CLONE_VM) + 17n]],
    ['openat(AT_FDCWD)', [2n ** 64n - 100n]],
    ['kill(-1, 18446744073709551615)', [2n ** 64n - 1n, 2n ** 64n - 1n]],
  ])('%s', (text, args) => {
    expect(readCall(text, 'x86_64')).toEqual({ call: { name: text.trim().replace(/\W.*/, ''), args } });
  });

  test.each([
    '',
    'clone(',
    'a b',
    'clone(1,2,3,4,5,6,7)',
    'clone(NO_SUCH)',
    'clone(08)',
    'clone(18446744073709551616)',
    'clone(-9223372036854775809)',
    'clone(1|)',
    'x(constructor)',
  ])('%j is none', (text) => {
    expect(readCall(text, 'x86_64')).toHaveProperty('problem');
  });

  test('a constant has the value of its machine', () => {
    expect(readCall('openat(*,*,O_DIRECTORY)', 'arm64')).toMatchObject({ call: { args: [null, null, 0x4000n] } });
    expect(readCall('openat(*,*,O_DIRECTORY)', 'x86_64')).toMatchObject({ call: { args: [null, null, 0x10000n] } });
  });

  test('whatever is written, it is a call or a problem', () => {
    fc.assert(fc.property(fc.string(), (text) => 'call' in readCall(text, 'x86_64') !== 'problem' in readCall(text, 'x86_64')));
  });
});

test('the C array holds the very program', () => {
  const { program } = opened(POLICY);
  const rows = [...cArray(program, 'a */ b').matchAll(/\{ (0x\w+), (\d+), (\d+), (0x\w+) \}/g)];
  const read = rows.map(([, code, jt, jf, k]) => ({ code: Number(code), jt: Number(jt), jf: Number(jf), k: Number(k) }));
  expect(read).toEqual(decodeProgram(encodeProgram(program)));
});

test('pseudo-code names architectures, calls, conditions and lines', () => {
  expect(pseudoCode(opened(POLICY)).split('if (arch == AUDIT_ARCH_I386) {')[1]).toBe(`
    if (call in {
        execve, read, socket
    }) {
        return ALLOW;
    }
    if (call == clone) {
        if ((arg0 & 0x7e020000) == 0) return ALLOW;  // p:5
        return ERRNO(EPERM);
    }
    if (call == socketcall) {
        if (arg0 == 1) return ALLOW;  // p:7
        return ERRNO(EPERM);
    }
    return ERRNO(EPERM);
}
return KILL_PROCESS;  // by no calling convention of this machine
`);
});

test('a call is explained with its rule, and by every way in which it can be made', () => {
  const policy = opened(POLICY);
  const [clone] = explain(policy, 'x86_64', 'clone', [BigInt(CONSTANTS.CLONE_NEWUSER)]);
  expect(clone).toMatchObject({ number: 56, through: null, cached: false, outcomes: [{ verdict: { kind: 'errno' }, rule: null, conditions: [] }] });
  const [any] = explain(policy, 'x86_64', 'clone', []);
  expect(any?.outcomes.map(({ verdict, rule, conditions }) => [verdict.kind, rule?.span.line, conditions.length])).toEqual([
    ['allow', 5, 1],
    ['errno', undefined, 0],
  ]);
  expect(explain(policy, 'x86_64', 'read', [])).toMatchObject([{ cached: true, outcomes: [{ rule: { span: { line: 3 } } }] }]);
  expect(explain(policy, 'i386', 'socket', []).map(({ number, through }) => [number, through?.value])).toEqual([
    [359, undefined],
    [102, 1n],
  ]);
  expect(explain(policy, 'x86_64', 'socketcall', [])).toEqual([]);
});

test('a summary counts every call once, and finds what is left open with the arguments that make it dangerous', () => {
  const { architectures, instructions } = summarise(opened(POLICY));
  expect(instructions).toBeGreaterThan(10);
  expect(architectures.map(({ arch, allowed, conditional, open }) => [arch, allowed, conditional, open])).toEqual([
    ['x86_64', 2, 1, []],
    ['x32', 2, 1, []],
    [
      'x86',
      3,
      2,
      [
        expect.objectContaining({ call: 'socket(AF_PACKET)' }),
        expect.objectContaining({ call: 'socket(AF_VSOCK)' }),
        expect.objectContaining({ call: 'socket(AF_ALG)' }),
      ],
    ],
  ]);
  const all = summarise(opened('2\ndenylist\n[all]\nkexec_load errno 1\n'));
  const names = all.architectures[0]?.open.map(({ call }) => call);
  expect(names).toContain('bpf');
  expect(names).toContain('clone(CLONE_NEWUSER)');
  expect(names).not.toContain('kexec_load');
});

test('two policies differ in what the second allows or denies', () => {
  const after = opened('2\nallowlist errno EPERM\nread\nbpf\nexecve errno EACCES\nclone allow [0,0,&=,0x7e000000]\n[x86]\nsocket\n');
  const difference = comparePolicies(opened(POLICY), after);
  expect(difference).toMatchObject({ differ: true, allowsMore: true, allowsLess: true });
  expect(difference.architectures[0]).toMatchObject({ arch: 'x86_64' });
  expect(difference.architectures[0]?.changes.map(({ call, kind, opens, closes }) => [call, kind, opens, closes])).toEqual([
    ['clone', 'arguments', 'clone(0x20000)', null],
    ['execve', 'denied', null, 'execve'],
    ['bpf', 'allowed', 'bpf', null],
  ]);
});

test('dangers are calls that exist, each with a reason in one sentence', () => {
  const names = DANGERS.flatMap(({ calls }) => calls);
  expect(names.filter((name) => !callNames().has(name))).toEqual([]);
  for (const { calls, why, source, args, shown } of DANGERS) {
    expect(why, calls.join()).toMatch(/^[a-z].{20,}[^.]$/);
    expect(source, calls.join()).not.toBe('');
    expect(args === undefined, calls.join()).toBe(shown === undefined);
  }
});

test('architectures have the names of policies and the usual ones', () => {
  expect(['x86', 'i386', 'amd64', 'aarch64', 'X32', 'all', 'nonsense'].map(archNamed)).toEqual(['i386', 'i386', 'x86_64', 'arm64', 'x32', null, null]);
  expect([machineOf('i386', 'x86_64'), machineOf('arm', 'x86_64'), machineOf('arm', 'arm64')]).toEqual(['x86_64', 'arm64', 'arm64']);
});
