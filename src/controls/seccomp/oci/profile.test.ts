import { describe, expect, test } from 'vitest';
import { syscallTable } from '../../../kernel/arch.ts';
import { CAPABILITIES } from '../../../kernel/capabilities.gen.ts';
import { CONSTANTS } from '../../../kernel/constants.gen.ts';
import { syscallNumber } from '../../../kernel/syscall-number.ts';
import { diagnosticText, hasErrors } from '../../../model/diagnostic.ts';
import { readFileSync } from 'node:fs';
import type { Arch } from '../../../kernel/arch.ts';
import { compileFilter, seccomp } from '../index.ts';
import { evaluate } from '../evaluate.ts';
import { parsePolicy } from '../parse.ts';
import { AUDIT_ARCH, CONVENTIONS, type Native, type Policy } from '../policy.ts';
import { DOCKER_DEFAULT } from '../testing/docker.ts';
import { CONFIG, specWith, X86_64 } from '../testing/spec.ts';
import { verdictText } from '../verdicts.ts';
import { isProfile, parseProfile, type Surroundings } from './index.ts';

/** What Docker leaves to a container (docs.docker.com/engine/containers/run, "Runtime privilege and Linux capabilities"). */
const DOCKER_CAPABILITIES = 'audit_write chown dac_override fowner fsetid kill mknod net_bind_service net_raw setfcap setgid setpcap setuid sys_chroot'.split(
  ' ',
);
const numbers = (names: readonly string[]) => new Set(names.map((name) => CAPABILITIES[name as keyof typeof CAPABILITIES]));

function around(machine: Native = 'x86_64', more: Partial<Surroundings> = {}): Surroundings {
  return { machine, kernel: { major: 6, minor: 1 }, capabilities: numbers(DOCKER_CAPABILITIES), ...more };
}

function read(profile: unknown, where: Surroundings = around()): Policy {
  const { policy, diagnostics } = parseProfile(typeof profile === 'string' ? profile : JSON.stringify(profile), 'p.json', where);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  return policy as Policy;
}

/** The verdict on a call by name. */
function asked(policy: Policy, machine: Native, name: string, args: readonly bigint[] = [], arch: Arch = machine): string {
  const nr = syscallNumber(name, arch);
  if (nr === undefined) throw new Error(`${arch} has no ${name}`);
  return verdictText(evaluate(policy, machine, { arch: CONSTANTS[AUDIT_ARCH[arch]], nr, args }));
}

const said = (text: string, where = around()) =>
  parseProfile(text, 'p.json', where).diagnostics.map(
    (one) => `${one.span?.line}:${one.span?.column} ${one.severity} ${one.code} ${diagnosticText(one).message}`,
  );

