import { describe, expect, test } from 'vitest';
import { decodeProgram } from '../../bpf/instruction.ts';
import { simulate } from '../../bpf/simulate.ts';
import { CONSTANTS } from '../../kernel/constants.gen.ts';
import { SYSCALLS } from '../../kernel/syscalls.gen.ts';
import type { CompiledProfile, HostFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { aHost, alice, aSpec, ids, line, set, stepLines } from '../namespaces/testing.ts';
import { apparmor, apparmorLabel, generatedText, mountApiSteps, restrictsNetworks, withProfile } from './index.ts';
import { mountApiFilter } from './mount-api.ts';
import { rawProblem } from './raw.ts';

const BINARY: CompiledProfile = { kind: 'binary', bytes: Buffer.from('compiled') };
const here = (compiled?: CompiledProfile, changes: Partial<HostFacts> = {}) =>
  aHost({
    apparmor: {
      own: 'unconfined',
      modes: null,
      mediatesMounts: true,
      dialect: { capabilities: ['chown', 'setuid', 'sys_admin'], words: [] },
      ...(compiled === undefined ? {} : { compiled }),
    },
    ...changes,
  });
const asked = (raw: readonly string[] = [], changes: Partial<ContainerSpec> = {}, nesting = false) =>
  aSpec({
    apparmor: { profile: set('generated', 3), allowIncomplete: set(false), nesting: set(nesting), raw: raw.map((rule, index) => set(rule, index + 4)) },
    ...changes,
  });
const codes = (spec: ContainerSpec, host: HostFacts) => apparmor.compile(spec, host).diagnostics.map(({ code, severity }) => `${code} ${severity}`);

describe('the text', () => {
  test('has the capabilities that are left, what namespaces own, and the lines of the configuration', () => {
    const text = generatedText(asked(['deny /x rw,'], { capabilities: { mode: 'drop', names: [set('sys_admin')], why: line(2) } }), here());
    expect(text).toContain('profile "holdfast-web" flags=(attach_disconnected,mediate_deleted) {');
    expect(text.match(/^ {2}capability .*$/gm)).toEqual(['  capability chown,', '  capability setuid,']);
    expect(text).toContain('/proc/sys/net/** w,');
    expect(text.endsWith('  # lxc.apparmor.raw\n  deny /x rw,\n}\n')).toBe(true);
  });
  test('gives what belongs to the host to nobody', () => {
    const text = generatedText(asked([], { namespaces: { mode: 'keep', names: ['net', 'ipc', 'uts'], why: line(2) } }), here());
    expect(text).not.toMatch(/^ {2}\/(proc\/sys|sys\/class)/m);
  });
  test('is never a blanket rule for mounts, also for containers within', () => {
    for (const nesting of [false, true]) {
      const rules = generatedText(asked([], {}, nesting), here()).match(/^\s*(audit deny )?mount\b.*$/gm) ?? [];
      expect(rules.length).toBeGreaterThan(20);
      expect(rules.filter((rule) => !rule.includes(' -> ') || !/ (options|fstype)=/.test(rule))).toEqual([]);
    }
  });
  test('lets nothing be mounted writable again where the configuration mounts something read-only', () => {
    const writable = (changes: Partial<ContainerSpec>) => /mount options=\(remount,bind,nosuid\)/.test(generatedText(asked([], changes), here()));
    const entry = { source: 't', target: 'mnt', fstype: 'tmpfs', options: ['nodev'], optional: false, create: null, why: line(1) } as const;
    const { mountAuto } = asked();
    expect(writable({ mounts: [entry], mountAuto: { ...mountAuto, sys: set('mixed'), proc: set('mixed') } })).toBe(true);
    expect(writable({ mounts: [entry, { ...entry, options: ['ro'] }] })).toBe(false);
    expect(writable({ mounts: [{ ...entry, source: '/srv', options: ['bind'] }] })).toBe(false);
    expect(writable({ mounts: [{ ...entry, source: '/dev/fuse', target: 'dev/fuse', options: ['bind'] }] })).toBe(true);
    expect(writable({ mountAuto: { ...mountAuto, sys: set('ro') } })).toBe(false);
    expect(writable({ root: { kind: 'dir', path: '/r', readOnly: true, why: line(1) } })).toBe(false);
    const groups = (mode: 'ro' | 'rw' | 'mixed') => ({ mountAuto: { ...mountAuto, cgroup: set({ kind: 'cgroup', mode, force: false } as const) } });
    expect(writable(groups('ro'))).toBe(false);
    expect(writable(groups('mixed'))).toBe(true);
    expect(writable({ ...groups('mixed'), namespaces: { mode: 'keep', names: ['cgroup'], why: line(2) } })).toBe(false);
    expect(writable({ ...groups('rw'), namespaces: { mode: 'keep', names: ['cgroup'], why: line(2) } })).toBe(true);
  });
  test("is about networks where they are the host's, or a line is", () => {
    expect(restrictsNetworks(asked(), here())).toBe(false);
    expect(restrictsNetworks(asked(['deny network raw,']), here())).toBe(true);
    expect(restrictsNetworks(asked(['unix (receive),']), here())).toBe(true);
    expect(restrictsNetworks(asked([], { namespaces: { mode: 'keep', names: ['net'], why: line(2) } }), here())).toBe(true);
  });
  test('lets FUSE be mounted, or a new proc, but not both by root of the machine', () => {
    const fuse = { source: '/dev/fuse', target: 'dev/fuse', fstype: 'none', options: ['bind'], optional: false, create: 'file', why: line(1) } as const;
    const allowed = (changes: Partial<ContainerSpec>) => {
      const text = generatedText(asked([], changes), here());
      return { fuse: /^ {2}mount fstype=\(.*fuse/m.test(text), proc: /^ {2}mount fstype=proc/m.test(text) };
    };
    expect(allowed({})).toEqual({ fuse: false, proc: true });
    expect(allowed({ mounts: [fuse] })).toEqual({ fuse: true, proc: false });
    expect(allowed({ mounts: [fuse], idmap: [ids('u 0 100000 65536'), ids('g 0 100000 65536')] })).toEqual({ fuse: true, proc: true });
  });
  test('opens what the configuration mounts in /proc and /sys, by its very name', () => {
    const entry = { source: '/var/lib/x', target: 'proc/a*"b', fstype: 'none', options: ['bind'], optional: false, create: null, why: line(1) } as const;
    const mounts = [
      entry,
      { ...entry, target: 'sys/ro', options: ['bind', 'ro'] },
      { ...entry, source: '/sys/kernel', target: 'sys/kernel' },
      { ...entry, target: 'mnt' },
    ];
    const opened = generatedText(asked([], { mounts }), here()).match(/^ {2}".*wl,$/gm);
    expect(opened).toEqual(['  "/proc/a\\*\\"b{,/,/**}" wl,']);
  });
});

describe('the start', () => {
  test('loads it before the groups, removes it after them, and enters it', () => {
    expect(stepLines(apparmor.compile(asked(), here(BINARY)).steps.filter(({ who }) => who === 'monitor'))).toEqual([
      'monitor cgroup: open the file through which AppArmor is given profiles [web:3]',
      '  openat(AT_FDCWD, "/sys/kernel/security/apparmor/.replace", O_WRONLY|O_CLOEXEC, 0) -> $apparmor.replace',
      'monitor cgroup: load the profile holdfast-web, in the place of one of that name [web:3]',
      '  write($apparmor.replace, <profile holdfast-web, 8 bytes>, 8) == 8',
      'monitor cgroup: close that file [web:3]',
      '  close($apparmor.replace)',
    ]);
    const undo = apparmor.compile(asked(), here(BINARY)).steps.flatMap((step) => ('undo' in step ? (step.undo ?? []) : []));
    expect(undo).toContainEqual(expect.objectContaining({ sys: 'write', args: [{ slot: 'apparmor.remove' }, { text: 'holdfast-web' }, 12] }));
    expect(apparmorLabel(asked(), here(BINARY))).toMatchObject({ exec: { text: 'exec holdfast-web', reads: 'holdfast-web (enforce)\n' } });
  });
  test('knows its label before the profile is compiled, and does nothing before it is', () => {
    const waiting = here({ kind: 'pending', kernel: 'a boot', parser: null });
    expect(apparmorLabel(asked(), waiting)?.name).toBe('holdfast-web');
    expect(apparmor.compile(asked(), waiting).steps).toEqual([]);
    expect(codes(asked(), waiting)).toEqual(['HF301 error']);
  });
  test('is refused without a parser, by an ordinary user, without a PID namespace, and where the parser refuses it', () => {
    expect(codes(asked(), here({ kind: 'absent', reason: 'none' }))).toEqual(['HF301 error']);
    expect(codes(asked(), { ...alice(), apparmor: here(BINARY).apparmor })).toEqual(['HF301 error']);
    expect(codes(asked([], { namespaces: { mode: 'keep', names: ['pid'], why: line(2) } }), here(BINARY))).toEqual(['HF293 error']);
    const refused = { kind: 'refused', message: 'no such word', rule: 'x,', why: line(9) } as const;
    expect(apparmor.compile(asked(), here(refused)).diagnostics).toMatchObject([
      { code: 'HF294', span: { line: 9 }, data: { rule: 'x,', message: 'no such word' } },
    ]);
  });
  test.each([
    ['/a r, } profile b {', 'end the profile'],
    ['profile b {', 'not closed'],
    ['/a r', 'comma'],
    ['"/a r,', 'comma|quotation'],
    ['/a r,\\', 'comma|backslash'],
    ['/a r,\n}', 'control'],
  ])('a line %j is refused', (rule, why) => {
    expect(rawProblem(rule)).toMatch(new RegExp(why));
    expect(codes(asked([rule]), here(BINARY))).toEqual(['HF292 error']);
  });
  test.each(['/{a,b} r,', 'deny "/a}b" w,', '/a\\} r,', '# }', '', 'include <abstractions/base>', 'profile x { /a r, }', 'signal, # all', 'mount /a -> /b,'])(
    'a line %j may be a rule',
    (rule) => expect(rawProblem(rule)).toBeNull(),
  );
});

describe('without a word about AppArmor', () => {
  const profileOf = (host: HostFacts, changes: Partial<ContainerSpec> = {}) => withProfile(aSpec(changes), host).apparmor?.profile?.value;
  test('a container has one of its own where AppArmor is on, or what LXC gives where the caller may load none', () => {
    expect(profileOf(here())).toBe('generated');
    expect(profileOf({ ...alice(), apparmor: here().apparmor })).toBe('lxc-container-default-cgns');
    expect(profileOf(aHost())).toBeUndefined();
    expect(profileOf(here(), { root: { kind: 'host', why: line(1) } })).toBeUndefined();
  });
});

describe('mounts by descriptors', () => {
  test('are refused as on an old kernel, mount(2) is not', () => {
    const program = decodeProgram(mountApiFilter('x86_64'));
    const answer = (nr: number) => simulate(program, { arch: CONSTANTS.AUDIT_ARCH_X86_64, nr, args: [] }).action;
    for (const name of ['fsopen', 'open_tree', 'move_mount', 'mount_setattr'] as const) expect(answer(SYSCALLS.x86_64[name])).toBe(CONSTANTS.SECCOMP_RET_ERRNO);
    expect(answer(SYSCALLS.x86_64.mount)).toBe(CONSTANTS.SECCOMP_RET_ALLOW);
  });
  test('are the business of the kernel where ids are mapped', () => {
    expect(mountApiSteps(asked(), here())).toHaveLength(1);
    expect(mountApiSteps(asked([], { idmap: [ids('u 0 100000 65536'), ids('g 0 100000 65536')] }), here())).toEqual([]);
  });
});
