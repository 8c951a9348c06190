import { describe, expect, it } from 'vitest';
import type { ContainerSpec } from '../../model/spec.ts';
import type { SysCall } from '../../model/step.ts';
import { aHost, alice, aSpec, checkLines, findingLines, FULL, ids, line, set, stepLines, titles } from '../namespaces/testing.ts';
import { capabilities, keptCapabilities } from './index.ts';
import { setCapabilities } from './sets.ts';
import { afterIds, beforeIds } from './until-exec.ts';

const MAPPED = [ids('u 0 100000 65536'), ids('g 0 100000 65536')];
const drop = (...names: string[]) => ({ mode: 'drop', names: names.map((name, index) => set(name, 3 + index)), why: line(3) }) as const;
const keep = (...names: string[]) => ({ mode: 'keep', names: names.map((name, index) => set(name, 3 + index)), why: line(3) }) as const;
const steps = (...args: Parameters<typeof capabilities.compile>) => capabilities.compile(...args).steps;
const found = (...args: Parameters<typeof capabilities.compile>) => findingLines(capabilities.compile(...args).diagnostics);
const asUser = (uid: number, changes: Partial<ContainerSpec> = {}) => aSpec({ ...changes, init: { ...aSpec().init, uid: set(uid) } });
const SECCOMP = set({ path: 'p', text: '2' });
const without = (...numbers: number[]) => numbers.reduce((mask, number) => mask & ~(1n << BigInt(number)), FULL);

/** What the bounding set is after these steps, from full. */
function simulate(all: ReturnType<typeof steps>, start = FULL): bigint {
  let mask = start;
  for (const action of all.flatMap((step) => step.actions)) {
    if (!('sys' in action) || action.sys !== 'prctl') continue;
    const [operation, number] = action.args;
    if (typeof operation !== 'object' || !('flags' in operation) || operation.flags[0] !== 'PR_CAPBSET_DROP') continue;
    mask &= ~(1n << BigInt(number as number));
  }
  return mask;
}

const maskOf = (numbers: Iterable<number>) => [...numbers].reduce((mask, number) => mask | (1n << BigInt(number)), 0n);

describe('bounding set', () => {
  it('drops each name with its line, a repeated one once', () => {
    expect(stepLines(steps(aSpec({ capabilities: drop('sys_module', '17', 'sys_module') }), aHost()).filter(({ phase }) => phase === 'bounding'))).toEqual([
      'init bounding: drop CAP_SYS_MODULE from the bounding set [web:3]',
      '  prctl(PR_CAPBSET_DROP, 16, 0, 0, 0)',
      'init bounding: drop CAP_SYS_RAWIO from the bounding set [web:4]',
      '  prctl(PR_CAPBSET_DROP, 17, 0, 0, 0)',
    ]);
  });

  it('keeps nothing but what is named, in one step', () => {
    const [first] = steps(aSpec({ capabilities: keep('chown', 'kill') }), aHost());
    expect(titles(first ? [first] : [])).toEqual(['init bounding: reduce the bounding set to chown, kill']);
    expect(first?.actions).toHaveLength(39);
  });

  it('can keep nothing', () => {
    const spec = aSpec({ capabilities: { mode: 'keep', names: [], why: line(3) } });
    expect(titles(steps(spec, aHost()))[0]).toBe('init bounding: reduce the bounding set to nothing');
    expect(simulate(steps(spec, aHost()))).toBe(0n);
  });

  it.each([
    ['drop', aSpec({ capabilities: drop('sys_module', 'sys_time') })],
    ['drop nothing', aSpec()],
    ['keep', aSpec({ capabilities: keep('chown', 'net_admin') })],
    ['keep with a map', aSpec({ capabilities: keep('sys_resource'), idmap: MAPPED })],
  ])('ends at what is kept, whoever starts the launcher: %s', (_, spec) => {
    for (const bounding of [FULL, without(24), without(0, 16)]) {
      const host = aHost({ capabilities: { effective: FULL, bounding } });
      expect(simulate(steps(spec, host))).toBe(maskOf(keptCapabilities(spec, host)));
    }
  });

  it('drops what the caller lacks too, but not in a new user namespace', () => {
    const host = aHost({ capabilities: { effective: FULL, bounding: without(24) } });
    expect(titles(steps(aSpec(), host))[0]).toBe("init bounding: drop what the caller's bounding set lacks too: sys_resource");
    expect(steps(aSpec({ idmap: MAPPED }), host).some(({ phase }) => phase === 'bounding')).toBe(false);
  });
});