describe("Docker's default profile", () => {
  test.each(['x86_64', 'arm64'] as const)('on %s says what its form in the language of LXC says, of every call', (machine) => {
    const policy = read(DOCKER_DEFAULT, around(machine));
    const text = readFileSync(new URL('../../../../bench/docker-default.seccomp', import.meta.url), 'utf8');
    const other = parsePolicy(text, 'p', machine).policy as Policy;
    const conditional = new Set(other.rules.filter(({ conditions }) => conditions.length > 0).map(({ call }) => (call.kind === 'name' ? call.name : '')));
    conditional.add('socketcall');
    const flags = [0n, 8n, 40n, 0x11n, 0x1000_0000n, 0x7e02_0000n, 0xffff_ffffn, 0x1_0000_0000n, 0x20008n];
    for (const arch of CONVENTIONS[machine]) {
      for (const [name, nr] of Object.entries(syscallTable(arch))) {
        for (const first of conditional.has(name) ? flags : [0n]) {
          const call = { arch: CONSTANTS[AUDIT_ARCH[arch]], nr, args: [first, first] };
          expect(evaluate(policy, machine, call), `${arch} ${name} ${first}`).toEqual(evaluate(other, machine, call));
        }
      }
    }
  });

  test('knows every name; on x86_64 all of them mean something', () => {
    expect(said(DOCKER_DEFAULT)).toEqual([]);
  });

  test('on riscv64 the names of calls that only others have are said once', () => {
    const found = said(DOCKER_DEFAULT, around('riscv64'));
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('info HF228 system calls of other architectures only, so that naming them has no effect on riscv64: access, alarm, chmod,');
  });

  test('with CAP_SYS_ADMIN namespaces and mounts are open, and clone3 is', () => {
    const admin = around('x86_64', { capabilities: numbers([...DOCKER_CAPABILITIES, 'sys_admin']) });
    const [with_, without] = [read(DOCKER_DEFAULT, admin), read(DOCKER_DEFAULT)];
    expect([asked(with_, 'x86_64', 'mount'), asked(without, 'x86_64', 'mount')]).toEqual(['allow', 'errno EPERM']);
    expect([asked(with_, 'x86_64', 'clone', [0x1000_0000n]), asked(without, 'x86_64', 'clone', [0x1000_0000n])]).toEqual(['allow', 'errno EPERM']);
    expect([asked(with_, 'x86_64', 'clone3'), asked(without, 'x86_64', 'clone3')]).toEqual(['allow', 'errno ENOSYS']);
  });

  test('before 4.8 ptrace is refused', () => {
    expect(asked(read(DOCKER_DEFAULT, around('x86_64', { kernel: { major: 4, minor: 7 } })), 'x86_64', 'ptrace')).toBe('errno EPERM');
    expect(asked(read(DOCKER_DEFAULT, around('x86_64', { kernel: { major: 4, minor: 8 } })), 'x86_64', 'ptrace')).toBe('allow');
    expect(asked(read(DOCKER_DEFAULT, around('x86_64', { kernel: { major: 5, minor: 0 } })), 'x86_64', 'ptrace')).toBe('allow');
  });

  test('on s390x the flags of clone are its second argument', () => {
    const policy = read(DOCKER_DEFAULT, around('s390x'));
    expect(asked(policy, 's390x', 'clone', [0x1000_0000n, 0n])).toBe('allow');
    expect(asked(policy, 's390x', 'clone', [0n, 0x1000_0000n])).toBe('errno EPERM');
  });

  test('is compiled like any other policy', () => {
    const spec = {
      ...specWith(DOCKER_DEFAULT),
      capabilities: { mode: 'keep', names: DOCKER_CAPABILITIES.map((value) => ({ value })) },
      namespaces: { mode: 'clone', names: [] },
      idmap: [],
    };
    const host = { ...X86_64, lastCapability: 40, capabilities: { effective: 2n ** 41n - 1n, bounding: 2n ** 41n - 1n }, namespaces: [] };
    const { program, diagnostics } = compileFilter(spec as never, host);
    expect(hasErrors(diagnostics)).toBe(false);
    expect(program?.length).toBeGreaterThan(100);
  });
});

const ERRNO = 'SCMP_ACT_ERRNO';
const ALLOW = 'SCMP_ACT_ALLOW';

