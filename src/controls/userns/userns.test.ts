import { describe, expect, it } from 'vitest';
import { SYSCALLS } from '../../kernel/syscalls.gen.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { decodeProgram } from '../../bpf/instruction.ts';
import { simulate } from '../../bpf/simulate.ts';
import { ERRNO } from '../../kernel/errno.gen.ts';
import { limits } from '../limits/index.ts';
import { aHost, aSpec, checkLines, findingLines, ids, line, set, titles } from '../namespaces/testing.ts';
import { userNamespaceFilter } from './filter.ts';
import { undoneDrops, userns } from './index.ts';

const MAPPED = [ids('u 0 100000 65536'), ids('g 0 100000 65536')];
const NEW_USER = BigInt(CONSTANTS.CLONE_NEWUSER);
const drop = (...names: string[]) => ({ mode: 'drop', names: names.map((name) => set(name, 3)), why: line(3) }) as const;
const errno = (name: 'EPERM' | 'ENOSYS') => ({ action: CONSTANTS.SECCOMP_RET_ERRNO, data: ERRNO[name].number });

const answerOf = ({ action, data }: { readonly action: number; readonly data: number }) => ({ action, data });

describe('the filter', () => {
  const MACHINES = [
    ['x86_64', 'AUDIT_ARCH_X86_64', SYSCALLS.x86_64],
    ['x86_64', 'AUDIT_ARCH_X86_64', SYSCALLS.x32],
    ['x86_64', 'AUDIT_ARCH_I386', SYSCALLS.i386],
    ['arm64', 'AUDIT_ARCH_AARCH64', SYSCALLS.arm64],
    ['arm64', 'AUDIT_ARCH_ARM', SYSCALLS.arm],
  ] as const;

  it.each(MACHINES)('of %s answers by %s', (machine, arch, numbers) => {
    const program = decodeProgram(userNamespaceFilter(machine));
    const ask = (name: 'clone' | 'clone3' | 'unshare' | 'setns' | 'execve' | 'mount', ...args: readonly bigint[]) =>
      answerOf(simulate(program, { arch: CONSTANTS[arch], nr: numbers[name], args }));
    const allow = { action: CONSTANTS.SECCOMP_RET_ALLOW, data: 0 };
    for (const name of ['clone', 'unshare'] as const) {
      expect(ask(name, NEW_USER)).toEqual(errno('EPERM'));
      expect(ask(name, NEW_USER | BigInt(CONSTANTS.CLONE_NEWNS) | (5n << 40n))).toEqual(errno('EPERM'));
      expect(ask(name, BigInt(CONSTANTS.CLONE_NEWNS))).toEqual(allow);
      expect(ask(name, 0n)).toEqual(allow);
    }
    expect(ask('clone3')).toEqual(errno('ENOSYS'));
    for (const flags of [NEW_USER, NEW_USER | 1n, 0n, 1n << 32n]) expect(ask('setns', 3n, flags), String(flags)).toEqual(errno('EPERM'));
    expect(ask('setns', 3n, BigInt(CONSTANTS.CLONE_NEWNET))).toEqual(allow);
    expect([ask('execve'), ask('mount')]).toEqual([allow, allow]);
  });
});

describe('holdfast.userns.max', () => {
  const spec = (max: number, changes = {}) => aSpec({ usernsMax: set(max, 4), ...changes });
  const found = (one: ReturnType<typeof spec>) => findingLines(userns.compile(one, aHost()).diagnostics).map((text) => text.slice(0, 14));

  it('0 is a filter in every container, and the limit of a user namespace of its own', () => {
    for (const one of [spec(0), spec(0, { idmap: MAPPED })]) {
      expect(titles(userns.compile(one, aHost()).steps)).toEqual(['init seccomp: load a filter that refuses to make and to enter user namespaces']);
      expect(checkLines(userns.verify(one, aHost()))).toEqual(["/proc/{pid}/status Seccomp: equals '2'"]);
    }
    expect(titles(limits.compile(spec(0), aHost()).steps)).toEqual([]);
    expect(titles(limits.compile(spec(0, { idmap: MAPPED }), aHost()).steps)).toContain("init sysctl: write '0' to /proc/sys/user/max_user_namespaces");
  });

  it('more is the limit alone, where it holds', () => {
    const holds = spec(3, { idmap: MAPPED, capabilities: drop('sys_resource') });
    expect([found(holds), userns.compile(holds, aHost()).steps, userns.verify(holds, aHost())]).toEqual([[], [], []]);
    expect(found(spec(3, { idmap: MAPPED }))).toEqual(['HF375 error :4']);
    expect(found(spec(3))).toEqual(['HF374 error :4']);
  });

  it('nothing is done where nobody asks', () => {
    expect([userns.compile(aSpec(), aHost()), userns.verify(aSpec(), aHost())]).toEqual([{ steps: [], diagnostics: [] }, []]);
  });
});

describe('drops that a user namespace undoes', () => {
  const policy = (text: string) => set({ path: 'p', text: `2\ndenylist\n${text}\n` });
  const of = (changes: Parameters<typeof aSpec>[0]) => findingLines(undoneDrops(aSpec(changes), aHost())).map((text) => text.split(' / ')[0]);
  const warning = ['HF376 warning :3: lxc.cap.drop takes sys_admin away, and any process of the container has them again in a user namespace that it makes'];

  it.each([
    ['sys_admin', { capabilities: drop('sys_admin') }, warning],
    ["those that LXC's own configuration drops, which no user namespace gives back", { capabilities: drop('sys_module', 'sys_time', 'mac_admin') }, []],
    ['nothing', {}, []],
    ['sys_admin of a mapped root', { capabilities: drop('sys_admin'), idmap: MAPPED }, []],
    ['sys_admin, with none to be made', { capabilities: drop('sys_admin'), usernsMax: set(0) }, []],
    ['sys_admin, with a policy about something else', { capabilities: drop('sys_admin'), seccomp: policy('mount errno 1') }, warning],
    [
      'sys_admin, with a policy that forgets clone3',
      { capabilities: drop('sys_admin'), seccomp: policy('clone errno 1 [0,CLONE_NEWUSER,&=,CLONE_NEWUSER]\nunshare errno 1') },
      warning,
    ],
    [
      'sys_admin, with a policy that closes every way',
      { capabilities: drop('sys_admin'), seccomp: policy('clone errno 1 [0,0x10000000,&=,0x10000000]\nclone3 errno 38\nunshare errno 1') },
      [],
    ],
  ])('%s', (_, changes, expected) => expect(of(changes)).toEqual(expected));
});
