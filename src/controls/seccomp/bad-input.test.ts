// Input that is wrong, contradictory or far too much: a clear error or the right filter, never a weaker one.

import { describe, expect, test } from 'vitest';
import { decodeProgram } from '../../bpf/instruction.ts';
import { simulate } from '../../bpf/simulate.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { syscallNumber } from '../../kernel/syscall-number.ts';
import { SYSCALLS } from '../../kernel/syscalls.gen.ts';
import { diagnosticText } from '../../model/diagnostic.ts';
import { compileFilter } from './index.ts';
import { specWith, X86_64 } from './testing/spec.ts';

const HOST = { ...X86_64, lastCapability: 40, capabilities: { effective: 0n, bounding: 0n }, namespaces: [] };

function compiled(text: string) {
  const spec = { ...specWith(text), capabilities: { mode: 'drop', names: [] }, namespaces: { mode: 'clone', names: [] } };
  const { program, diagnostics } = compileFilter(spec as never, HOST);
  return {
    said: diagnostics.map((one) => `${one.span?.line} ${one.severity} ${one.code} ${diagnosticText(one).message}`),
    errors: diagnostics.filter(({ severity }) => severity === 'error').map(({ code }) => code),
    program,
    action: (name: string, args: readonly bigint[] = []) => {
      if (program === null) return null;
      const { action, data } = simulate(decodeProgram(program), { arch: CONSTANTS.AUDIT_ARCH_X86_64, nr: syscallNumber(name, 'x86_64') ?? -1, args });
      return action === CONSTANTS.SECCOMP_RET_ALLOW ? 'allow' : action === CONSTANTS.SECCOMP_RET_ERRNO ? `errno ${data}` : 'other';
    },
  };
}

describe('one line', () => {
  test.each([
    ['clone errno 1 [0,1,==] [1,1,==] [2,1,==] [3,1,==] [4,1,==] [5,1,==] [0,2,>]', 'HF234'],
    ['clone errno 1 [6,1,==]', 'HF205'],
    ['clone errno 1 [0,0x10000000000000000,==]', 'HF205'],
    ['clone errno 1 [0,18446744073709551616,==]', 'HF205'],
    ['clone errno 5000', 'HF204'],
    ['clone errno 4096', 'HF204'],
    ['clone errno 1 [0,0,&=,0]', 'HF231'],
    ['clone errno 1 [0,0,SCMP_CMP_MASKED_EQ]', 'HF205'],
    ['clone errno 1 [0,CLONE_NEWUSR,==]', 'HF232'],
    ['ioctl errno 1 [1,FS_IOC_SETFLAGS,==]', 'HF233'],
    ['clone errno 1[0,1,==', 'HF205'],
    ['clone errno 1 0,1,==]', 'HF215'],
    ['clone errno', 'HF204'],
    ['clone [0,1,==] errno 1', 'HF215'],
    [`${'c'.repeat(100_000)} errno 1`, 'HF201'],
    ['clone errno 1 \u0000', 'HF215'],
    ['cl\u043ene errno 1', 'HF201'],
  ])('%.60s', (line, code) => {
    for (const kind of ['denylist', 'allowlist errno 1']) {
      const { program, errors } = compiled(`2\n${kind}\nread allow\nexecve allow\n${line}\n`);
      expect(program).toBeNull();
      expect(errors).toEqual([code]);
    }
  });
});

describe('contradictions', () => {
  test.each([
    ['mkdir errno 1\nmkdir allow', 'errno 1'],
    ['mkdir allow\nmkdir errno 1', 'errno 1'],
    ['mkdir errno 1\nmkdir errno 2', 'errno 1'],
    ['[x86_64]\nmkdir allow\n[all]\nmkdir errno 1', 'errno 1'],
    ['[all]\nmkdir allow\n[x86_64]\nmkdir errno 1', 'errno 1'],
  ])('%j: the strictest holds, and that a line has no effect is said', (lines, action) => {
    for (const kind of ['denylist', 'allowlist errno 38']) {
      const found = compiled(`2\n${kind}\nexecve allow\n${lines}\n`);
      expect(found.action('mkdir')).toBe(action);
      expect(found.said.filter((one) => one.includes('warning HF220'))).toHaveLength(lines.startsWith('[all]') ? 0 : 1);
    }
  });

  test('one that can never hold, and one that always does', () => {
    const found = compiled('2\nallowlist errno 1\nexecve\nmkdir allow [1,5,<] [1,5,>]\nchmod allow [0,0,>=]\n');
    expect([0n, 5n, 9n].map((mode) => found.action('mkdir', [0n, mode]))).toEqual(['errno 1', 'errno 1', 'errno 1']);
    expect(found.action('chmod')).toBe('allow');
  });
});

describe('10,000 lines', () => {
  const names = Object.keys(SYSCALLS.x86_64).filter((name) => name !== 'execve');
  const lines = (make: (index: number) => string) => Array.from({ length: 10_000 }, (_, index) => make(index)).join('\n');

  test('over and over about all calls', () => {
    const found = compiled(`2\nallowlist errno 38\nexecve\n${lines((index) => `${names[index % names.length]} ${index % 2 === 0 ? 'allow' : 'errno 1'}`)}\n`);
    expect(found.errors).toEqual([]);
    for (const [index, name] of names.entries()) {
      const both = names.length % 2 === 1;
      expect(found.action(name), name).toBe(both || index % 2 === 1 ? 'errno 1' : 'allow');
    }
  });

  test('each with another condition on one call: the filter would be larger than a kernel takes, which is said', () => {
    const found = compiled(`2\ndenylist\n${lines((index) => `ioctl errno 1 [1,${index * 7},==] [2,${index},!=]`)}\n`);
    expect(found.program).toBeNull();
    expect(found.errors).toEqual(['HF213']);
  });

  test('that mean nothing: an error for each', () => {
    const found = compiled(`2\ndenylist\n${lines((index) => `nonsense${index} errno 1`)}\n`);
    expect(found.errors).toHaveLength(10_000);
  });

  test('in a profile', () => {
    const entries = Array.from({ length: 10_000 }, (_, index) => ({ names: [names[index % names.length]], action: 'SCMP_ACT_ALLOW' }));
    const found = compiled(JSON.stringify({ defaultAction: 'SCMP_ACT_ERRNO', syscalls: [{ names: ['execve'], action: 'SCMP_ACT_ALLOW' }, ...entries] }));
    expect(found.errors).toEqual([]);
    expect(found.action('read')).toBe('allow');
  });
});