describe('other sets', () => {
  it('are emptied before the ids change', () => {
    const sets = steps(aSpec(), aHost()).filter(({ phase }) => phase === 'credentials');
    expect(stepLines(sets)).toEqual([
      'init credentials: empty the inheritable and ambient capability sets, reset the secure bits [law: what the caller happens to hold never leaks in]',
      '  prctl(PR_SET_SECUREBITS, 0, 0, 0, 0)',
      '  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0)',
      '  capget({version=_LINUX_CAPABILITY_VERSION_3}, &capabilities.own)',
      '  capabilities.own+8:4 := 0',
      '  capabilities.own+20:4 := 0',
      '  capset({version=_LINUX_CAPABILITY_VERSION_3}, &capabilities.own)',
    ]);
  });

  it.each([
    ['user 0', asUser(0, { seccomp: SECCOMP }), [], []],
    ['user 1000 without filter', asUser(1000), [], ['effective=0 permitted=0']],
    ['user 1000 with a filter and no_new_privs', asUser(1000, { seccomp: SECCOMP, noNewPrivs: set(true) }), [], ['effective=0 permitted=0']],
    [
      'user 1000 with a filter alone',
      asUser(1000, { seccomp: SECCOMP }),
      ['PR_SET_KEEPCAPS, 1'],
      ['PR_SET_KEEPCAPS, 0', 'effective=2097152 permitted=2097152'],
    ],
    [
      'user 1000 that keeps chown, kill',
      asUser(1000, { capabilities: keep('chown', 'kill') }),
      ['PR_SET_KEEPCAPS, 1'],
      ['PR_SET_KEEPCAPS, 0', 'effective=33 permitted=33 inheritable=33', 'PR_CAP_AMBIENT_RAISE, 0', 'PR_CAP_AMBIENT_RAISE, 5'],
    ],
    [
      'user 1000 that keeps chown, with a filter: CAP_SYS_ADMIN is neither inheritable nor ambient',
      asUser(1000, { capabilities: keep('chown'), seccomp: SECCOMP }),
      ['PR_SET_KEEPCAPS, 1'],
      ['PR_SET_KEEPCAPS, 0', 'effective=2097153 permitted=2097153 inheritable=1', 'PR_CAP_AMBIENT_RAISE, 0'],
    ],
    ['user 1000 that drops some', asUser(1000, { capabilities: drop('chown') }), [], ['effective=0 permitted=0']],
    ['user 1000 that keeps chown and is not to have it', asUser(1000, { capabilities: { ...keep('chown'), inheritance: set(false) } }), [], ['effective=0']],
    [
      'user 0 under SECBIT_NOROOT that keeps chown',
      asUser(0, { capabilities: keep('chown'), secureBits: set(['noroot', 'no_cap_ambient_raise'] as const) }),
      ['PR_SET_KEEPCAPS, 1'],
      [
        'PR_SET_KEEPCAPS, 0',
        'effective=257 permitted=257 inheritable=1',
        'PR_CAP_AMBIENT_RAISE, 0',
        'PR_SET_SECUREBITS, SECBIT_NOROOT|SECBIT_NOROOT_LOCKED|SECBIT_NO_CAP_AMBIENT_RAISE|SECBIT_NO_CAP_AMBIENT_RAISE_LOCKED',
      ],
    ],
    [
      'user 0 that cannot change ids without losing sets',
      asUser(0, { secureBits: set(['no_setuid_fixup'] as const) }),
      [],
      ['PR_SET_SECUREBITS, SECBIT_NO_SETUID_FIXUP|SECBIT_NO_SETUID_FIXUP_LOCKED'],
    ],
  ])('of %s', (_, spec, before, after) => {
    const text = (actions: ReturnType<typeof beforeIds>) => stepLines([{ who: 'init', phase: 'credentials', what: '', why: line(1), actions }]).slice(1);
    const pieces = (actual: readonly string[], expected: readonly string[]) => {
      expect(actual).toHaveLength(expected.length);
      expected.forEach((piece, index) => expect(actual[index]).toContain(piece));
    };
    pieces(text(beforeIds(spec, aHost())), before);
    pieces(text(afterIds(spec, aHost())), after);
  });

  it('are split into two words', () => {
    expect(setCapabilities((1n << 40n) | 1n).args[1]).toEqual({
      array: [
        { struct: 'cap_user_data', fields: { effective: 1n, permitted: 1n } },
        { struct: 'cap_user_data', fields: { effective: 256n, permitted: 256n } },
      ],
    });
  });
});

