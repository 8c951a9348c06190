import { describe, expect, test } from 'vitest';
import { aHost, aSpec, set } from '../controls/namespaces/testing.ts';
import { type Fixture, fixtureMachine } from '../host/fixture.ts';
import type { ApparmorFacts } from '../model/host.ts';
import { withProfileOf } from './profile.ts';

const KERNEL = '/sys/kernel/security/apparmor';
const BOOT = '/proc/sys/kernel/random/boot_id';
const FACTS: ApparmorFacts = { own: 'unconfined', modes: {}, mediatesMounts: true };

const asked = (profile: string) => aSpec({ apparmor: { profile: set(profile), allowIncomplete: set(false), nesting: set(false), raw: [] } });
const profiled = (files: Fixture['files'], profile = 'generated', apparmor: ApparmorFacts | null = FACTS) =>
  withProfileOf(fixtureMachine({ files }), asked(profile), aHost({ apparmor }));
const pendingFor = (files: Fixture['files']) => profiled(files).host.apparmor?.compiled;

describe('a profile of its own', () => {
  test('waits to be compiled, for the kernel of this boot: a kept launcher has it, and reads no features', () => {
    const machine = fixtureMachine({ files: { [BOOT]: 'first\n', [`${KERNEL}/features/caps/mask`]: 'chown' } });
    const { host } = withProfileOf(machine, asked('generated'), aHost({ apparmor: FACTS }));
    expect(host.apparmor?.compiled).toMatchObject({ kind: 'pending', kernel: 'first' });
    expect(machine.reads.filter((path) => path.includes('features'))).toEqual([]);
  });
  test('is another one after the next boot, and where the boot has no id, with other features', () => {
    expect(pendingFor({ [BOOT]: 'first' })).not.toEqual(pendingFor({ [BOOT]: 'second' }));
    const withFeature = (text: string) => pendingFor({ [`${KERNEL}/features/caps/mask`]: text });
    expect(withFeature('chown')).not.toEqual(withFeature('chown fowner'));
    expect(withFeature('chown')).toEqual(withFeature('chown'));
  });
  test('that is loaded already was left behind', () => {
    const codes = (loaded: string) => profiled({ [BOOT]: 'first', [`${KERNEL}/profiles`]: loaded }).diagnostics.map(({ code }) => code);
    expect(codes('holdfast-web (enforce)\n')).toEqual(['HF295']);
    expect(codes('holdfast-web2 (enforce)\n')).toEqual([]);
  });
});

test('of one that is named the mode is told, and nothing waits', () => {
  const { host } = profiled({ [`${KERNEL}/profiles`]: 'other (complain)\nnamed one (enforce)\n' }, 'named one');
  expect(host.apparmor).toEqual({ ...FACTS, modes: { 'named one': 'enforce' } });
  expect(profiled({}, 'named one').host.apparmor?.modes).toBeNull();
});

test('without AppArmor nothing is asked', () => {
  expect(profiled({}, 'generated', null).host.apparmor).toBeNull();
});