describe('what a profile means', () => {
  test('actions are libseccomp words; EPERM where there is no number', () => {
    const names = ['KILL', 'KILL_THREAD', 'KILL_PROCESS', 'TRAP', 'ERRNO', 'LOG', 'NOTIFY'];
    const calls = ['read', 'write', 'open', 'close', 'stat', 'fstat', 'lstat'];
    const policy = read({ defaultAction: ALLOW, syscalls: names.map((name, index) => ({ names: [calls[index]], action: `SCMP_ACT_${name}` })) });
    expect(calls.map((name) => asked(policy, 'x86_64', name))).toEqual(['kill_thread', 'kill_thread', 'kill_process', 'trap', 'errno EPERM', 'log', 'notify']);
  });

  test('an entry with the default action says nothing (runc, matchCall)', () => {
    const syscalls = [
      { names: ['mkdir'], action: ALLOW, args: [{ index: 1, value: 0, op: 'SCMP_CMP_EQ' }] },
      { names: ['mkdir'], action: ERRNO },
    ];
    expect(asked(read({ defaultAction: ERRNO, syscalls }), 'x86_64', 'mkdir')).toBe('allow');
    expect(asked(read({ defaultAction: ERRNO, defaultErrnoRet: 38, syscalls }), 'x86_64', 'mkdir')).toBe('errno EPERM');
  });

  test('conditions of an entry must all hold; those about one argument are alternatives', () => {
    const args = (...list: readonly (readonly [number, number])[]) => list.map(([index, value]) => ({ index, value, op: 'SCMP_CMP_EQ' }));
    const profile = (...list: readonly (readonly [number, number])[]) => ({
      defaultAction: ERRNO,
      syscalls: [{ names: ['lseek'], action: ALLOW, args: args(...list) }],
    });
    const both = read(profile([0, 1], [2, 1]));
    expect([asked(both, 'x86_64', 'lseek', [1n, 0n, 1n]), asked(both, 'x86_64', 'lseek', [1n, 0n, 0n])]).toEqual(['allow', 'errno EPERM']);
    const either = read(profile([0, 1], [0, 2], [2, 9]));
    expect([[1n], [2n], [3n], [3n, 0n, 9n]].map((one) => asked(either, 'x86_64', 'lseek', one))).toEqual(['allow', 'allow', 'errno EPERM', 'allow']);
    expect(said(JSON.stringify(profile([0, 1], [0, 2])))[0]).toContain(
      "warning HF229 'lseek': several conditions are about argument 0, and so each of 'args' alone lets the call through",
    );
  });

  test('SCMP_CMP_MASKED_EQ has the mask in value and what is left in valueTwo', () => {
    const args = [{ index: 1, value: 0xf000, valueTwo: 0x2000, op: 'SCMP_CMP_MASKED_EQ' }];
    const policy = read({ defaultAction: ALLOW, syscalls: [{ names: ['mknod'], action: ERRNO, errnoRet: 38, args }] });
    expect([0x2180n, 0x6180n].map((mode) => asked(policy, 'x86_64', 'mknod', [0n, mode]))).toEqual(['errno ENOSYS', 'allow']);
  });

  test('values keep all 64 bits', () => {
    const text = `{"defaultAction":"${ALLOW}","syscalls":[{"names":["lseek"],"action":"${ERRNO}","args":[{"index":1,"value":18446744073709551615,"op":"SCMP_CMP_EQ"}]}]}`;
    const policy = read(text);
    expect([2n ** 64n - 1n, 2n ** 64n - 2n].map((offset) => asked(policy, 'x86_64', 'lseek', [0n, offset]))).toEqual(['errno EPERM', 'allow']);
  });

  test('calls by an architecture that is not listed end the process; the own one is always listed', () => {
    const profile = { defaultAction: ALLOW, architectures: ['SCMP_ARCH_X86'], syscalls: [{ names: ['reboot', 'arch_prctl'], action: ERRNO }] };
    const policy = read(profile);
    const verdicts = (one: Policy) => (['x86_64', 'i386', 'x32'] as const).map((arch) => asked(one, 'x86_64', 'read', [], arch));
    expect(verdicts(policy)).toEqual(['allow', 'allow', 'kill_process']);
    expect(verdicts(read({ ...profile, architectures: undefined }))).toEqual(['allow', 'kill_process', 'kill_process']);
    expect(verdicts(read({ defaultAction: ALLOW, archMap: [{ architecture: 'SCMP_ARCH_X86_64', subArchitectures: ['SCMP_ARCH_X32'] }] }))).toEqual([
      'allow',
      'kill_process',
      'allow',
    ]);
    expect(verdicts(read({ defaultAction: ALLOW, archMap: [{ architecture: 'SCMP_ARCH_AARCH64', subArchitectures: ['SCMP_ARCH_X86'] }] }))).toEqual([
      'allow',
      'kill_process',
      'kill_process',
    ]);
  });

  test('null is like nothing', () => {
    expect(read({ defaultAction: ALLOW, archMap: null, syscalls: [{ names: ['read'], action: ERRNO, args: null, includes: null }] }).rules).toHaveLength(1);
  });
});