describe('verify phase', () => {
  const verifySteps = (spec: ContainerSpec, host = aHost()) => steps(spec, host).filter(({ phase }) => phase === 'verify');

  it('reads every bit of the bounding set', () => {
    const [bits] = verifySteps(aSpec({ capabilities: keep('chown', 'checkpoint_restore') }));
    const expected = ((bits?.actions ?? []) as readonly SysCall[]).map((action) => action.expect);
    expect(expected).toHaveLength(41);
    expect(expected.flatMap((one, number) => (one === 1 ? [number] : []))).toEqual([0, 40]);
    expect(expected.every((one) => one === 0 || one === 1)).toBe(true);
  });

  it.each([
    [aSpec({ capabilities: keep('chown', 'kill') }), 'chown, kill'],
    [aSpec({ capabilities: drop('sys_module', 'sys_time') }), 'everything but sys_module, sys_time'],
    [aSpec(), 'everything'],
    [aSpec({ capabilities: keep() }), 'nothing'],
  ])('names the shorter half', (spec, text) => {
    expect(titles(verifySteps(spec))[0]).toBe(`init verify: the bounding set is ${text}`);
  });

  it('reads the inheritable set as empty, and the rest where it must be exact', () => {
    expect(stepLines(verifySteps(asUser(0)).slice(1))).toEqual([
      'init verify: the inheritable and ambient sets are empty, the secure bits 0 [law: verified]',
      '  capget({version=_LINUX_CAPABILITY_VERSION_3}, &capabilities.read-back)',
      '  capabilities.read-back+8:4 == 0',
      '  capabilities.read-back+20:4 == 0',
      '  prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) == 0',
    ]);
    expect(stepLines(verifySteps(asUser(1000, { seccomp: SECCOMP })).slice(1))).toEqual(
      expect.arrayContaining([
        '  capabilities.read-back+4:4 == 2097152',
        '  capabilities.read-back+16:4 == 0',
        '  capabilities.read-back+0:4 == 2097152',
        '  capabilities.read-back+12:4 == 0',
      ]),
    );
    expect(stepLines(verifySteps(asUser(1000, { capabilities: keep('chown', 'kill') })).slice(1))).toEqual([
      'init verify: the inheritable and ambient sets are chown, kill, the secure bits 0, no capability left but CAP_CHOWN, CAP_KILL [law: verified]',
      '  capget({version=_LINUX_CAPABILITY_VERSION_3}, &capabilities.read-back)',
      ...[8, 20, 4, 16, 0, 12].map((offset) => `  capabilities.read-back+${offset}:4 == ${offset < 12 ? 33 : 0}`),
      '  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 0, 0, 0) == 1',
      '  prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_IS_SET, 5, 0, 0) == 1',
      '  prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) == 0',
    ]);
    expect(stepLines(verifySteps(asUser(0, { secureBits: set(['noroot'] as const) })).slice(1))).toContain('  prctl(PR_GET_SECUREBITS, 0, 0, 0, 0) == 3');
  });
});

