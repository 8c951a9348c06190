import { describe, expect, test } from 'vitest';
import type { ApparmorFacts } from '../../model/host.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { aHost, aSpec, set } from '../namespaces/testing.ts';
import { apparmor, apparmorLabel, profilesAsked } from './index.ts';
import { nameProblem } from './name.ts';

const HERE: ApparmorFacts = { own: 'unconfined', modes: { web: 'enforce', soft: 'complain' }, mediatesMounts: true };
const asked = (profile: string, changes: Partial<ContainerSpec> = {}) =>
  aSpec({ apparmor: { profile: set(profile, 3), allowIncomplete: set(false), nesting: set(false), raw: [] }, ...changes });
const codes = (spec: ContainerSpec, facts: ApparmorFacts | null = HERE) =>
  apparmor.compile(spec, aHost({ apparmor: facts })).diagnostics.map(({ code, severity }) => `${code} ${severity}`);
const label = (profile: string, facts: ApparmorFacts | null = HERE) => apparmorLabel(asked(profile), aHost({ apparmor: facts }));

describe('a profile by its name', () => {
  test('is entered in the mode in which it is loaded', () => {
    expect(label('web')).toMatchObject({ name: 'web', exec: { text: 'exec web', reads: 'web (enforce)\n' }, current: { text: 'changeprofile web' } });
    expect(codes(asked('web'))).toEqual([]);
    expect(profilesAsked(asked('web'))).toEqual(['web']);
  });
  test('is refused where it is not loaded, only complains, or AppArmor is absent', () => {
    expect(codes(asked('other'))).toEqual(['HF291 error']);
    expect(codes(asked('soft'))).toEqual(['HF301 error']);
    expect(codes(asked('web'), null)).toEqual(['HF301 error']);
  });
  test('may be missing where that is said', () => {
    const allowMissing = [set('lxc.apparmor.profile')];
    expect(codes(asked('web', { allowMissing }), null)).toEqual(['HF302 warning']);
    expect(codes(asked('soft', { allowMissing }))).toEqual(['HF302 warning']);
  });
  test('is the business of the kernel where the caller may not know', () => {
    expect(label('web', { ...HERE, modes: null })).toMatchObject({ exec: { reads: 'web (enforce)\n' } });
  });
  test.each([
    ['a\nb', 'line'],
    ['a"b', 'quote'],
    ["a'b", 'quote'],
    ['a\\b', 'backslash'],
    ['a b', 'blanks'],
    ['ä', 'ASCII'],
    ['/usr/bin/x', 'path'],
    [':ns:a', 'namespace'],
    ['a//&b', 'stack'],
    ['x'.repeat(256), '255'],
  ])('%j is no name', (name, why) => {
    expect(nameProblem(name)).toContain(why);
    expect(codes(asked(name), { ...HERE, modes: { [name]: 'enforce' } })).toEqual(['HF290 error']);
  });
});

test('unconfined and unchanged enter nothing, but a confined caller leaves its own profile for unconfined', () => {
  expect(label('unconfined')).toBeNull();
  expect(label('unchanged')).toBeNull();
  expect(label('unconfined', null)).toBeNull();
  expect(label('unconfined', { ...HERE, own: 'shell (enforce)' })).toMatchObject({ exec: { text: 'exec unconfined', reads: 'unconfined\n' } });
});

test('a kernel that does not mediate mounts is refused, unless that is accepted', () => {
  const blind: ApparmorFacts = { ...HERE, mediatesMounts: false };
  const accepting = aSpec({ apparmor: { profile: set('web', 3), allowIncomplete: set(true, 4), nesting: set(false), raw: [] } });
  expect(codes(asked('web'), blind)).toEqual(['HF301 error']);
  expect(codes(accepting, blind)).toEqual(['HF297 warning']);
  expect(apparmorLabel(accepting, aHost({ apparmor: blind }))).toMatchObject({ name: 'web' });
  expect(apparmorLabel(asked('web'), aHost({ apparmor: blind }))).toBeNull();
});
