import { describe, expect, test } from 'vitest';
import { diagnosticText } from '../../model/diagnostic.ts';
import type { SelinuxFacts, SelinuxSpec } from '../../model/selinux.ts';
import type { ContainerSpec } from '../../model/spec.ts';
import { aHost, aSpec, rlimit, set } from '../namespaces/testing.ts';
import { selinux, selinuxLabel } from './index.ts';
import { contextsAsked, needs } from './needs.ts';

const OWN = 'unconfined_u:unconfined_r:unconfined_t:s0-s0:c0.c1023';
const WEB = 'system_u:system_r:container_t:s0:c1,c2';
const FILES = 'system_u:object_r:container_file_t:s0:c1,c2';

const asks = (changes: Partial<SelinuxSpec> = {}, rest: Partial<ContainerSpec> = {}): ContainerSpec =>
  aSpec({ ...rest, selinux: { context: set(WEB, 5), keyring: null, auto: null, files: set('container_file_t'), ...changes } });

/** A policy that knows every context and allows everything, but what `denied` says, by class. */
function facts(spec: ContainerSpec, changes: Partial<SelinuxFacts> = {}, denied: Readonly<Record<string, readonly string[]>> = {}): SelinuxFacts {
  const base: SelinuxFacts = {
    enforcing: true,
    policy: { version: 33, mls: true, nnpTransition: true },
    own: OWN,
    contexts: {},
    permissive: [],
    access: [],
    labels: { root: FILES, init: FILES },
    ...changes,
  };
  const answers = needs(spec, base).map(({ question }) => ({ question, denied: question.permissions.filter((one) => denied[question.class]?.includes(one)) }));
  return { ...base, contexts: { ...Object.fromEntries(contextsAsked(spec, base).map((one) => [one, one])), ...changes.contexts }, access: answers };
}

const found = (spec: ContainerSpec, known: SelinuxFacts | null | undefined) =>
  selinux
    .compile(spec, { ...aHost(), ...(known === undefined ? {} : { selinux: known }) })
    .diagnostics.map((one) => `${one.code} ${one.severity} ${one.span?.line ?? '-'}: ${diagnosticText(one).message}; ${diagnosticText(one).help}`);

test('nothing is asked, nothing is done', () => {
  expect(selinux.compile(aSpec(), aHost())).toEqual({ steps: [], diagnostics: [] });
  expect(selinuxLabel(aSpec(), aHost())).toBeNull();
});

describe('what would not be enforced is an error, and a warning where that was allowed by name', () => {
  const spec = asks();
  test.each([
    ['no SELinux', null, /^HF301 error 5: .*SELinux is not at work in this kernel .*; .*security=selinux/],
    ['nobody asked it', undefined, /^HF301 error 5: .*SELinux is not at work/],
    ['no policy', facts(spec, { policy: null }), /^HF301 error 5: .*no policy: it takes every label and forbids nothing/],
    ['permissive', facts(spec, { enforcing: false }), /^HF301 error 5: .*SELinux is permissive.*; .*setenforce 1/],
    ['a permissive domain', facts(spec, { permissive: [WEB] }), /^HF301 error 5: .*makes the domain of .* permissive/],
  ])('%s', (_what, known, message) => {
    const allowing = { ...spec, allowMissing: [set('lxc.selinux.context')] };
    expect(found(spec, known)).toEqual([expect.stringMatching(message)]);
    expect(found(allowing, known)).toEqual([expect.stringMatching(/^HF302 warning 5: /)]);
  });

  test('selinuxfs is not mounted', () => {
    expect(selinux.compile(spec, { ...aHost(), lsms: ['capability', 'selinux'], selinux: null }).diagnostics.map((one) => diagnosticText(one).message)).toEqual(
      [expect.stringContaining('selinuxfs is not mounted')],
    );
  });

  test('one that is found is allowed to be missing by its own key', () => {
    const auto = asks({ context: null, auto: set({ type: null }, 7) });
    expect(found(auto, null)).toEqual([expect.stringMatching(/^HF301 error 7: .*holdfast\.selinux\.context/)]);
  });
});

test('a text that is no context is told even where there is no SELinux', () => {
  expect(found(asks({ context: set('container_t', 3) }), null)).toEqual([
    expect.stringMatching(/^HF570 error 3: 'container_t' is no SELinux context: it has one part/),
  ]);
  expect(found(asks({ keyring: set(`${WEB}:c9`, 4) }), null)).toEqual([expect.stringMatching(/^HF570 error 4/)]);
});

