import { describe, expect, test } from 'vitest';
import { assemble } from '../../bpf/assemble.ts';
import { decodeProgram, encodeProgram } from '../../bpf/instruction.ts';
import { argumentOffset } from '../../bpf/seccomp-data.ts';
import { diagnosticText } from '../../model/diagnostic.ts';
import type { HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { SYSCALLS } from '../../kernel/syscalls.gen.ts';
import { isNotified } from './allows.ts';
import { allows, compileFilter, filterSteps, notifies, permission, seccomp } from './index.ts';
import { socketAddress } from './notify-steps.ts';
import { ARTICLE, COMMON, SMALL_ALLOWLIST } from './testing/corpus.ts';
import { ALLOW_MISSING, ARM64, CONFIG, LINUX32, specWith, X86_64 } from './testing/spec.ts';

function said(text: string, more: Partial<ContainerSpec> = {}, host: HostFacts = X86_64): readonly string[] {
  return compileFilter(specWith(text, more), host).diagnostics.map(
    (one) => `${one.span?.file}:${one.span?.line} ${one.severity} ${one.code} ${diagnosticText(one).message}`,
  );
}

function bytes(text: string, host: HostFacts = X86_64): Uint8Array {
  const { program, diagnostics } = compileFilter(specWith(text), host);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  if (program === null) throw new Error('no program');
  return program;
}

describe('the control', () => {
  test('loads the filter with the one call there is for it', () => {
    const { steps, diagnostics } = seccomp.compile(specWith(COMMON), X86_64);
    expect(diagnostics).toEqual([]);
    const filter = bytes(COMMON);
    const length = decodeProgram(filter).length;
    expect(steps).toEqual(
      filterSteps(
        { filter, flags: [] },
        { path: '', text: '' },
        { container: null, reconnects: true, kernel: X86_64.kernel },
        CONFIG,
        `denylist of 6 rules, otherwise allow, ${length} instructions`,
      ),
    );
    expect(steps).toMatchObject([
      {
        who: 'init',
        phase: 'seccomp',
        what: `load the system call filter: denylist of 6 rules, otherwise allow, ${length} instructions`,
        why: CONFIG,
        actions: [
          {
            sys: 'seccomp',
            args: [
              { flags: ['SECCOMP_SET_MODE_FILTER'] },
              0,
              { struct: 'sock_fprog', fields: { len: length, filter: { bytes: filter, note: `${length} instructions of classic BPF` } } },
            ],
          },
        ],
        hints: { EACCES: expect.stringContaining('lxc.no_new_privs') },
      },
    ]);
  });

  test('without a policy there is nothing to do', () => {
    expect(seccomp.compile(specWith(null), X86_64)).toEqual({ steps: [], diagnostics: [] });
    expect(seccomp.verify(specWith(null), X86_64)).toEqual([]);
  });

  test('asks the kernel whether there is a filter', () => {
    expect(seccomp.verify(specWith(COMMON), X86_64)).toMatchObject([{ path: '/proc/{pid}/status', field: 'Seccomp', expect: { kind: 'equals', text: '2' } }]);
  });

  test('the same policy gives the same bytes', () => {
    expect(bytes(COMMON)).toEqual(bytes(COMMON));
    expect(bytes(COMMON)).not.toEqual(bytes(COMMON, ARM64));
  });

  test('a faulty policy gives no step', () => {
    expect(seccomp.compile(specWith('2\ndenylist\nmkdri\n'), X86_64).steps).toEqual([]);
    expect(seccomp.compile(specWith('3\n'), X86_64).steps).toEqual([]);
  });
});

describe('a policy under which nothing can start', () => {
  test('is an error that names the call', () => {
    expect(said(ARTICLE)).toEqual(['web/config:12 error HF258 under this policy not even init can be started: execve of x86_64 is refused']);
    expect(said('2\nallowlist\n[x86]\nexecve\n')).toHaveLength(1);
    expect(said('2\ndenylist\nexecve errno 1\n')).toHaveLength(1);
  });

  test('insisted on, it is loaded as it is, and never left out', () => {
    const spec = specWith(ARTICLE, ALLOW_MISSING);
    expect(said(ARTICLE, ALLOW_MISSING)).toEqual([expect.stringContaining('warning HF259 the policy is loaded as it is, as insisted: execve of x86_64')]);
    expect(seccomp.compile(spec, X86_64).steps).toMatchObject([{ phase: 'seccomp' }]);
    const { program } = compileFilter(spec, X86_64);
    const filter = program ?? new Uint8Array();
    expect(['execve', 'read', 'syslog'].map((name) => permission(filter, 'x86_64', name))).toEqual(['never', 'never', 'always']);
    expect(seccomp.verify(spec, X86_64)).toHaveLength(1);
  });

  test('when it depends on arguments, that is said', () => {
    expect(said('2\ndenylist\nexecve errno 1 [1,0,==]\n')).toEqual([expect.stringContaining('web/config:12 warning HF216')]);
  });
});

describe('notify', () => {
  const NOTIFY = '2\ndenylist\nmknod notify\n';

  const proxy = (value: string) => ({ seccomp: { value: { path: 'web.seccomp', text: NOTIFY, proxy: { value, why: CONFIG } }, why: CONFIG } });

  test('with a proxy the filter asks, and its listener is fetched', () => {
    const { steps, diagnostics } = seccomp.compile({ ...specWith(null), ...proxy('/run/p') }, X86_64);
    expect(diagnostics).toEqual([]);
    expect(steps.map(({ who, phase }) => `${who} ${phase}`)).toEqual(['monitor open', 'monitor open', 'monitor open', 'monitor admit', 'init seccomp']);
    expect(steps[0]).toMatchObject({
      what: 'connect to the proxy unix:/run/p',
      actions: [{ sys: 'socket' }, { sys: 'connect', args: [{ slot: 'proxy' }, {}, 9] }],
    });
    expect(steps.at(-1)?.actions).toMatchObject([
      { builtin: 'arm-courier' },
      { sys: 'seccomp', args: [{}, { flags: ['SECCOMP_FILTER_FLAG_NEW_LISTENER', 'SECCOMP_FILTER_FLAG_WAIT_KILLABLE_RECV'] }, { struct: 'sock_fprog' }] },
      { builtin: 'leave-listener' },
    ]);
    const filter = bytes('2\ndenylist\nmkdir errno 1\n');
    const asking = compileFilter({ ...specWith(null), ...proxy('/run/p') }, X86_64).program ?? filter;
    expect([notifies(filter), notifies(asking)]).toEqual([false, true]);
    expect([isNotified(asking, 'x86_64', 'mknod'), isNotified(asking, 'x86_64', 'mkdir')]).toEqual([true, false]);
  });

  test('before 5.19 a signal may interrupt a call that is being decided', () => {
    const { steps } = seccomp.compile({ ...specWith(null), ...proxy('@p') }, { ...X86_64, kernel: { release: '5.18', major: 5, minor: 18 } });
    expect(steps.at(-1)?.actions[1]).toMatchObject({ args: [{}, { flags: ['SECCOMP_FILTER_FLAG_NEW_LISTENER'] }, {}] });
  });

  test('its address as connect(2) takes it', () => {
    expect([...socketAddress('/a')]).toEqual([1, 0, 47, 97, 0]);
    expect([...socketAddress('@a')]).toEqual([1, 0, 0, 97]);
  });

  test('a proxy that cannot be reached or is never asked', () => {
    const codes = (value: string, text: string) => {
      const { seccomp: asked } = proxy(value);
      return compileFilter({ ...specWith(null), seccomp: { ...asked, value: { ...asked.value, text } } }, X86_64).diagnostics.map(({ code }) => code);
    };
    expect(codes(`/${'a'.repeat(106)}`, NOTIFY)).toEqual([]);
    expect(codes(`/${'a'.repeat(107)}`, NOTIFY)).toEqual(['HF256']);
    expect(codes(`/${'ä'.repeat(54)}`, NOTIFY)).toEqual(['HF256']);
    expect(codes('/a', '2\ndenylist\nmkdir\n')).toEqual(['HF255']);
    expect(codes('/a', '2\ndenylist\nexecve notify\n')).toEqual(['HF257']);
    expect(codes('/a', '2\nallowlist notify\nread\n')).toEqual(['HF257']);
    expect(codes('/a', '2\nallowlist notify\nexecve\n')).toEqual([]);
  });

  test('is an error where there is no proxy', () => {
    expect(said(NOTIFY)).toEqual([
      expect.stringContaining("web.seccomp:3 error HF301 'lxc.seccomp.profile' is read but cannot be enforced: the action 'notify'"),
    ]);
    expect(said('2\nallowlist notify\nexecve\n')[0]).toContain('web.seccomp:2 error HF301');
  });

  test('allowed to be missing, the rest holds and the call gives ENOSYS', () => {
    const { program, diagnostics } = compileFilter(specWith(NOTIFY, ALLOW_MISSING), X86_64);
    expect(diagnostics.map(({ code }) => code)).toEqual(['HF302']);
    expect(program).toEqual(bytes('2\ndenylist\nmknod errno ENOSYS\n'));
  });
});

describe('on top of another filter', () => {
  const asked = (nesting: boolean | null) => {
    const value = { path: 'web.seccomp', text: COMMON, ...(nesting === null ? {} : { nesting: { value: nesting, why: CONFIG } }) };
    return seccomp.compile({ ...specWith(null), seccomp: { value, why: CONFIG } }, X86_64).steps.map(({ phase }) => phase);
  };
  test('it is loaded, unless that is forbidden in so many words: then there is no start', () => {
    expect(asked(null)).toEqual(['seccomp']);
    expect(asked(true)).toEqual(['seccomp']);
    expect(asked(false)).toEqual(['claim', 'seccomp']);
  });
});

describe('names', () => {
  test.each([
    ['2\ndenylist\nmkdri errno 1\n', X86_64, "web.seccomp:3 error HF201 unknown system call 'mkdri'"],
    ['2\ndenylist\nconstructor errno 1\n', X86_64, "error HF201 unknown system call 'constructor'"],
    ['2\ndenylist\n[arm]\nmkdri errno 1\n', ARM64, 'web.seccomp:4 error HF201'],
    [
      '2\ndenylist\n[arm64]\nopen errno 1\n',
      ARM64,
      "error HF209 [arm64] has no system call 'open', which is one of all architectures but arm64, riscv64, loongarch64",
    ],
    [
      '2\ndenylist\nopen errno 1\n',
      ARM64,
      "info HF210 'open' is a system call of all architectures but arm64, riscv64, loongarch64: on arm64 the line is about arm calls",
    ],
    ['2\ndenylist\nset_tls errno 1\n', X86_64, "info HF210 'set_tls' is a system call of arm: the line has no effect on x86_64"],
    ['2\ndenylist\n[ppc64le]\nspu_run errno 1\nrtas\n', X86_64, 'web.seccomp:4 info HF211 section [ppc64le] has no effect on x86_64'],
    ['2\ndenylist\n[x86_64]\nset_tls errno 1\n', X86_64, "error HF209 [x86_64] has no system call 'set_tls', which is one of arm"],
    ['2\ndenylist\nriscv_hwprobe errno 1\n', X86_64, "'riscv_hwprobe' is a system call of riscv64: the line has no effect on x86_64"],
    ['2\ndenylist\n[arm]\nopen errno 1\nclose\n', X86_64, 'info HF211 section [arm] has no effect on x86_64'],
    [
      '2\ndenylist\nconnect errno 1 [1,0,==]\n',
      X86_64,
      "info HF218 'connect' can also be made through socketcall on x86, where arguments cannot be seen: there the line holds for any",
    ],
    ['2\ndenylist\nsocket allow [0,1,==]\n', X86_64, 'the line allows nothing there'],
    ['2\ndenylist\nmknod errno 1\nmknod allow [1,2,==]\n', X86_64, "web.seccomp:4 warning HF220 'mknod allow' has no effect: line 3 says 'mknod errno EPERM'"],
    ['2\ndenylist\nmknod errno 1\nmknod errno 2\n', X86_64, "web.seccomp:4 warning HF220 'mknod errno ENOENT'"],
  ])('%j', (text, host, message) => {
    const found = said(text, {}, host);
    expect(found).toHaveLength(1);
    expect(found[0]).toContain(message);
  });

  test.each([
    ['the same thing twice', '2\ndenylist\nmknod errno 1\nmknod errno 1\n', X86_64],
    ['other architectures', '2\ndenylist\n[x86]\nmknod errno 1\n[x86_64]\nmknod kill\n', X86_64],
    ['a stricter line with conditions', '2\ndenylist\nmknod errno 1\nmknod kill [1,2,==]\n', X86_64],
    ['connect with conditions where there is no socketcall', '2\ndenylist\nconnect errno 1 [1,0,==]\n', ARM64],
  ])('nothing is said of %s', (_, text, host) => {
    expect(said(text, {}, host)).toEqual([]);
  });

  test('numbers of version 1 that no call has', () => {
    expect(said('1\nallowlist\n59\n400\n9999\n400\n')).toEqual([
      expect.stringContaining('web.seccomp:4 warning HF214 no system call of x86_64 is known for 400, 9999'),
    ]);
  });

  test('version 1 in a 32-bit container', () => {
    expect(said('1\nallowlist\n59\n', LINUX32)).toEqual([expect.stringContaining('web.seccomp:2 warning HF219')]);
    expect(said(COMMON, LINUX32)).toEqual([]);
  });
});

describe('conditions on arguments of which the kernel uses 32 bits', () => {
  test.each([
    ['ioctl errno 1 [1,0x5412,==]', 'HF221', 'write [1,0x5412,&=,0xffffffff]'],
    ['unshare kill [0,5,<]', 'HF221', 'mask within 0xffffffff'],
    ['personality allow [0,8,!=]', 'HF221', 'mask within 0xffffffff'],
    ['umount2 errno 1 [1,1,&=,0x100000001]', 'HF221', 'mask within 0xffffffff'],
  ])('%s can be got around', (line, code, help) => {
    const { diagnostics } = compileFilter(specWith(`2\ndenylist\n${line}\n`), ARM64);
    expect(diagnostics.map((one) => one.code)).toEqual([code]);
    expect(diagnostics.map((one) => diagnosticText(one).help).join()).toContain(help);
  });

  test.each([
    'ioctl errno 1 [1,0x5412,&=,0xffffffff]', // what the help says
    'ioctl errno 1 [2,0x5412,==]', // a pointer
    'clone errno 1 [0,17,==]', // unsigned long
    'ioctl allow [1,0x5412,==]', // more bits are not allowed
    'unshare kill [0,5,>]', // more bits are refused
    'constructor', // an error of its own
    '[arm]\nioctl errno 1 [1,0x5412,==]', // has no more bits
  ])('%s cannot', (line) => {
    const { diagnostics } = compileFilter(specWith(`2\ndenylist\n${line}\n`), ARM64);
    expect(diagnostics.map((one) => one.code)).not.toContain('HF221');
  });
});

test('a filter that is too long is an error', () => {
  const conditions = Array.from({ length: 40 }, (_, index) => `ioctl errno 1 [3,${index},>] [2,${index},<]`);
  const text = (count: number) =>
    `2\ndenylist\n${Array.from({ length: count }, () => conditions.join('\n').replaceAll('errno 1', `errno ${count}`)).join('\n')}\n`;
  expect(said(text(1))).toEqual([]);
  expect(said(text(10))[0]).toMatch(/^web.seccomp:2 error HF213 .*\d+ instructions, the kernel takes 4096$/);
});

test('every call can be listed, and the program stays short', () => {
  const names = Object.keys(SYSCALLS.x86_64);
  const every = decodeProgram(bytes(`2\nallowlist\n${names.join('\n')}\n`));
  const half = decodeProgram(bytes(`2\nallowlist\nexecve\n${names.filter((_, index) => index % 2 === 0).join('\n')}\n`));
  expect(every.length).toBeLessThan(300);
  expect(half.length).toBeLessThan(1250);
});

describe('what a filter lets through', () => {
  test('always, sometimes, never', () => {
    const filter = bytes('2\nallowlist\nexecve\nread log\nwrite allow [0,1,==]\nkill errno 1\nclone [0,1,==]\nclone [0,1,!=]\n');
    expect(['execve', 'read', 'write', 'kill', 'wait4', 'clone', 'set_tls'].map((name) => permission(filter, 'x86_64', name))).toEqual([
      'always',
      'always',
      'sometimes',
      'never',
      'never',
      'sometimes',
      'never',
    ]);
    expect(permission(filter, 'i386', 'execve')).toBe('always');
  });

  test('a reaper lives under a denylist, and not under a small allowlist', () => {
    const reaper = ['wait4', 'waitid', 'rt_sigtimedwait', 'kill', 'exit_group', 'clone'];
    expect(allows(bytes(COMMON), 'x86_64', reaper)).toBe(true);
    expect(allows(bytes(COMMON, ARM64), 'arm64', reaper)).toBe(true);
    expect(allows(bytes(SMALL_ALLOWLIST), 'x86_64', reaper)).toBe(false);
    expect(allows(bytes(SMALL_ALLOWLIST), 'x86_64', ['execve', 'exit_group'])).toBe(true);
  });

  test('of a word that it computes nothing can be told', () => {
    const computed = assemble([
      { kind: 'load', offset: argumentOffset(0, 'low') },
      { kind: 'return', value: 'a' },
    ]);
    expect(permission(encodeProgram(computed), 'x86_64', 'read')).toBe('sometimes');
    expect(allows(encodeProgram(computed), 'x86_64', ['read'])).toBe(false);
  });

  test('a call that the other architecture lacks is not let through', () => {
    expect(permission(bytes(COMMON, ARM64), 'arm64', 'open')).toBe('never');
  });
});