describe('findings', () => {
  const mapped = (changes: Partial<ContainerSpec>) => aSpec({ idmap: MAPPED, ...changes });

  it.each([
    ['a word that is none', mapped({ capabilities: drop('sys_modul') }), aHost(), ["HF340 error :3: 'sys_modul' is no capability"]],
    ['dropping what the kernel lacks', mapped({ capabilities: drop('45') }), aHost(), ['HF341 info :3: this kernel has no capability 45']],
    [
      'keeping what the kernel lacks',
      mapped({ capabilities: keep('bpf') }),
      aHost({ lastCapability: 38 }),
      ["HF301 error :3: 'lxc.cap.keep' is read but cannot be enforced: this kernel has no capability bpf (its last is perfmon)"],
    ],
    [
      'keeping what the caller lacks',
      aSpec({ capabilities: keep('sys_resource') }),
      aHost({ capabilities: { effective: FULL, bounding: without(24) } }),
      ["HF301 error :3: 'lxc.cap.keep' is read but cannot be enforced: the caller's own bounding set lacks sys_resource"],
    ],
    ['the same with a map', mapped({ capabilities: keep('sys_resource') }), aHost({ capabilities: { effective: FULL, bounding: without(24) } }), []],
    ['the same for an ordinary user', aSpec({ capabilities: keep('sys_resource') }), alice({ capabilities: { effective: 0n, bounding: without(24) } }), []],
    [
      'keeping for a user that is not root',
      { ...mapped({ capabilities: { ...keep('chown'), inheritance: set(false) } }), init: { ...aSpec().init, uid: set(7) } },
      aHost(),
      ['HF343 warning :3: init runs as user 7, and with lxc.cap.inheritance = 0 begins without'],
    ],
    ['keeping for one that is given them', { ...mapped({ capabilities: keep('chown') }), init: { ...aSpec().init, uid: set(7) } }, aHost(), []],
    [
      'a kernel newer than the table',
      mapped({ capabilities: drop('41') }),
      aHost({ lastCapability: 43 }),
      ['HF372 info :3: this kernel has capabilities without a name here, and they stay: 42 43 / add them to lxc.cap.drop by number'],
    ],
    ['a kernel newer than the table, keeping', mapped({ capabilities: keep('chown') }), aHost({ lastCapability: 43 }), []],
    [
      'a root that is given nothing',
      mapped({ secureBits: set(['noroot'] as const, 4) }),
      aHost(),
      ['HF373 info :4: with noroot init begins without any capability'],
    ],
    ['a root that is given what is kept', mapped({ capabilities: keep('chown'), secureBits: set(['noroot'] as const, 4) }), aHost(), []],
    ['keeping none for it', { ...mapped({ capabilities: keep() }), init: { ...aSpec().init, uid: set(7) } }, aHost(), []],
    ['harmless ones without a map', aSpec({ capabilities: keep('chown', 'kill') }), aHost(), []],
    [
      'powerful ones without a map',
      aSpec({ capabilities: keep('chown', 'sys_module', 'sys_admin') }),
      aHost(),
      [
        'HF342 warning :3: without an id map root of this container is root of the host, and it keeps sys_admin (mounts and administers the host), sys_module (loads code into the kernel) / map its ids (lxc.idmap), or drop them (lxc.cap.drop = sys_admin sys_module)',
      ],
    ],
  ])('of %s', (_, spec, host, expected) => {
    const lines = found(spec, host);
    expect(lines).toHaveLength(expected.length);
    expected.forEach((begin, index) => expect(lines[index]?.startsWith(begin), lines[index]).toBe(true));
  });

  it('can be allowed by name', () => {
    const spec = aSpec({ idmap: MAPPED, capabilities: keep('99', 'chown'), allowMissing: [set('lxc.cap.keep')] });
    expect(found(spec, aHost())[0]).toMatch(/^HF302 warning :3/);
    expect([...keptCapabilities(spec, aHost())]).toEqual([0]);
  });
});

describe('verify', () => {
  it('expects the kept set of root, and none of others', () => {
    const spec = aSpec({ capabilities: keep('chown', 'checkpoint_restore') });
    expect(checkLines(capabilities.verify(spec, aHost()))).toEqual([
      "/proc/{pid}/status CapBnd: equals '0000010000000001'",
      "/proc/{pid}/status CapInh: equals '0000000000000000'",
      "/proc/{pid}/status CapAmb: equals '0000000000000000'",
      "/proc/{pid}/status CapPrm: equals '0000010000000001'",
      "/proc/{pid}/status CapEff: equals '0000010000000001'",
    ]);
    const without = asUser(5, { capabilities: { ...keep('chown'), inheritance: set(false) } });
    expect(checkLines(capabilities.verify(without, aHost())).slice(3)).toEqual([
      "/proc/{pid}/status CapPrm: equals '0000000000000000'",
      "/proc/{pid}/status CapEff: equals '0000000000000000'",
    ]);
  });

  it('expects every set of a user who is given what is kept, and of user 0 under SECBIT_NOROOT', () => {
    const noroot = asUser(0, { capabilities: { ...drop(), inheritance: set(false) }, secureBits: set(['noroot'] as const) });
    const all = (mask: string) => ['CapInh', 'CapAmb', 'CapPrm', 'CapEff'].map((field) => `/proc/{pid}/status ${field}: equals '${mask}'`);
    expect(checkLines(capabilities.verify(asUser(5, { capabilities: keep('chown') }), aHost())).slice(1)).toEqual(all('0000000000000001'));
    expect(checkLines(capabilities.verify(noroot, aHost())).slice(1)).toEqual(all('0000000000000000'));
  });
});