test('a context that the policy does not know is told with the part that is wrong', () => {
  const spec = asks();
  expect(found(spec, facts(spec, { contexts: { [WEB]: null } }))).toEqual([expect.stringMatching(/^HF571 error 5: .*no such level.*: s0:c1,c2/)]);
  const nowhere = { [WEB]: null, 'system_u:system_r:container_t:s0': null };
  expect(found(spec, facts(spec, { contexts: nowhere }))).toEqual([expect.stringMatching(/^HF571 error 5: .*no such user, role or type.*holdfast\.cil/)]);
  expect(found(spec, facts(spec, { contexts: { [FILES]: null } }))).toEqual([expect.stringMatching(/^HF571 error -: .*container_file_t/)]);
});

describe('what the policy refuses is told with the rule that is missing', () => {
  const limited = asks({}, { noNewPrivs: set(true), rlimits: [rlimit('nofile', 1n, 2n)] });
  test.each([
    [
      'transition',
      { process: ['transition'] },
      /^HF575 .*does not let unconfined_u\S+ transition \(process\) system_u.*\(allow unconfined_t container_t \(process \(transition\)\)\)/,
    ],
    ['setexec', { process: ['setexec'] }, /^HF575 .*\(allow unconfined_t self \(process \(setexec\)\)\)/],
    ['no_new_privs', { process2: ['nnp_transition'] }, /^HF575 .*lxc\.no_new_privs.*\(allow unconfined_t container_t \(process2 \(nnp_transition\)\)\)/],
    ['soft limits', { process: ['rlimitinh'] }, /^HF575 .*keeps the soft limits of lxc\.prlimit/],
    ['keyring', { key: ['create'] }, /^HF575 .*labels the session keyring/],
    ['mounts', { filesystem: ['relabelto'] }, /^HF575 .*labels the file systems/],
    ['output', { fd: ['use'] }, /^HF578 warning .*is lost/],
    ['pipes', { fifo_file: ['write'] }, /^HF583 info .*write pipes of unconfined_u/],
  ])('%s', (_what, denied, message) => expect(found(limited, facts(limited, {}, denied))).toEqual([expect.stringMatching(message)]));

  test('and is not asked where it is not needed', () => {
    const plain = asks({}, { keyring: set(false) });
    expect(needs(plain, facts(plain)).map(({ question }) => question.permissions.join())).toEqual([
      'setexec',
      'transition',
      'relabelto',
      'search,getattr',
      'entrypoint,execute,read',
      'use',
      'read,write',
    ]);
  });

  test('files with another label are to be relabelled', () => {
    const spec = asks();
    const labels = { root: 'system_u:object_r:var_lib_t:s0', init: 'system_u:object_r:bin_t:s0' };
    const [first, second] = found(spec, facts(spec, { labels }, { dir: ['search'], file: ['entrypoint'] }));
    expect(first).toMatch(/^HF576 error 5: .*the root file system, which is labelled system_u:object_r:var_lib_t:s0: search.*; holdfast selinux relabel web/);
    expect(second).toMatch(/^HF576 error 5: .*\/sbin\/init, which is labelled system_u:object_r:bin_t:s0: entrypoint/);
  });

  test('a policy without nnp_nosuid_transition lets nothing change under no_new_privs', () => {
    const known = facts(limited, { policy: { version: 30, mls: true, nnpTransition: false } });
    expect(found(limited, known)).toEqual([expect.stringMatching(/^HF577 error 5/)]);
  });

  test('in permissive mode nothing is refused', () => {
    const allowing = { ...asks(), allowMissing: [set('lxc.selinux.context')] };
    expect(found(allowing, facts(allowing, { enforcing: false }, { process: ['transition'] }))).toEqual([expect.stringMatching(/^HF302/)]);
  });
});

describe('what is entered', () => {
  const entered = (spec: ContainerSpec, changes: Partial<SelinuxFacts> = {}) => selinuxLabel(spec, { ...aHost(), selinux: facts(spec, changes) });

  test('the context as the kernel writes it, and the same for the keyring', () => {
    const spec = asks({ context: set('system_u:system_r:container_t:s0:c2,c1', 5) });
    const canonical = { contexts: { 'system_u:system_r:container_t:s0:c2,c1': WEB } };
    expect(entered(spec, canonical)).toMatchObject({ name: WEB, exec: { file: 'exec', text: WEB, reads: `${WEB}\0` }, current: null, keyring: WEB });
  });

  test('a keyring of its own, no new keyring, a keyring alone', () => {
    const other = 'system_u:system_r:container_t:s0:c7';
    expect(entered(asks({ keyring: set(other) }))?.keyring).toBe(other);
    expect(entered(asks({}, { keyring: set(false) }))).not.toHaveProperty('keyring');
    expect(entered(asks({ context: null, keyring: set(other) }))).toMatchObject({ exec: null, keyring: other });
  });

  test('nothing where there is no policy to enter', () => {
    expect(selinuxLabel(asks(), { ...aHost(), selinux: null })).toBeNull();
    expect(entered(asks(), { policy: null })).toBeNull();
  });
});