const entry = (more: string) => `{"defaultAction":"${ERRNO}","syscalls":[\n{"names":["read"],"action":"${ALLOW}"${more}}]}`;
const arg = (text: string) => entry(`,"args":[{${text}}]`);

test.each([
  ['{', '1:2 error HF222 the profile is no JSON: it ends where a name in quotes is expected'],
  ['{}', "1:1 error HF225 'defaultAction' is missing in the profile"],
  ['{"defaultAction":"SCMP_ACT_ALOW"}', "1:18 error HF226 unknown action 'SCMP_ACT_ALOW'"],
  ['{"defaultAction":7}', "1:18 error HF224 'defaultAction' must be a string, and not 7"],
  [`{"defaultaction":"${ALLOW}","defaultAction":"${ALLOW}"}`, "1:2 error HF223 'defaultaction' has no meaning in a profile"],
  [`{"defaultAction":"${ALLOW}","defaultErrnoRet":1}`, "error HF227 'defaultErrnoRet' has no meaning beside an action other than 'SCMP_ACT_ERRNO'"],
  [`{"defaultAction":"${ERRNO}","defaultErrnoRet":5000}`, "error HF224 'defaultErrnoRet' must be a whole number from 0 to 4095, and not 5000"],
  [
    `{"defaultAction":"${ERRNO}","architectures":["SCMP_ARCH_X86"],"archMap":[{"architecture":"SCMP_ARCH_X86"}]}`,
    "error HF227 'architectures' has no meaning beside 'archMap'",
  ],
  [`{"defaultAction":"${ERRNO}","architectures":["x86"]}`, "error HF226 unknown architecture 'x86'"],
  [`{"defaultAction":"${ERRNO}","listenerPath":"/run/agent"}`, "error HF230 'listenerPath' of the profile cannot be enforced"],
  [`{"defaultAction":"${ERRNO}","flags":["SECCOMP_FILTER_FLAG_LGO"]}`, "error HF226 unknown flag 'SECCOMP_FILTER_FLAG_LGO'"],
  [`{"defaultAction":"${ERRNO}","flags":["SECCOMP_FILTER_FLAG_NEW_LISTENER"]}`, "error HF226 unknown flag 'SECCOMP_FILTER_FLAG_NEW_LISTENER'"],
  [`{"defaultAction":"${ERRNO}","flags":["SECCOMP_FILTER_FLAG_TSYNC"]}`, "info HF260 the flag 'SECCOMP_FILTER_FLAG_TSYNC' has no effect: init has a single"],
  [
    `{"defaultAction":"${ERRNO}","flags":["SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV"]}`,
    "info HF260 the flag 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV' has no effect: no call is notified of",
  ],
  ['{"defaultAction":"SCMP_ACT_TRACE"}', "error HF230 'SCMP_ACT_TRACE' of the profile cannot be enforced"],
  [entry(',"errnoRet":5'), "error HF227 'errnoRet' has no meaning beside"],
  [entry(',"acton":5'), "2:45 error HF223 'acton' has no meaning in an entry of 'syscalls'"],
  [entry(',"name":"open"'), "error HF227 'name' has no meaning beside 'names'"],
  [`{"defaultAction":"${ERRNO}","syscalls":[{"names":[],"action":"${ALLOW}"}]}`, "error HF225 'names' is missing"],
  [`{"defaultAction":"${ERRNO}","syscalls":[{"names":["raed"],"action":"${ALLOW}"}]}`, "error HF201 unknown system call 'raed'"],
  [arg('"index":6,"value":1,"op":"SCMP_CMP_EQ"'), "2:62 error HF224 'index' must be a whole number from 0 to 5, and not 6"],
  [arg('"index":0,"value":18446744073709551616,"op":"SCMP_CMP_EQ"'), "error HF224 'value' must be a whole number from 0 to 18446744073709551615"],
  [arg('"index":0,"value":1e3,"op":"SCMP_CMP_EQ"'), "error HF224 'value' must be a whole number"],
  [arg('"index":0,"value":-1,"op":"SCMP_CMP_EQ"'), "error HF224 'value' must be a whole number"],
  [arg('"index":0,"value":1,"op":"=="'), "error HF226 unknown operator '=='"],
  [arg('"index":0,"value":1'), "error HF225 'op' is missing in an entry of 'args'"],
  [arg('"value":1,"op":"SCMP_CMP_EQ"'), "error HF225 'index' is missing in an entry of 'args'"],
  [arg('"index":0,"value":1,"valueTwo":3,"op":"SCMP_CMP_EQ"'), "error HF227 'valueTwo' has no meaning beside an operator other"],
  [arg('"index":0,"value":0,"valueTwo":3,"op":"SCMP_CMP_MASKED_EQ"'), 'error HF231'],
  [arg('"index":0,"value":15,"valueTwo":31,"op":"SCMP_CMP_MASKED_EQ"'), 'warning HF217'],
  [entry(',"includes":{"caps":["SYS_ADMIN"]}'), "error HF226 unknown capability 'SYS_ADMIN'"],
  [entry(',"includes":{"arches":["x86_64"]}'), "error HF226 unknown architecture 'x86_64'"],
  [entry(',"excludes":{"minKernel":"four"}'), "error HF224 'minKernel' must be a version as '4.8', and not 'four'"],
  [entry(',"includes":[]'), "error HF224 'includes' must be an object, and not a list"],
])('%s', (text, message) => {
  const found = said(text);
  expect(found).toHaveLength(1);
  expect(found[0]).toContain(message);
});

