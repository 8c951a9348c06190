import { describe, expect, test } from 'vitest';
import { STRUCTS } from '../../kernel/structs.gen.ts';
import { FS_RIGHTS, abiOf, rightsOf } from '../../kernel/landlock.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { aHost, aSpec, line } from '../namespaces/testing.ts';
import { landlock } from './index.ts';

const DEFAULT: ContainerSpec['landlock'] = { value: { kind: 'default' }, why: line(3) };
const file = (text: string): ContainerSpec['landlock'] => ({ value: { kind: 'file', path: '/r', text }, why: line(3) });
const LISTED = { lsms: ['capability', 'apparmor'], lsmsListed: true };

const textOf = (changes: Partial<ContainerSpec>, host = aHost()) => landlock.compile(aSpec(changes), host).steps.map(({ what }) => what);
const codes = (changes: Partial<ContainerSpec>, host = aHost()) => landlock.compile(aSpec(changes), host).diagnostics.map(({ code }) => code);

describe('what is compiled', () => {
  test('nothing where nothing is asked', () => {
    expect(landlock.compile(aSpec(), aHost())).toEqual({ steps: [], diagnostics: [] });
  });

  test('the default opens where files belong, and nothing of /proc, /sys and the root itself', () => {
    const [what = ''] = textOf({ landlock: DEFAULT });
    expect(what).toContain('read /; write /bin /boot /etc');
    expect(what).toMatch(/use [^;]*\/dev\/null/);
    expect(what).not.toMatch(/write [^;]*( \/proc| \/sys| \/;| \/dev\/null)/);
  });

  test('a read-only root is written to nowhere but in what is mounted for it', () => {
    const mount = (target: string, options: readonly string[]) => ({
      source: 'tmpfs',
      target,
      fstype: 'tmpfs',
      options,
      optional: false,
      create: null,
      why: line(4),
    });
    const [what = ''] = textOf({
      root: { kind: 'dir', path: '/srv/web', readOnly: true, why: line(1) },
      mounts: [mount('data', []), mount('static', ['ro']), mount('proc/x', []), mount('sys/fs/x', [])],
      landlock: DEFAULT,
    });
    expect(what).toContain('read /; write /data /dev/shm /dev/mqueue; use ');
  });

  test('scopes are closed where a namespace does not close them already', () => {
    expect(textOf({ landlock: DEFAULT })[0]).not.toContain('outwards');
    const shared = { mode: 'keep', names: ['net', 'pid'], why: line(2) } as const;
    expect(textOf({ landlock: DEFAULT, namespaces: shared })[0]).toContain('no abstract-unix-socket outwards; no signal outwards');
  });

  test('no right is granted that the kernel does not know: EINVAL would be the answer', () => {
    for (const [major, minor] of [
      [5, 14],
      [5, 19],
      [6, 2],
      [6, 7],
      [6, 10],
      [6, 18],
    ] as const) {
      const host = aHost({ kernel: { release: `${major}.${minor}`, major, minor } });
      const handled = new Set<string>(rightsOf(FS_RIGHTS, abiOf(host.kernel)).map((right) => FS_RIGHTS[right].constant));
      const [step] = landlock.compile(aSpec({ landlock: DEFAULT }), host).steps;
      const granted = (step?.actions ?? []).flatMap((action) => {
        if (!('sys' in action) || action.sys !== 'landlock_add_rule') return [];
        const attr = action.args[2];
        const access = typeof attr === 'object' && 'struct' in attr ? attr.fields['allowed_access'] : undefined;
        return typeof access === 'object' && 'flags' in access ? [...access.flags] : [];
      });
      expect(granted.length).toBeGreaterThan(50);
      expect(granted.filter((right) => !handled.has(right))).toEqual([]);
    }
  });

  test('the structures are as long as the newest interface says', () => {
    expect(STRUCTS.landlock_ruleset_attr.size).toBe(24);
  });
});

describe('what cannot be had', () => {
  test('a kernel that lists its modules without Landlock stops the start', () => {
    expect(codes({ landlock: DEFAULT }, aHost(LISTED))).toEqual(['HF301']);
    expect(textOf({ landlock: DEFAULT }, aHost(LISTED))).toEqual([]);
  });

  test('unless it is allowed by name, or is only what the embedded container has by itself', () => {
    expect(codes({ landlock: DEFAULT, allowMissing: [{ value: 'holdfast.landlock', why: line(9) }] }, aHost(LISTED))).toEqual(['HF302']);
    const own = { value: { kind: 'default' }, why: { kind: 'default', text: 'the embedded container' } } as const;
    expect(codes({ landlock: own }, aHost(LISTED))).toEqual(['HF282']);
    const [step] = landlock.compile(aSpec({ landlock: own }), aHost()).steps;
    expect(step?.actions[0]).toMatchObject({ sys: 'landlock_create_ruleset', skipStep: ['ENOSYS', 'EOPNOTSUPP'] });
    const [asked] = landlock.compile(aSpec({ landlock: DEFAULT }), aHost()).steps;
    expect(asked?.actions[0]).not.toHaveProperty('skipStep');
  });

  test('ports on a kernel before 6.7, scopes on one before 6.12', () => {
    const old = aHost({ kernel: { release: '6.1.0', major: 6, minor: 1 } });
    expect(codes({ landlock: file('read /\nbind 80') }, old)).toEqual(['HF281']);
    expect(codes({ landlock: file('read /\nscope signal') }, old)).toEqual(['HF281']);
    expect(codes({ landlock: file('read /') }, old)).toEqual([]);
  });

  test('a faulty file is used for nothing', () => {
    expect(landlock.compile(aSpec({ landlock: file('read /\nwrite') }), aHost())).toMatchObject({ steps: [], diagnostics: [{ code: 'HF280' }] });
  });
});
