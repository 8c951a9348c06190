import { describe, expect, it } from 'vitest';
import { decodeProgram } from '../../bpf/instruction.ts';
import { simulate } from '../../bpf/simulate.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { ERRNO } from '../../kernel/errno.gen.ts';
import { SYSCALLS } from '../../kernel/syscalls.gen.ts';
import { aHost, aSpec, checkLines, findingLines, ids, set, titles } from '../namespaces/testing.ts';
import { keyFilter, keys, sharedKeys } from './index.ts';

const MAPPED = [ids('u 0 100000 65536'), ids('g 0 100000 65536')];

describe('the filter', () => {
  const MACHINES = [
    ['x86_64', 'AUDIT_ARCH_X86_64', SYSCALLS.x86_64],
    ['x86_64', 'AUDIT_ARCH_X86_64', SYSCALLS.x32],
    ['x86_64', 'AUDIT_ARCH_I386', SYSCALLS.i386],
    ['arm64', 'AUDIT_ARCH_AARCH64', SYSCALLS.arm64],
    ['arm64', 'AUDIT_ARCH_ARM', SYSCALLS.arm],
  ] as const;

  it.each(MACHINES)('of %s has no keys by %s, and leaves all else', (machine, arch, numbers) => {
    const program = decodeProgram(keyFilter(machine));
    const ask = (nr: number) => {
      const { action, data } = simulate(program, { arch: CONSTANTS[arch], nr, args: [] });
      return [action, data];
    };
    const refused = ['keyctl', 'add_key', 'request_key'] as const;
    for (const name of refused) expect(ask(numbers[name])).toEqual([CONSTANTS.SECCOMP_RET_ERRNO, ERRNO.ENOSYS.number]);
    const others = Object.entries(numbers).filter(([name]) => !refused.some((one) => one === name));
    expect(others.filter(([, number]) => ask(number)[0] !== CONSTANTS.SECCOMP_RET_ALLOW)).toEqual([]);
  });
});

describe('holdfast.keyctl', () => {
  it('0 loads it before the policy, and asks the kernel afterwards', () => {
    const spec = aSpec({ keyctl: set(false, 4) });
    expect(titles(keys.compile(spec, aHost()).steps)).toEqual(['init seccomp: load a filter that refuses the calls of keyrings']);
    expect(checkLines(keys.verify(spec, aHost()))).toEqual(["/proc/{pid}/status Seccomp: equals '2'"]);
  });

  it('1, and nothing, do nothing', () => {
    for (const spec of [aSpec(), aSpec({ keyctl: set(true, 4) })]) {
      expect([keys.compile(spec, aHost()), keys.verify(spec, aHost())]).toEqual([{ steps: [], diagnostics: [] }, []]);
    }
  });
});

describe('a container is told that it shares keys', () => {
  const policy = (text: string) => set({ path: 'p', text: `2\ndenylist\n${text}\n` });
  it.each([
    ['without ids of its own', {}, ['keyctl, add_key, request_key']],
    ['with a policy about something else', { seccomp: policy('mount errno 1') }, ['keyctl, add_key, request_key']],
    ['with one that forgets a call', { seccomp: policy('keyctl errno 38\nadd_key errno 38') }, ['request_key']],
    ['not with one that refuses them', { seccomp: policy('keyctl errno 38\nadd_key errno 38\nrequest_key errno 38') }, []],
    ['not with ids of its own', { idmap: MAPPED }, []],
    ['not where it is refused', { keyctl: set(false, 4) }, []],
    ['not where it is meant', { keyctl: set(true, 4) }, []],
  ])('%s', (_, changes, calls) => {
    const found = sharedKeys(aSpec(changes), aHost());
    expect(found.map(({ data }) => data['calls'])).toEqual(calls);
    expect(findingLines(found).every((line) => line.startsWith('HF396 warning'))).toBe(true);
  });
});