describe('flags', () => {
  const flags = ['SECCOMP_FILTER_FLAG_LOG', 'SECCOMP_FILTER_FLAG_SPEC_ALLOW'];
  const profile = JSON.stringify({ defaultAction: ALLOW, flags: [...flags, 'SECCOMP_FILTER_FLAG_LOG'] });

  test('are given to seccomp(2), and said in the plan', () => {
    expect(read(profile).flags).toEqual(flags);
    const { steps } = seccomp.compile(specWith(profile), X86_64);
    expect(steps).toMatchObject([
      {
        what: expect.stringMatching(/, \d+ instructions; what it refuses is logged; Speculative Store Bypass stays as it is$/) as unknown,
        actions: [{ sys: 'seccomp', args: [{ flags: ['SECCOMP_SET_MODE_FILTER'] }, { flags }, { struct: 'sock_fprog' }] }],
      },
    ]);
  });

  test('stand beside those of a listener', () => {
    const text = JSON.stringify({ defaultAction: ALLOW, flags, syscalls: [{ names: ['mknod'], action: 'SCMP_ACT_NOTIFY' }] });
    const seccompSpec = { value: { path: 'p', text, proxy: { value: '/run/p', why: CONFIG } }, why: CONFIG };
    const { steps } = seccomp.compile({ ...specWith(null), seccomp: seccompSpec }, X86_64);
    const own = ['SECCOMP_FILTER_FLAG_NEW_LISTENER', 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'];
    expect(steps.at(-1)?.actions[1]).toMatchObject({ args: [{}, { flags: [...own, ...flags] }, {}] });
  });

  test('of waiting killably need a kernel that does, where a call is notified of', () => {
    const text = JSON.stringify({ defaultAction: 'SCMP_ACT_NOTIFY', flags: ['SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'] });
    expect(said(text, around('x86_64', { kernel: { major: 5, minor: 19 } }))).toEqual([]);
    expect(said(text, around('x86_64', { kernel: { major: 5, minor: 18 } }))).toEqual([
      expect.stringContaining("error HF230 the flag 'SECCOMP_FILTER_FLAG_WAIT"),
    ]);
  });
});

test('what begins with a brace is a profile', () => {
  expect([' \n{', '\ufeff{}', '2\n', '[all]', ''].map(isProfile)).toEqual([true, true, false, false, false]);
});
